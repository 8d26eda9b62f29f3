import { expect, it } from "vitest";

import { contrastOf, inkOn, readableOn } from "./colour";

const COLOURS = ["#ffffff", "#000000", "#ffff00", "#a3201d", "#0f5c9c", "#00ff00", "#777777", "#6fb3ea"];

it.each(COLOURS)("%s becomes readable in light and in dark, and so do words on it", (colour) => {
  for (const ground of ["#e3eef8", "#21394f"]) {
    const readable = readableOn(colour, ground);
    expect(contrastOf(readable, ground)).toBeGreaterThanOrEqual(4.5);
    expect(contrastOf(inkOn(readable), readable)).toBeGreaterThanOrEqual(4.5);
  }
});

it("leaves a readable colour as it is", () => {
  expect(readableOn("#0f5c9c", "#ffffff")).toBe("#0f5c9c");
});

it("knows the two ends", () => {
  expect(contrastOf("#000000", "#ffffff")).toBeCloseTo(21, 5);
});
