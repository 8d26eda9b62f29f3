/** Every page of the console. Each is a part of its own, loaded when it is opened. */

import type { RouteRecordRaw } from "vue-router";

import type { Word } from "@/words";

declare module "vue-router" {
  interface RouteMeta {
    /** What stands in the title of the window. */
    readonly title?: Word;
    /** Needs nobody signed in. */
    readonly open?: boolean;
    /** The navigation entry whose roles hold for it, when it has none of its own name. */
    readonly under?: string;
    /** The page fills the window and scrolls inside itself. */
    readonly full?: boolean;
  }
}

export const ROUTES: readonly RouteRecordRaw[] = [
  {
    path: "/sign-in/:back(oidc)?",
    name: "sign-in",
    component: () => import("@/pages/sign-in/SignIn.vue"),
    meta: { title: "signIn.title", open: true },
  },
  {
    path: "/",
    name: "frame",
    component: () => import("@/frame/AppFrame.vue"),
    children: [
      {
        path: "desk/:id?",
        name: "desk",
        component: () => import("@/pages/desk/DeskPage.vue"),
        meta: { title: "desk.title", full: true },
      },
      {
        path: "live",
        name: "live",
        component: () => import("@/pages/live/LiveChats.vue"),
        meta: { title: "live.title" },
      },
      {
        path: "tickets/:id?",
        name: "tickets",
        component: () => import("@/pages/tickets/TicketList.vue"),
        meta: { title: "tickets.title" },
      },
      {
        path: "teams",
        name: "teams",
        component: () => import("@/pages/settings/TeamList.vue"),
        meta: { title: "teams.title" },
      },
      {
        path: "agents",
        name: "agents",
        component: () => import("@/pages/settings/AgentList.vue"),
        meta: { title: "agents.title" },
      },
      {
        path: "canned",
        name: "canned",
        component: () => import("@/pages/settings/CannedList.vue"),
        meta: { title: "canned.title" },
      },
      {
        path: "account",
        name: "account",
        component: () => import("@/pages/account/OwnAccount.vue"),
        meta: { title: "account.title" },
      },
      {
        path: "accounts",
        name: "accounts",
        component: () => import("@/pages/accounts/AccountList.vue"),
        meta: { title: "accounts.title" },
      },
      {
        path: "audit",
        name: "audit",
        component: () => import("@/pages/audit/AuditLog.vue"),
        meta: { title: "audit.title" },
      },
      {
        path: "review",
        name: "review",
        component: () => import("@/pages/review/search/ReviewSearch.vue"),
        meta: { title: "review.title" },
      },
      {
        path: "review/conversations/:conversation(\\d+)",
        name: "review-conversation",
        component: () => import("@/pages/review/conversation/ConversationPage.vue"),
        meta: { title: "happened.windowTitle", under: "review", full: true },
      },
      {
        path: "unanswered",
        name: "unanswered",
        component: () => import("@/pages/review/unanswered/UnansweredInbox.vue"),
        meta: { title: "inbox.title" },
      },
      {
        path: "assignments",
        name: "assignments",
        component: () => import("@/pages/review/assignments/AssignmentList.vue"),
        meta: { title: "assignments.title" },
      },
      {
        path: "proposals",
        name: "proposals",
        component: () => import("@/pages/review/proposals/ProposalList.vue"),
        meta: { title: "proposals.title" },
      },
      {
        path: "overview",
        name: "overview",
        component: () => import("@/pages/review/overview/OverviewPage.vue"),
        meta: { title: "overview.title" },
      },
      {
        path: "keeping",
        name: "keeping",
        component: () => import("@/pages/review/keeping/KeepingPage.vue"),
        meta: { title: "keeping.title" },
      },
      {
        path: ":rest(.*)*",
        name: "nowhere",
        component: () => import("@/pages/NotFound.vue"),
        meta: { title: "error.notFound" },
      },
    ],
  },
];
