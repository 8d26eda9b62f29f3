/** How long to wait before the next attempt: doubling, capped, and spread so that clients do not come at once. */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** In: the number of failed attempts (from 1) and a random number in [0, 1). Out: milliseconds. */
export function backoff(attempt: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
