/** What stands in the navigation, for whom. A page adds its entry here and its route in `router/routes.ts`. */

import { Document, User } from "@element-plus/icons-vue";
import type { Component } from "vue";

import type { Role } from "@/session/store";
import type { Word } from "@/words";

export interface Entry {
  /** Name of the route. */
  readonly to: string;
  readonly word: Word;
  readonly icon: Component;
  readonly roles: readonly Role[];
}

export interface Group {
  readonly word: Word;
  readonly entries: readonly Entry[];
}

export const NAVIGATION: readonly Group[] = [
  {
    word: "nav.groupAdmin",
    entries: [
      { to: "accounts", word: "nav.accounts", icon: User, roles: ["admin", "supervisor"] },
      { to: "audit", word: "nav.audit", icon: Document, roles: ["admin"] },
    ],
  },
];

/** The groups a role sees, without empty ones. */
export function navigationFor(role: Role, groups: readonly Group[] = NAVIGATION): readonly Group[] {
  return groups
    .map((group) => ({ ...group, entries: group.entries.filter((entry) => entry.roles.includes(role)) }))
    .filter((group) => group.entries.length > 0);
}

/** The route a role begins at: its first entry, else its own account. */
export function homeOf(role: Role, groups: readonly Group[] = NAVIGATION): string {
  return navigationFor(role, groups)[0]?.entries[0]?.to ?? "account";
}

/** Whether a role may open a route; one without an entry is for everybody. */
export function mayOpen(role: Role, route: string, groups: readonly Group[] = NAVIGATION): boolean {
  const entry = groups.flatMap((group) => group.entries).find((one) => one.to === route);
  return entry === undefined || entry.roles.includes(role);
}
