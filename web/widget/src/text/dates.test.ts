import { expect, it } from "vitest";

import { stringsOf } from "../strings";
import { dayLabel, dayOf, timeLabel } from "./dates";

const zh = stringsOf("zh-CN");
const now = new Date(2026, 10, 20, 9, 5);
const at = (day: number, hour = 8): string => new Date(2026, 10, day, hour, 7).toISOString();

it("names today, yesterday and other days", () => {
  expect(dayLabel(at(20), now, zh)).toBe("今天");
  expect(dayLabel(at(19, 23), now, zh)).toBe("昨天");
  expect(dayLabel(at(3), now, zh)).toBe("2026年11月3日");
  expect(timeLabel(at(20, 14), zh)).toBe("14:07");
});

it("says nothing about a time it cannot read", () => {
  for (const label of [dayLabel("gestern", now, zh), timeLabel("", zh), dayOf("x")]) expect(label).toBe("");
});
