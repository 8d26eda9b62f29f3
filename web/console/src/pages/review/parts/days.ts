/** Days as the server takes them: of China, where all of it happens. Pure. */

const DAY_MS = 86_400_000;

/** In: a moment. Out: its day in China, as 2026-11-29. */
export function dayOf(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
}

/** The first of the last so many days, today among them. */
export function firstOfLast(days: number, now: Date): string {
  return dayOf(new Date(now.getTime() - (days - 1) * DAY_MS));
}
