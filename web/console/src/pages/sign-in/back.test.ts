import { expect, it } from "vitest";

import { cameBack } from "./back";

it.each([
  ["a code", { state: "s", code: "c" }, { state: "s", code: "c" }],
  ["who the provider is", { state: "s", code: "c", iss: "https://i" }, { state: "s", code: "c", iss: "https://i" }],
  ["a no", { state: "s", error: "access_denied", error_description: "…" }, { state: "s", error: "access_denied" }],
  ["what providers add", { state: "s", code: "c", session_state: "x" }, { state: "s", code: "c" }],
  ["a code twice", { state: "s", code: ["c", "d"] }, { state: "s" }],
  ["no state", { code: "c" }, null],
  ["a state twice", { state: ["s", "t"], code: "c" }, null],
  ["an empty state", { state: "", code: "c" }, null],
  ["nothing", {}, null],
])("reads %s", (_name, query, handed) => {
  expect(cameBack(query)).toEqual(handed);
});
