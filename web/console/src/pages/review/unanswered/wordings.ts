/** The wordings of a group: which are shown, which of them differ. Pure. */

import type { Schemas } from "@/api/client";

export interface Wording {
  /** The newest turn that was worded so. */
  readonly turn: number;
  readonly text: string;
}

/** As the same words would be typed again: signs and spaces aside. */
function bare(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/[\s\p{P}\p{S}]+/gu, "");
}

/** Each wording once, as it was said last. */
export function wordingsOf(rows: readonly Schemas["Row"][]): readonly Wording[] {
  const found = new Map<string, Wording>();
  for (const row of rows) {
    const key = bare(row.question);
    if (key !== "" && !found.has(key)) found.set(key, { turn: row.message_id, text: row.question.trim() });
  }
  return [...found.values()];
}
