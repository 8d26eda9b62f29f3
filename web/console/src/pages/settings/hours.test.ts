import { expect, it } from "vitest";

import { readSpans, spansText } from "./hours";

it.each([
  ["", []],
  ["09:00-12:00 13:30-17:00", [["09:00", "12:00"], ["13:30", "17:00"]]],
  ["9:00—12:00，13：30～17:00", [["09:00", "12:00"], ["13:30", "17:00"]]],
  ["8:30至12:00", [["08:30", "12:00"]]],
])("%j is read", (text, spans) => {
  expect(readSpans(text)).toEqual(spans);
});

it.each(["9", "12:00-09:00", "09:00-25:00", "09:00-12:00 11:00-13:00", "09:00-12:00 12:00-13:00", "上午", "09:00-10:00-11:00"])("%j is none", (text) => {
  expect(readSpans(text)).toBeNull();
});

it("writes as it reads", () => {
  expect(spansText(readSpans("09:00-12:00 13:30-17:00")!)).toBe("09:00-12:00 13:30-17:00");
});
