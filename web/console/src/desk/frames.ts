/** What goes over the socket of the desk. Its types are the server's. */

import type { Schemas } from "@/api/client";

export type Frame = Schemas["SocketFrame"]["frame"];
export type Chat = Schemas["ChatSummary"];
export type Message = Schemas["ChatMessage"];
export type Note = Schemas["DeskNote"];
export type Step = Schemas["HandoffEvent"];
export type Detail = Schemas["Chat"];
export type Hit = Schemas["GuideHit"];

const KNOWN: Readonly<Record<Frame["type"], true>> = {
  welcome: true,
  chats: true,
  message: true,
  delivery: true,
  unwatched: true,
  note: true,
  typing: true,
  notice: true,
  tickets: true,
  pong: true,
  refused: true,
  resume: true,
  ended: true,
};

/** In: a frame as it came. Out: the frame, or null when it is none that we know. */
export function readFrame(data: unknown): Frame | null {
  if (typeof data !== "string") return null;
  try {
    const read: unknown = JSON.parse(data);
    if (typeof read !== "object" || read === null || !("type" in read)) return null;
    return typeof read.type === "string" && Object.hasOwn(KNOWN, read.type) ? (read as Frame) : null;
  } catch {
    return null;
  }
}

export type Asking =
  | { readonly type: "hello"; readonly watch: Readonly<Record<number, number>> }
  | { readonly type: "watch"; readonly conversation: number; readonly after: number }
  | { readonly type: "unwatch"; readonly conversation: number }
  | { readonly type: "typing"; readonly conversation: number; readonly on: boolean }
  | { readonly type: "ping"; readonly t: number };
