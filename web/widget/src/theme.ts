/** The city's colour as custom properties, readable in light and in dark. A page may set them itself instead. */

import { inkOn, readableOn } from "./text/colour";

/** The ground with the least contrast that words of this colour stand on (`--mine` in frame.css). */
const LIGHT = "#e3eef8";
const DARK = "#21394f";

/** In: `#rrggbb`, already checked. Out: the text of a style sheet for the element. */
export function themeCss(accent: string): string {
  const rule = (values: string): string => `:host{${values}}`;
  const light = readableOn(accent, LIGHT);
  const dark = readableOn(accent, DARK);
  return (
    rule(`--accent-default:${light};--on-accent-default:${inkOn(light)}`) +
    `@media (prefers-color-scheme:dark){${rule(`--accent-default:${dark};--on-accent-default:${inkOn(dark)}`)}}`
  );
}

export function colourOf(...candidates: readonly (string | null)[]): string {
  return candidates.find((one) => one && /^#[0-9a-fA-F]{6}$/.test(one)) ?? "";
}

/** A sheet of one's own; null in browsers that cannot construct one (Safari before 16.4). */
export function newSheet(): CSSStyleSheet | null {
  try {
    return new CSSStyleSheet();
  } catch {
    return null;
  }
}
