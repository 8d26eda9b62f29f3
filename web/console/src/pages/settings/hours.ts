/** A day's hours as people write them: "09:00-12:00 13:30-17:00". Pure. */

export type Span = [string, string];

const CLOCK = /^([01]?\d|2[0-3])[:：]([0-5]\d)$/;

export function spansText(spans: readonly (readonly string[])[]): string {
  return spans.map(([from, to]) => `${from ?? ""}-${to ?? ""}`).join(" ");
}

function clock(text: string): string | null {
  const found = CLOCK.exec(text);
  return found === null ? null : `${(found[1] ?? "").padStart(2, "0")}:${found[2] ?? ""}`;
}

/** In: what was typed. Out: the spans in order, or null when it is not that. */
export function readSpans(text: string): Span[] | null {
  const spans: Span[] = [];
  for (const part of text.split(/[\s,，、;；]+/).filter((one) => one !== "")) {
    const ends = part.split(/[-–—~～至]/);
    const [from, to] = [clock(ends[0] ?? ""), clock(ends[1] ?? "")];
    if (ends.length !== 2 || from === null || to === null || from >= to) return null;
    spans.push([from, to]);
  }
  const isOrdered = spans.every(([from], n) => n === 0 || from > (spans[n - 1]?.[1] ?? ""));
  return isOrdered ? spans : null;
}
