/** What an identity provider put into the address it led back to. Pure. */

import type { LocationQuery } from "vue-router";

import type { Schemas } from "@/api/client";

function one(query: LocationQuery, name: string): string | undefined {
  const value = query[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Out: what to hand to the server; null when nobody was led back. */
export function cameBack(query: LocationQuery): Schemas["OidcFinish"] | null {
  const state = one(query, "state");
  if (state === undefined) return null;
  const [code, error, iss] = [one(query, "code"), one(query, "error"), one(query, "iss")];
  return {
    state,
    ...(code === undefined ? {} : { code }),
    ...(error === undefined ? {} : { error }),
    ...(iss === undefined ? {} : { iss }),
  };
}
