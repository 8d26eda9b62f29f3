/** Times as people read them. Pure; `now` comes from outside. */

import { words, type Language } from "@/words";

function two(n: number): string {
  return String(n).padStart(2, "0");
}

function day(date: Date): number {
  return Math.floor(new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime() / 86_400_000 + 0.5);
}

/** Today with the time alone, yesterday by name, this year without the year. */
export function shortTime(at: string, now: Date): string {
  const date = new Date(at);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  const ago = day(now) - day(date);
  if (ago === 0) return words("common.today", { time });
  if (ago === 1) return words("common.yesterday", { time });
  const rest = `${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
  return date.getFullYear() === now.getFullYear() ? rest : `${date.getFullYear()}-${rest}`;
}

/** Down to the second, with the date: for records. */
export function fullTime(at: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" }).format(new Date(at));
}

/** 14:05 */
export function clock(at: string): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** How long ago, roughly: just now, 5 min, 2 h, 3 d. */
export function span(from: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - new Date(from).getTime()) / 60_000);
  if (minutes < 1) return words("common.justNow");
  if (minutes < 60) return words("common.minutes", { n: minutes });
  if (minutes < 48 * 60) return words("common.hours", { n: Math.floor(minutes / 60) });
  return words("common.days", { n: Math.floor(minutes / 1440) });
}
