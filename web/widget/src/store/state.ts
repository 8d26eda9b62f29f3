/** What the conversation looks like now, and how each event changes it. Pure: no clock, no network. */

import type { LinkState } from "../connection/connection";
import type { Unsent } from "../connection/outbox";
import { withPeople, type Agent, type Author, type Floor, type Owner, type Problem, type Said, type ServerFrame } from "../wire/frames";
import type { Reply } from "../wire/reply";

/** Of the citizen's own messages; everything that came from the server is delivered. */
export type Delivery = "waiting" | "delivered" | "failed";

export interface Entry {
  /** The same for one message from writing to replay, so that it stays one node on the page. */
  readonly key: string;
  /** Its place in the conversation; null until the server has said so. */
  readonly seq: number | null;
  readonly messageId: number | null;
  readonly author: Author;
  readonly agent: Agent | null;
  readonly text: string;
  readonly at: string;
  readonly reply: Reply | null;
  readonly ai: boolean;
  readonly delivery: Delivery;
  readonly problem: Problem | null;
}

export interface State {
  readonly conversation: string;
  /** By seq; then what has no place yet, as it was written. */
  readonly entries: readonly Entry[];
  /** The last message shown: what a reconnect resumes after. */
  readonly lastSeq: number;
  readonly link: LinkState;
  readonly everOpen: boolean;
  /** Closed by the server after a long silence: nothing is wrong, and the next word opens it again. */
  readonly resting: boolean;
  readonly owner: Owner;
  /** Place in the queue; null when it does not wait. */
  readonly position: number | null;
  /** The person who has the conversation. */
  readonly agent: Agent | null;
  readonly typing: "bot" | "agent" | null;
  /** Something the server wants said outside the conversation. */
  readonly notice: string;
}

export const EMPTY: State = {
  conversation: "",
  entries: [],
  lastSeq: 0,
  link: "closed",
  everOpen: false,
  resting: false,
  owner: "bot",
  position: null,
  agent: null,
  typing: null,
  notice: "",
};

export type Event =
  | ServerFrame
  | { readonly type: "session"; readonly conversation: string }
  | { readonly type: "link"; readonly link: LinkState }
  | { readonly type: "left" }
  | { readonly type: "wrote"; readonly unsent: Unsent };

export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case "session":
      return inConversation(state, event.conversation);
    case "left":
      return EMPTY;
    case "link":
      return {
        ...state,
        link: event.link,
        typing: event.link === "open" ? state.typing : null,
        resting: state.resting && event.link !== "open" && !(event.link === "closed" && state.link === "connecting"),
      };
    case "resume":
      return { ...state, resting: event.reason === "idle" };
    case "wrote":
      return { ...state, notice: "", entries: placed(state.entries, written(event.unsent)) };
    case "welcome":
      return { ...onFloor(state, event), everOpen: true };
    case "accepted":
      return { ...state, entries: accepted(state.entries, event.id, event.seq) };
    case "message":
      return said(state, event);
    case "failed":
      return failed(state, event.id, event.error);
    case "typing":
      // The front looks into every message before it knows who answers; the assistant says nothing now.
      if (event.who === "bot" && withPeople(state.owner)) return state;
      return { ...state, typing: event.on ? event.who : null };
    case "owner":
      return onFloor(state, event);
    default:
      return state;
  }
}

function onFloor(state: State, { owner, position, agent }: Floor): State {
  return { ...state, owner, position, agent, typing: owner === state.owner ? state.typing : null };
}

/** Another conversation than the one shown: nothing of the old one stays but what was never sent. */
function inConversation(state: State, conversation: string): State {
  if (conversation === state.conversation) return state;
  const unsent = state.entries.filter((entry) => entry.seq === null);
  return { ...state, conversation, entries: state.conversation ? unsent : state.entries, lastSeq: 0 };
}

function written(unsent: Unsent): Entry {
  return {
    key: unsent.id,
    seq: null,
    messageId: null,
    author: "citizen",
    agent: null,
    text: unsent.text,
    at: unsent.at,
    reply: null,
    ai: false,
    delivery: "waiting",
    problem: null,
  };
}

function said(state: State, frame: Said): State {
  const known = state.entries.some((entry) => entry.seq === frame.seq && entry.key !== frame.clientId);
  const lastSeq = Math.max(state.lastSeq, frame.seq);
  if (known) return { ...state, lastSeq };
  const entry: Entry = {
    key: frame.clientId ?? `seq-${String(frame.seq)}`,
    seq: frame.seq,
    messageId: frame.messageId,
    author: frame.author,
    agent: frame.agent,
    text: frame.text,
    at: frame.at,
    reply: frame.reply,
    ai: frame.ai,
    delivery: "delivered",
    problem: null,
  };
  const typing = frame.author === "citizen" ? state.typing : null;
  return { ...state, lastSeq, typing, entries: placed(state.entries, entry) };
}

function accepted(entries: readonly Entry[], id: string, seq: number): readonly Entry[] {
  const mine = entries.find((entry) => entry.key === id);
  if (!mine) return entries;
  return placed(entries, { ...mine, seq: mine.seq ?? seq, delivery: "delivered", problem: null });
}

function failed(state: State, id: string | null, problem: Problem): State {
  const mine = state.entries.find((entry) => entry.key === id);
  if (!mine) return { ...state, notice: [problem.message, problem.mend].filter(Boolean).join(" ") };
  return { ...state, entries: placed(state.entries, { ...mine, delivery: "failed", problem }) };
}

/** The entry in its place: in the stead of the one with its key, by seq, before those without. */
function placed(entries: readonly Entry[], entry: Entry): readonly Entry[] {
  const others = entries.filter((one) => one.key !== entry.key);
  if (entry.seq === null) {
    const before = entries.findIndex((one) => one.key === entry.key);
    return before < 0 ? [...others, entry] : [...others.slice(0, before), entry, ...others.slice(before)];
  }
  const seq = entry.seq;
  const after = others.findIndex((one) => one.seq === null || one.seq > seq);
  return after < 0 ? [...others, entry] : [...others.slice(0, after), entry, ...others.slice(after)];
}
