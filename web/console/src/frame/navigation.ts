/** What stands in the navigation, for whom. A page adds its entry here and its route in `router/routes.ts`. */

import {
  ChatDotRound,
  Checked,
  Collection,
  DataAnalysis,
  Document,
  EditPen,
  Headset,
  Monitor,
  QuestionFilled,
  Search,
  Tickets,
  Timer,
  User,
  UserFilled,
} from "@element-plus/icons-vue";
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

/** Who takes chats. */
const AT_DESK: readonly Role[] = ["agent", "supervisor", "admin"];
const SUPERVISORS: readonly Role[] = ["supervisor", "admin"];
const REVIEWERS: readonly Role[] = ["reviewer", "supervisor", "admin"];

export function isAtDesk(role: Role): boolean {
  return AT_DESK.includes(role);
}

export const NAVIGATION: readonly Group[] = [
  {
    word: "nav.groupDesk",
    entries: [
      { to: "desk", word: "nav.desk", icon: ChatDotRound, roles: AT_DESK },
      { to: "live", word: "nav.live", icon: Monitor, roles: SUPERVISORS },
      { to: "tickets", word: "nav.tickets", icon: Tickets, roles: AT_DESK },
    ],
  },
  {
    word: "nav.groupReview",
    entries: [
      { to: "review", word: "nav.review", icon: Search, roles: REVIEWERS },
      { to: "unanswered", word: "nav.unanswered", icon: QuestionFilled, roles: REVIEWERS },
      { to: "assignments", word: "nav.assignments", icon: EditPen, roles: REVIEWERS },
      { to: "proposals", word: "nav.proposals", icon: Checked, roles: REVIEWERS },
      { to: "overview", word: "nav.overview", icon: DataAnalysis, roles: REVIEWERS },
    ],
  },
  {
    word: "nav.groupSettings",
    entries: [
      { to: "teams", word: "nav.teams", icon: UserFilled, roles: SUPERVISORS },
      { to: "agents", word: "nav.agents", icon: Headset, roles: SUPERVISORS },
      { to: "canned", word: "nav.canned", icon: Collection, roles: SUPERVISORS },
    ],
  },
  {
    word: "nav.groupAdmin",
    entries: [
      { to: "accounts", word: "nav.accounts", icon: User, roles: ["admin", "supervisor"] },
      { to: "audit", word: "nav.audit", icon: Document, roles: ["admin"] },
      { to: "keeping", word: "nav.keeping", icon: Timer, roles: ["admin", "supervisor"] },
    ],
  },
];

/** The groups a role sees, without empty ones. */
export function navigationFor(role: Role, groups: readonly Group[] = NAVIGATION): readonly Group[] {
  return groups
    .map((group) => ({ ...group, entries: group.entries.filter((entry) => entry.roles.includes(role)) }))
    .filter((group) => group.entries.length > 0);
}

/** The route a role begins at: administrators at the accounts, others at their first entry, else their own account. */
export function homeOf(role: Role, groups: readonly Group[] = NAVIGATION): string {
  return role === "admin" ? "accounts" : (navigationFor(role, groups)[0]?.entries[0]?.to ?? "account");
}

/** Whether a role may open a route; one without an entry is for everybody. */
export function mayOpen(role: Role, route: string, groups: readonly Group[] = NAVIGATION): boolean {
  const entry = groups.flatMap((group) => group.entries).find((one) => one.to === route);
  return entry === undefined || entry.roles.includes(role);
}
