/**
 * The text of a reply, taken apart for showing. Nothing is reworded: lines that are shown as buttons anyway
 * are left out, and the closing lines about source and date are shown smaller.
 */

import type { Option, Reply, Source } from "../wire/reply";

export interface Body {
  readonly lines: readonly string[];
  /** Source, date and reservation: the closing lines, in the words of the reply. */
  readonly notes: readonly string[];
  /** What follows them: mostly a question back. */
  readonly asks: readonly string[];
  /** Sources the text does not name. */
  readonly unnamed: readonly Source[];
}

const NUMBERED = /^\s*\d+\s*[.、．)）]\s*/;
const NOTE = /^(来源|资料日期|以.{2,12}为准|（示例)/;
const MOST_ASKS = 4;
const CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩";

export function bodyOf(text: string, reply: Reply | null): Body {
  const options = reply?.options ?? [];
  const lines = text.split("\n").filter((line) => !isOption(line, options));
  while (lines.length && !lines[lines.length - 1]?.trim()) lines.pop();
  const isNote = lines.map((line) => NOTE.test(line));
  let after = isNote.lastIndexOf(true) + 1;
  if (lines.length - after > MOST_ASKS) after = lines.length;
  let first = after;
  while (isNote[first - 1]) first -= 1;
  if (first === after) after = first = lines.length;
  return {
    lines: lines.slice(0, first),
    notes: lines.slice(first, after),
    asks: lines.slice(after),
    unnamed: (reply?.sources ?? []).filter((source) => !text.includes(source.name)),
  };
}

/** What an answer says before its first part: whose guide it is. */
export function leadOf(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line.endsWith("：") || NUMBERED.test(line));
  return first < 0 ? lines : lines.slice(0, first);
}

function isOption(line: string, options: readonly Option[]): boolean {
  if (options.length && options.every(({ title }, at) => line.includes(`${CIRCLED[at] ?? "?"}${title}`))) return true;
  if (!NUMBERED.test(line)) return false;
  const rest = line.replace(NUMBERED, "").trim();
  return options.some((option) => option.title === rest);
}
