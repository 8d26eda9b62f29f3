import { beforeAll, expect, it } from "vitest";

import { speak } from "@/words";

import { browserOf } from "./browsers";
import { clock, shortTime, span } from "./times";

beforeAll(() => speak("zh-CN"));

const NOW = new Date(2026, 2, 1, 9, 30);
const at = (...parts: [number, number, number, number, number]): string => new Date(...parts).toISOString();

it.each([
  [at(2026, 2, 1, 0, 0), "今天 00:00"],
  [at(2026, 1, 28, 23, 59), "昨天 23:59"],
  [at(2026, 1, 27, 8, 5), "02-27 08:05"],
  [at(2025, 11, 31, 8, 5), "2025-12-31 08:05"],
])("%s is shown as %s", (time, text) => {
  expect(shortTime(time, NOW)).toBe(text);
});

it.each([
  [at(2026, 2, 1, 9, 30), "刚刚"],
  [at(2026, 2, 1, 9, 1), "29 分钟"],
  [at(2026, 2, 1, 7, 0), "2 小时"],
  [at(2026, 1, 20, 9, 0), "9 天"],
])("%s was %s ago", (time, text) => {
  expect(span(time, NOW)).toBe(text);
});

it("shows the time alone", () => {
  expect(clock(at(2026, 2, 1, 7, 5))).toBe("07:05");
});

it.each([
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36", "Chrome · Windows"],
  ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"],
  ["Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604", "Safari · iPad"],
  ["curl/8.5", "curl/8.5"],
])("%s is %s", (header, name) => {
  expect(browserOf(header)).toBe(name);
});
