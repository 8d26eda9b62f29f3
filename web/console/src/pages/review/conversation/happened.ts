/** A conversation as it happened: what was said, by whom it was taken, what was noted, in one line. Pure. */

import type { Schemas } from "@/api/client";

export type Shown = Schemas["ConversationShown"];
export type Message = Schemas["ReviewMessage"];

export type Happened =
  | { readonly kind: "message"; readonly at: string; readonly message: Message }
  | { readonly kind: "event"; readonly at: string; readonly event: Schemas["HappenedShown"] }
  | { readonly kind: "note"; readonly at: string; readonly note: Schemas["NoteShown"] }
  | { readonly kind: "rating"; readonly at: string; readonly rating: Schemas["RatingShown"] };

/** Messages keep their order; what else happened stands where its time falls. */
export function happenings(shown: Shown): readonly Happened[] {
  const others: Happened[] = [
    ...shown.events.map((event) => ({ kind: "event", at: event.at, event }) as const),
    ...shown.notes.map((note) => ({ kind: "note", at: note.at, note }) as const),
    ...shown.ratings.map((rating) => ({ kind: "rating", at: rating.at, rating }) as const),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const made: Happened[] = [];
  for (const message of shown.messages) {
    while (others[0] !== undefined && Date.parse(others[0].at) < Date.parse(message.at)) made.push(...others.splice(0, 1));
    made.push({ kind: "message", at: message.at, message });
  }
  return [...made, ...others];
}

/** What was answered can be judged: replies of ours, and a question nobody answered. */
export function isJudged(message: Message, shown: Shown): boolean {
  return message.direction === "out" || !shown.messages.some((one) => one.direction === "out" && one.turn === message.message_id);
}

/** Which message is looked at first: that of the address or the answer to it, else the newest answer. */
export function firstOf(shown: Shown, wanted: number | null): Message | null {
  const ours = shown.messages.filter((one) => isJudged(one, shown));
  const exact = shown.messages.find((one) => one.message_id === wanted);
  if (exact !== undefined) return isJudged(exact, shown) ? exact : (ours.find((one) => one.turn === exact.turn) ?? exact);
  return ours.at(-1) ?? null;
}

export interface Turn {
  readonly question: Message | null;
  readonly judgements: readonly Schemas["JudgementShown"][];
  readonly labels: readonly string[];
}

/** What belongs to the turn of a message. */
export function turnOf(shown: Shown, turn: number): Turn {
  return {
    question: shown.messages.find((one) => one.message_id === turn && one.direction === "in") ?? null,
    judgements: shown.judgements.filter((one) => one.message_id === turn),
    labels: shown.labels.find((one) => one.message_id === turn)?.labels ?? [],
  };
}

/** The place of a turn in the conversation, from 1. */
export function numberOf(shown: Shown, turn: number): number {
  return [...new Set(shown.messages.map((one) => one.turn))].indexOf(turn) + 1;
}
