import { expect, it } from "vitest";

import { fill, languageOf, stringsOf, type Strings } from "./index";

const zh = stringsOf("zh-CN");
const en = stringsOf("en");

const gaps = (text: string): readonly string[] => [...text.matchAll(/\{\w+\}/g)].map(([gap]) => gap).sort();

it.each(Object.keys(zh) as (keyof Strings)[])("%s is said in both languages, with the same gaps", (key) => {
  const [one, other] = [zh[key], en[key]].map((said) => (typeof said === "string" ? [said] : said)) as [
    readonly string[],
    readonly string[],
  ];
  expect(other).toHaveLength(one.length);
  expect(other.flatMap(gaps)).toEqual(one.flatMap(gaps));
  expect([...one, ...other].every((said) => said.trim().length > 0)).toBe(true);
});

it("asks for a person in Chinese whatever the interface, for that is what the assistant understands", () => {
  expect(en.humanText).toBe(zh.humanText);
});

it("fills gaps and leaves unknown ones", () => {
  expect(fill("{a} {b}", { a: 1 })).toBe("1 {b}");
});

it.each([
  ["en", "en"],
  ["en-US", "en"],
  ["zh-CN", "zh-CN"],
  ["", "zh-CN"],
  ["fr", "zh-CN"],
])("the language of %j is %s", (tag, language) => {
  expect(languageOf(tag)).toBe(language);
});
