/**
 * The text of a reply, taken apart for showing. Nothing is reworded: numbered lines that are shown as
 * buttons anyway are left out, and the closing lines about source and date are shown smaller.
 */

import type { Option, Reply, Source } from "../wire/reply";

export interface Body {
  readonly lines: readonly string[];
  /** Source, date and reservation: the closing lines, in the words of the reply. */
  readonly notes: readonly string[];
  /** Sources the text does not name. */
  readonly unnamed: readonly Source[];
}

const NUMBERED = /^\s*\d+\s*[.、．)）]\s*/;
const NOTE = /^(来源|资料日期|以.{2,12}为准|（示例)/;

export function bodyOf(text: string, reply: Reply | null): Body {
  const options = reply?.options ?? [];
  const lines = text.split("\n").filter((line) => !isOption(line, options));
  while (lines.length && !lines[lines.length - 1]?.trim()) lines.pop();
  let last = lines.length;
  while (last > 0 && NOTE.test(lines[last - 1] ?? "")) last -= 1;
  return {
    lines: lines.slice(0, last),
    notes: lines.slice(last),
    unnamed: (reply?.sources ?? []).filter((source) => !text.includes(source.name)),
  };
}

function isOption(line: string, options: readonly Option[]): boolean {
  if (!NUMBERED.test(line)) return false;
  const rest = line.replace(NUMBERED, "").trim();
  return options.some((option) => option.title === rest);
}
