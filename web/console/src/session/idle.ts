/** When a page that is not used signs out, and when it says so before. Pure. */

/** Seconds of warning, less where the whole time is short. */
export function warningOf(idleS: number): number {
  return Math.min(120, idleS / 3);
}

export type Idleness =
  | { readonly kind: "used" }
  | { readonly kind: "touch" }
  | { readonly kind: "warn"; readonly secondsLeft: number }
  | { readonly kind: "over" };

/** Seconds within which an act of the person counts as now. */
const NOW_S = 5;

/**
 * In: seconds of silence that end a session; seconds since the server last knew us; seconds since the person last
 * did anything here. Out: nothing to do, tell the server that the page is used, warn, or sign out.
 */
export function idleness(idleS: number, sinceServer: number, sincePerson: number): Idleness {
  const left = idleS - sinceServer;
  if (left <= 0) return { kind: "over" };
  if (sincePerson < NOW_S && sinceServer > Math.min(300, idleS / 3)) return { kind: "touch" };
  return left <= warningOf(idleS) ? { kind: "warn", secondsLeft: Math.ceil(left) } : { kind: "used" };
}
