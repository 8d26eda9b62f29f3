/** A text cut at the places that are marked in it. Pure. */

import type { Schemas } from "@/api/client";

export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

/** In: a text and spans in it, counted in characters (code points), as the server counts. */
export function pieces(text: string, spans: readonly Schemas["Span"][]): readonly Piece[] {
  const characters = Array.from(text);
  const made: Piece[] = [];
  let at = 0;
  const add = (end: number, marked: boolean): void => {
    if (end > at) made.push({ text: characters.slice(at, end).join(""), marked });
    at = Math.max(at, end);
  };
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    add(Math.min(start, characters.length), false);
    add(Math.min(end, characters.length), true);
  }
  add(characters.length, false);
  return made;
}
