/** Which addresses may be followed, and where they are inside a text. */

const SAFE = new Set(["http:", "https:", "tel:"]);

/** The address if it is http, https or tel; else null. */
export function safeUrl(url: string): string | null {
  try {
    const parsed = new URL(url.trim());
    return SAFE.has(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

/** `tel:` of the first telephone number in a text such as "0532-12345678（工作日）"; null without one. */
export function telephone(text: string): string | null {
  const found = /\+?\d[\d\- ]{2,18}\d/.exec(text)?.[0].replace(/[^\d+]/g, "");
  return found && found.length >= 3 ? `tel:${found}` : null;
}

/** The map address of a place, from the pattern of the configuration; null without pattern or coordinates. */
export function mapUrl(pattern: string, lat: number | null, lon: number | null, name: string): string | null {
  if (!pattern || lat === null || lon === null) return null;
  const filled = pattern
    .replaceAll("{lat}", String(lat))
    .replaceAll("{lon}", String(lon))
    .replaceAll("{name}", encodeURIComponent(name));
  return safeUrl(filled);
}

export interface Piece {
  readonly text: string;
  /** Where this piece leads; null for plain words. */
  readonly href: string | null;
}

/** A web address ends at white space, at a Chinese character or its punctuation, and before a closing sign. */
const ADDRESS = /https?:\/\/[^\s<>"'`\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+/gi;
const CLOSING = /[.,;:!?)\]}]+$/;

/** A text as pieces, its web addresses as links. The pieces together are the text. */
export function pieces(text: string): readonly Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(CLOSING, "");
    const href = safeUrl(address);
    if (!href) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index), href: null });
    found.push({ text: address, href });
    from = match.index + address.length;
  }
  if (from < text.length) found.push({ text: text.slice(from), href: null });
  return found;
}
