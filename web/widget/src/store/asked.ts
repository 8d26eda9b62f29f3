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

/** The id of the answer a rating is about; null, after a person has served, for the conversation as a whole. */
export function rated(entries: readonly Entry[]): number | null {
  const last = [...entries].reverse().find(({ author, reply }) => author === "agent" || reply?.outcome === "answered");
  return last && last.author !== "agent" ? last.messageId : null;
}
