import { expect, it } from "vitest";

import { idleness, warningOf } from "./idle";

it.each([
  ["in use", 1800, 10, 5, "used"],
  ["used lately, so the server need not hear of it", 1800, 200, 0, "used"],
  ["used, and the server has not heard of it for long", 1800, 400, 1, "touch"],
  ["a click during the warning counts as well", 1800, 1700, 1, "touch"],
  ["silent, but not yet for long", 1800, 1600, 1600, "used"],
  ["two minutes before the end", 1800, 1680, 1680, "warn"],
  ["the end", 1800, 1800, 1800, "over"],
  ["the end, even if the person comes back in that second", 1800, 1801, 0, "over"],
  ["short sessions warn for a third", 30, 21, 21, "warn"],
] as const)("%s", (_name, idleS, sinceServer, sincePerson, kind) => {
  expect(idleness(idleS, sinceServer, sincePerson).kind).toBe(kind);
});

it("counts down", () => {
  expect(idleness(1800, 1790.4, 1790)).toEqual({ kind: "warn", secondsLeft: 10 });
});

it("warns for two minutes, or a third of a short time", () => {
  expect([warningOf(1800), warningOf(60)]).toEqual([120, 20]);
});
