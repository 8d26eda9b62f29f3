/** Texts with their safe links. Everything is set as text: nothing that came over the wire becomes markup. */

import { html, nothing, type TemplateResult } from "lit";

import { pieces, safeUrl } from "../text/links";
import type { Source } from "../wire/reply";
import type { Strings } from "../strings";

type Shown = TemplateResult | string | typeof nothing;

/** A link that leaves the page; the bare words when the address is not one to follow. */
export function link(url: string, words: string, strings: Strings): Shown {
  const href = safeUrl(url);
  if (!href) return words;
  if (href.startsWith("tel:")) return html`<a href=${href}>${words}</a>`;
  return html`<a href=${href} target="_blank" rel="noopener noreferrer"
    >${words}<span class="unseen">${strings.newWindow}</span></a
  >`;
}

/** One line of text, its web addresses as links. */
export function line(text: string, strings: Strings): readonly Shown[] {
  return pieces(text).map((piece) => (piece.href ? link(piece.href, piece.text, strings) : piece.text));
}

/** Lines as paragraphs; a line that opens with 【 names the guide. */
export function paragraphs(lines: readonly string[], strings: Strings): readonly TemplateResult[] {
  return lines
    .filter((one) => one.trim())
    .map((one) => html`<p class=${one.startsWith("【") ? "heading" : ""}>${line(one, strings)}</p>`);
}

/** A closing line about the source: the name of a source with an address becomes a link. */
export function noteLine(text: string, sources: readonly Source[], strings: Strings): readonly Shown[] {
  const source = sources.find((one) => one.url && text.includes(one.name));
  if (!source) return line(text, strings);
  const at = text.indexOf(source.name);
  const rest = text.slice(at + source.name.length);
  return [text.slice(0, at), link(source.url, source.name, strings), ...line(rest, strings)];
}
