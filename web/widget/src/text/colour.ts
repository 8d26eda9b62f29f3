/** A city's colour made readable: text needs a contrast of 4.5 : 1 (WCAG 2.1, 1.4.3). */

type Rgb = readonly [number, number, number];

const ENOUGH = 4.5;
const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];

/** In: `#rrggbb` and the background it stands on. Out: the nearest mixture with black or white that is readable. */
export function readableOn(colour: string, background: string): string {
  const from = rgb(colour);
  const ground = rgb(background);
  const towards = luminance(ground) > 0.18 ? BLACK : WHITE;
  for (let part = 0; part <= 1; part += 0.05) {
    const mixed = mix(from, towards, part);
    if (contrast(mixed, ground) >= ENOUGH) return hex(mixed);
  }
  return hex(towards);
}

/** Black or white, whichever is read more easily on the colour. */
export function inkOn(colour: string): string {
  const ground = rgb(colour);
  return contrast(WHITE, ground) >= ENOUGH ? hex(WHITE) : hex(BLACK);
}

export function contrastOf(one: string, other: string): number {
  return contrast(rgb(one), rgb(other));
}

function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mix(colour: Rgb, other: Rgb, part: number): Rgb {
  return colour.map((one, index) => Math.round(one + ((other[index] ?? 0) - one) * part)) as unknown as Rgb;
}

function rgb(colour: string): Rgb {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as unknown as Rgb;
}

function hex(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
