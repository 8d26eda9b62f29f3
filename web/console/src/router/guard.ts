/** Where a person may go. Pure: who they are in, where to out. */

import { homeOf, mayOpen } from "@/frame/navigation";
import type { Me } from "@/session/store";

export interface Wanted {
  readonly name: string;
  readonly fullPath: string;
  readonly open: boolean;
  /** The route whose roles hold. */
  readonly under: string;
  /** Where to after signing in, as the address of the sign-in page says. */
  readonly then: string | null;
}

export type Way = { readonly go: "on" } | { readonly go: "to"; readonly name: string; readonly then?: string } | {
  readonly go: "path";
  readonly path: string;
};

const ON: Way = { go: "on" };

/** An address inside the console; anything else would lead a person elsewhere. */
export function isOwnPath(path: string): boolean {
  return /^\/(?![/\\])/.test(path) && !path.startsWith("/sign-in");
}

/** In: who is signed in (null: nobody) and what is wanted. Out: on, or where instead. */
export function wayFor(me: Me | null, wanted: Wanted): Way {
  if (me?.step !== null) {
    if (wanted.open) return ON;
    return wanted.fullPath === "/" ? { go: "to", name: "sign-in" } : { go: "to", name: "sign-in", then: wanted.fullPath };
  }
  if (wanted.name === "sign-in") {
    return wanted.then !== null && isOwnPath(wanted.then)
      ? { go: "path", path: wanted.then }
      : { go: "to", name: homeOf(me.account.role) };
  }
  if (wanted.name === "frame") return { go: "to", name: homeOf(me.account.role) };
  return mayOpen(me.account.role, wanted.under) ? ON : { go: "to", name: "nowhere" };
}
