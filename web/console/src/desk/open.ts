/** A chat that is open in the console, and what happens to it. Pure: values in, values out. */

import type { Chat, Detail, Frame, Message, Note } from "@/desk/frames";

export interface OpenChat extends Detail {
  /** Who types now: empty for nobody. */
  readonly typing: "" | "citizen" | "agent";
  readonly typist: string;
  /** There may be messages before those that are here. */
  readonly hasEarlier: boolean;
}

/** As many as the server hands out at once. */
export const PAGE = 200;

export function opened(detail: Detail): OpenChat {
  return { ...detail, typing: "", typist: "", hasEarlier: detail.messages.length >= PAGE };
}

/** Both lists by place, each message once, the newer copy of it; but what has arrived stays so: an answer may be overtaken by news. */
export function merged(have: readonly Message[], more: readonly Message[]): Message[] {
  const bySeq = new Map(have.map((message) => [message.seq, message]));
  for (const message of more) if (bySeq.get(message.seq)?.state !== "sent") bySeq.set(message.seq, message);
  return [...bySeq.values()].sort((one, other) => one.seq - other.seq);
}

export function lastSeq(chat: OpenChat): number {
  return chat.messages.at(-1)?.seq ?? 0;
}

function withNote(notes: readonly Note[], note: Note): Note[] {
  return notes.some((one) => one.id === note.id) ? [...notes] : [...notes, note];
}

/** What a frame makes of an open chat; the same chat when it says nothing about it. */
export function after(chat: OpenChat, frame: Frame): OpenChat {
  if (!("conversation" in frame) || frame.conversation !== chat.chat.conversation_id) return chat;
  switch (frame.type) {
    case "message":
      return {
        ...chat,
        messages: merged(chat.messages, [frame.message]),
        ...(frame.message.author === "citizen" || frame.message.author === "agent" ? { typing: "" as const } : {}),
      };
    case "delivery": {
      const { state, reason, reason_text } = frame;
      const messages = chat.messages.map((one) => (one.seq === frame.seq ? { ...one, state, reason, reason_text } : one));
      return { ...chat, messages };
    }
    case "note":
      return { ...chat, notes: withNote(chat.notes, frame.note) };
    case "typing":
      return { ...chat, typing: frame.on ? frame.who : "", typist: frame.name };
    default:
      return chat;
  }
}

/** Whether what somebody may do with a chat may have changed, so that it is to be read anew. */
export function changedHands(before: Chat, now: Chat): boolean {
  return (
    before.owner !== now.owner ||
    before.handoff_id !== now.handoff_id ||
    before.agent?.account_id !== now.agent?.account_id ||
    before.team?.id !== now.team?.id
  );
}

/** A line of the list changed by messages that came since. */
export interface Sorted {
  readonly mine: readonly Chat[];
  readonly queue: readonly Chat[];
}

/** In: all lines and whose they are. Out: own chats, those that wait for us first; the queue as it is served. */
export function sorted(chats: readonly Chat[], accountId: number): Sorted {
  const at = (time: string | null): number => (time === null ? 0 : new Date(time).getTime());
  const mine = chats.filter((chat) => chat.owner === "human" && chat.agent?.account_id === accountId);
  const queue = chats.filter((chat) => chat.owner === "queued");
  return {
    mine: mine.sort(
      (one, other) => Number(other.unanswered) - Number(one.unanswered) || at(other.last?.at ?? null) - at(one.last?.at ?? null),
    ),
    queue,
  };
}
