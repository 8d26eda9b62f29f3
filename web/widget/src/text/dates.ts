/** Days and times of messages, in the time zone of the reader. */

import type { Strings } from "../strings";

export function dayOf(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

/** "今天", "昨天" or the date written out; empty for a time that cannot be read. */
export function dayLabel(at: string, now: Date, strings: Strings): string {
  const day = dayOf(at);
  if (!day) return "";
  if (day === dayOf(now.toISOString())) return strings.today;
  const before = new Date(now);
  before.setDate(now.getDate() - 1);
  if (day === dayOf(before.toISOString())) return strings.yesterday;
  return new Intl.DateTimeFormat(strings.locale, { dateStyle: "long" }).format(new Date(at));
}

export function timeLabel(at: string, strings: Strings): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  return new Intl.DateTimeFormat(strings.locale, { hour: "2-digit", minute: "2-digit", hour12: false }).format(
    date,
  );
}
