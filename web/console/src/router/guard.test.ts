import { expect, it } from "vitest";

import { NAVIGATION, homeOf, mayOpen, navigationFor } from "@/frame/navigation";
import { ROUTES } from "@/router/routes";
import type { Me, Role } from "@/session/store";

import { isOwnPath, wayFor, type Wanted } from "./guard";

function person(role: Role, step: Me["step"] = null): Me {
  const account = { id: 1, name: "li", display_name: "李", role, role_name: "", disabled: false, must_change_password: false };
  const times = { second_factor: false, created_at: "2026-01-01T00:00:00Z", last_login_at: null };
  const provider = { oidc_linked: false, oidc_expected: null, oidc_expected_until: null };
  return { account: { ...account, ...times, ...provider }, step, csrf: "c", recovery_codes_left: null, idle_s: 1800 };
}

function wanted(name: string, more: Partial<Wanted> = {}): Wanted {
  return { name, fullPath: `/${name}`, open: name === "sign-in", under: name, then: null, ...more };
}

it("leads a stranger to the sign-in page, and notes where they wanted to go", () => {
  expect(wayFor(null, wanted("audit", { fullPath: "/audit?x=1" }))).toEqual({ go: "to", name: "sign-in", then: "/audit?x=1" });
  expect(wayFor(null, wanted("frame", { fullPath: "/" }))).toEqual({ go: "to", name: "sign-in" });
  expect(wayFor(null, wanted("sign-in"))).toEqual({ go: "on" });
});

it("keeps somebody there who misses a step", () => {
  expect(wayFor(person("admin", "enrol"), wanted("accounts"))).toMatchObject({ name: "sign-in" });
  expect(wayFor(person("admin", "enrol"), wanted("sign-in"))).toEqual({ go: "on" });
});

it("leads on from the sign-in page, only to addresses of ours", () => {
  expect(wayFor(person("admin"), wanted("sign-in", { then: "/audit" }))).toEqual({ go: "path", path: "/audit" });
  for (const then of ["//evil.example", "/\\evil.example", "https://evil.example", "/sign-in?then=/x", "javascript:1", null])
    expect(wayFor(person("admin"), wanted("sign-in", { then }))).toEqual({ go: "to", name: homeOf("admin") });
});

it.each(["agent", "reviewer", "supervisor", "admin"] as const)("%s opens what the navigation shows, and nothing else of it", (role) => {
  const shown = navigationFor(role).flatMap((group) => group.entries.map((entry) => entry.to));
  for (const entry of NAVIGATION.flatMap((group) => group.entries)) {
    const way = wayFor(person(role), wanted(entry.to));
    expect(way, entry.to).toEqual(shown.includes(entry.to) ? { go: "on" } : { go: "to", name: "nowhere" });
  }
  expect(mayOpen(role, "account")).toBe(true);
  expect(wayFor(person(role), wanted("frame", { fullPath: "/" }))).toEqual({ go: "to", name: role === "admin" ? "accounts" : (shown[0] ?? "account") });
});

it("has a route for every entry", () => {
  const names = ROUTES.flatMap((route) => [route.name, ...(route.children ?? []).map((child) => child.name)]);
  for (const entry of NAVIGATION.flatMap((group) => group.entries)) expect(names).toContain(entry.to);
});

it("knows its own paths", () => {
  expect([isOwnPath("/audit"), isOwnPath("//x"), isOwnPath("audit")]).toEqual([true, false, false]);
});
