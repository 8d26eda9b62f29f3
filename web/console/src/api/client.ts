/** Every request to the server goes through here; its types are made from the server's own document. */

import createClient from "openapi-fetch";

import { Refusal, readWrong } from "@/api/refusal";
import type { components, paths } from "@/api/schema";
import { words } from "@/words";

export type Schemas = components["schemas"];

/** What the client asks of whoever knows the session. */
export interface Keeper {
  /** The word that goes with every change; empty when nobody is signed in. */
  csrf(): string;
  /** Reads it anew, after another tab changed the session. Out: whether somebody is signed in. */
  renew(): Promise<boolean>;
  /** The server does not know us any more. */
  lost(): void;
  /** Signing in has come to need another step. */
  stepMissing(): void;
  /** The server was asked something and knew us: the session is used. */
  used(): void;
}

let keeper: Keeper | null = null;

export function keepSessionWith(given: Keeper): void {
  keeper = given;
}

const SAFE = new Set(["GET", "HEAD"]);

async function codeOf(response: Response): Promise<string | null> {
  return readWrong(await response.clone().json().catch(() => null))?.code ?? null;
}

function sendOnce(request: Request): Promise<Response> {
  if (!SAFE.has(request.method) && keeper !== null) request.headers.set("X-CSRF-Token", keeper.csrf());
  return fetch(request);
}

/** Sends a request; a stale CSRF word is read anew and the request sent once more. */
async function send(request: Request): Promise<Response> {
  const again = request.clone();
  let response = await sendOnce(request);
  let code = response.ok ? null : await codeOf(response);
  if (code === "csrf_refused" && keeper !== null && (await keeper.renew())) {
    response = await sendOnce(again);
    code = response.ok ? null : await codeOf(response);
  }
  if (code === "no_session") keeper?.lost();
  else if (code === "step_missing") keeper?.stepMissing();
  else if (response.ok) keeper?.used();
  return response;
}

export const api = createClient<paths>({ baseUrl: typeof location === "undefined" ? "" : location.origin, fetch: send });

interface Said<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** What an answer says; throws a Refusal for everything that is not the answer asked for. */
export async function told<T>(call: Promise<Said<T>>): Promise<T> {
  let said: Said<T>;
  try {
    said = await call;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("unreachable", words("error.unreachable"), words("error.unreachableMend"), 0);
  }
  if (said.response.ok) return said.data as T;
  const wrong = readWrong(said.error);
  const { status } = said.response;
  if (wrong === null) throw new Refusal("garbled", words("error.garbled", { status }), words("error.garbledMend"), status);
  throw new Refusal(wrong.code, wrong.message, wrong.mend, status);
}

/** Anything thrown, as what a page shows. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  console.error(error);
  return new Refusal("internal", words("error.internal"), words("error.internalMend"), 500);
}
