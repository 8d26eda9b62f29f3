import { expect, it } from "vitest";

import en from "@/words/en";
import zh from "@/words/zh";

interface Tree {
  readonly [key: string]: string | Tree;
}

function leaves(tree: Tree, at = ""): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === "string" ? [[at + key, value] as const] : [...leaves(value, `${at}${key}.`)],
    ),
  );
}

const gaps = (text: string): readonly string[] => [...text.matchAll(/\{\w+\}/g)].map(([gap]) => gap).sort();
const chinese = leaves(zh);
const english = leaves(en);

it("says everything in both languages", () => {
  expect([...english.keys()]).toEqual([...chinese.keys()]);
});

it.each([...chinese])("%s has the same gaps in both languages, and says something", (key, text) => {
  const other = english.get(key) ?? "";
  expect(gaps(other)).toEqual(gaps(text));
  expect(text.trim()).not.toBe("");
  expect(other.trim()).not.toBe("");
});

it.each([...chinese, ...english])("%s holds no sign that vue-i18n reads as its own", (_key, text) => {
  expect(text.replace(/\{\w+\}/g, "")).not.toMatch(/[{}@|]/);
});
