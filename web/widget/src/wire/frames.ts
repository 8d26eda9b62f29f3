/** The frames of the socket, both ways. What the server sends is read field by field; an unknown kind is null. */

import { fields, number, oneOf, text, textOrNull } from "./reader";
import { readReply, type Reply } from "./reply";

export const OWNERS = ["bot", "queued", "human", "closed"] as const;
export type Owner = (typeof OWNERS)[number];

const AUTHORS = ["citizen", "bot", "front", "agent", "system"] as const;
export type Author = (typeof AUTHORS)[number];

export interface Agent {
  readonly name: string;
  readonly number: string;
}

/** Who speaks now. */
export interface Floor {
  readonly owner: Owner;
  /** Place in the queue, from 1; null when it does not wait. */
  readonly position: number | null;
  readonly agent: Agent | null;
}

/** Whether a person has the conversation, or will: then the assistant is silent. */
export const withPeople = (owner: Owner): boolean => owner === "queued" || owner === "human";

export interface Said {
  readonly type: "message";
  readonly seq: number;
  readonly messageId: number | null;
  readonly author: Author;
  readonly agent: Agent | null;
  /** The id the client gave a message of the citizen. */
  readonly clientId: string | null;
  readonly text: string;
  readonly at: string;
  readonly reply: Reply | null;
  readonly ai: boolean;
}

export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly mend: string;
}

const REASONS = ["restart", "idle", "too_many"] as const;

export type ServerFrame =
  | Said
  | (Floor & {
      readonly type: "welcome";
      readonly conversation: string;
      readonly lastSeq: number;
      readonly resumed: boolean;
    })
  | { readonly type: "accepted"; readonly id: string; readonly seq: number }
  | { readonly type: "typing"; readonly who: "bot" | "agent"; readonly on: boolean }
  | (Floor & { readonly type: "owner" })
  /** Without an id the frame itself was not understood. */
  | { readonly type: "failed"; readonly id: string | null; readonly error: Problem }
  | { readonly type: "pong" }
  | { readonly type: "resume"; readonly reason: (typeof REASONS)[number]; readonly afterMs: number };

/** How the citizen reads: whoever takes over should speak their language, and the elderly wait less. */
export interface Hints {
  readonly lang: string;
  /** Large print is on. */
  readonly large: boolean;
}

export type ClientFrame =
  | {
      readonly type: "hello";
      readonly token: string | null;
      readonly after: number;
      readonly lang: string;
    }
  | ({ readonly type: "message"; readonly id: string; readonly text: string } & Hints)
  | { readonly type: "ping"; readonly t: number }
  | { readonly type: "typing"; readonly on: boolean }
  | { readonly type: "seen"; readonly seq: number };

/** In: parsed JSON. Out: the frame, or null for what this version does not know. */
export function readFrame(value: unknown): ServerFrame | null {
  const said = fields(value);
  switch (said["type"]) {
    case "message":
      return readSaid(said);
    case "welcome":
      return {
        type: "welcome",
        conversation: text(said["conversation"]),
        lastSeq: number(said["last_seq"]) ?? 0,
        resumed: said["resumed"] === true,
        ...readFloor(said),
      };
    case "accepted":
      return { type: "accepted", id: text(said["id"]), seq: number(said["seq"]) ?? 0 };
    case "typing":
      return { type: "typing", who: oneOf(said["who"], ["bot", "agent"], "bot"), on: said["on"] === true };
    case "owner":
      return { type: "owner", ...readFloor(said) };
    case "failed":
      return { type: "failed", id: textOrNull(said["id"]), error: readProblem(said) };
    case "pong":
      return { type: "pong" };
    case "resume":
      return {
        type: "resume",
        reason: oneOf(said["reason"], REASONS, "restart"),
        afterMs: Math.max(0, number(said["after_ms"]) ?? 0),
      };
    default:
      return null;
  }
}

/** One message; null without a place in the conversation. */
export function readSaid(value: unknown): Said | null {
  const said = fields(value);
  const seq = number(said["seq"]);
  if (seq === null) return null;
  return {
    type: "message",
    seq,
    messageId: number(said["message_id"]),
    author: oneOf(said["author"], AUTHORS, "system"),
    agent: readAgent(said["agent"]),
    clientId: textOrNull(said["client_id"]),
    text: text(said["text"]),
    at: text(said["at"]),
    reply: readReply(said["reply"]),
    ai: said["ai"] === true,
  };
}

function readFloor(said: ReturnType<typeof fields>): Floor {
  const position = number(said["position"]);
  return {
    owner: oneOf(said["owner"], OWNERS, "bot"),
    position: position !== null && position >= 1 ? Math.floor(position) : null,
    agent: readAgent(said["agent"]),
  };
}

function readAgent(value: unknown): Agent | null {
  const agent = fields(value);
  return value ? { name: text(agent["name"]), number: text(agent["number"]) } : null;
}

/** The one error shape, `{"error": {code, message, mend}}`. */
export function readProblem(value: unknown): Problem {
  const error = fields(fields(value)["error"]);
  return { code: text(error["code"]), message: text(error["message"]), mend: text(error["mend"]) };
}
