/** What staff do with a chat, each one request. */

import { api, told, type Schemas } from "@/api/client";

function at(conversation: number): { params: { path: { conversation_id: number } } } {
  return { params: { path: { conversation_id: conversation } } };
}

export async function claim(conversation: number): Promise<void> {
  await told(api.POST("/api/desk/chats/{conversation_id}/claim", at(conversation)));
}

export async function takeOver(conversation: number): Promise<void> {
  await told(api.POST("/api/desk/chats/{conversation_id}/take", at(conversation)));
}

export async function release(conversation: number, why: string): Promise<void> {
  await told(api.POST("/api/desk/chats/{conversation_id}/release", { ...at(conversation), body: { why } }));
}

export async function transfer(conversation: number, body: Schemas["Transfer"]): Promise<void> {
  await told(api.POST("/api/desk/chats/{conversation_id}/transfer", { ...at(conversation), body }));
}

export async function close(conversation: number, result: string): Promise<void> {
  await told(api.POST("/api/desk/chats/{conversation_id}/close", { ...at(conversation), body: { result } }));
}

export async function write(conversation: number, text: string, kind: "note" | "whisper"): Promise<void> {
  await told(api.POST("/api/desk/chats/{conversation_id}/notes", { ...at(conversation), body: { text, kind } }));
}
