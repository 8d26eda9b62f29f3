/** When to ask for a rating: after a person has served, or when it is quiet after an answer; once a visit. */

import type { Owner } from "../wire/frames";
import type { Entry } from "./state";

export const QUIET_MS = 90_000;

/** A person has just left the conversation. */
export function served(before: Owner, now: Owner): boolean {
  return before === "human" && (now === "bot" || now === "closed");
}

/** The last word is an answer, so the citizen may be done. */
export function answered(entries: readonly Entry[]): boolean {
  return entries[entries.length - 1]?.reply?.outcome === "answered";
}

/** The id of the last answer, which a rating from the menu is about; null for the conversation as a whole. */
export function lastAnswer(entries: readonly Entry[]): number | null {
  return [...entries].reverse().find((entry) => entry.reply?.outcome === "answered")?.messageId ?? null;
}
