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

/** The mark of what belongs to the invented city. */
export function fictional(strings: Strings): TemplateResult {
  return html`<span class="badge">${strings.fictional}</span>`;
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
  return [text.slice(0, at), sourceLink(source, strings), ...line(rest, strings)];
}

/** A source by its name; one that is only called by its address, by the host of it. */
export function sourceLink({ name, url }: Source, strings: Strings): Shown {
  return link(url || name, safeUrl(name) ? new URL(name.trim()).host : name, strings);
}
