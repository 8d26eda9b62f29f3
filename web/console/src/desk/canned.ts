/** Finding a canned reply while typing "/". Pure. */

import type { Schemas } from "@/api/client";

type Canned = Schemas["CannedReply"];

const MOST = 8;

/** In: what stands in the field. Out: what is sought when it begins with "/", else null. */
export function slashOf(text: string): string | null {
  return /^[/／、]([^\s]{0,20})$/.exec(text)?.[1] ?? null;
}

/** Those whose shortcut, title or text fit, best first. */
export function cannedFor(all: readonly Canned[], sought: string): Canned[] {
  const wanted = sought.toLowerCase();
  const rank = (one: Canned): number => {
    if (one.shortcut.toLowerCase().startsWith(wanted)) return 0;
    if (one.title.toLowerCase().includes(wanted)) return 1;
    return one.text.toLowerCase().includes(wanted) ? 2 : 3;
  };
  return all
    .map((one) => ({ one, at: rank(one) }))
    .filter(({ at }) => at < 3)
    .sort((a, b) => a.at - b.at || a.one.shortcut.localeCompare(b.one.shortcut))
    .slice(0, MOST)
    .map(({ one }) => one);
}
