/** Messages of ours on their way: kept in the tab until the server has them, sent in order, each once. Pure. */

import type { Wrong } from "@/api/refusal";
import type { Schemas } from "@/api/client";

/** A text for the field, with the guide it cites and the name by which people know it. */
export interface Inserted {
  readonly text: string;
  readonly cited: Schemas["CitedGuide"] | null;
  readonly title: string;
}

export interface Unsent {
  /** Goes with every attempt, so that the server stores it once. */
  readonly id: string;
  readonly conversation: number;
  readonly text: string;
  readonly cited: Schemas["CitedGuide"] | null;
  readonly at: string;
  /** Why the server would not have it; it waits for a person then. */
  readonly wrong: Wrong | null;
}

export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The next message of a chat to send: its first, unless that was refused. */
export function next(box: readonly Unsent[], conversation: number): Unsent | null {
  const first = box.find((one) => one.conversation === conversation);
  return first?.wrong === null ? first : null;
}

export function without(box: readonly Unsent[], id: string): Unsent[] {
  return box.filter((one) => one.id !== id);
}

export function refused(box: readonly Unsent[], id: string, wrong: Wrong | null): Unsent[] {
  return box.map((one) => (one.id === id ? { ...one, wrong } : one));
}

export function conversations(box: readonly Unsent[]): number[] {
  return [...new Set(box.map((one) => one.conversation))];
}

/** In: what the tab kept. Out: the messages that can be read of it. */
export function readBox(kept: string | null): Unsent[] {
  try {
    const read: unknown = JSON.parse(kept ?? "[]");
    if (!Array.isArray(read)) return [];
    return read.filter((one): one is Unsent => {
      const { id, conversation, text, at } = one as Partial<Unsent>;
      return typeof id === "string" && typeof conversation === "number" && typeof text === "string" && typeof at === "string";
    });
  } catch {
    return [];
  }
}
