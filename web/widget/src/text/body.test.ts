import { expect, it } from "vitest";

import type { Reply } from "../wire/reply";
import { bodyOf } from "./body";

const REPLY: Reply = {
  outcome: "answered",
  aspect: null,
  guide: null,
  options: [],
  suggestions: [],
  sources: [],
  card: null,
};

it("shows the closing lines about the source apart, word for word", () => {
  const body = bodyOf("去这里办。\n来源：《办法》（2021-01）\n资料日期：2021-01\n以办理窗口答复为准。", {
    ...REPLY,
    sources: [
      { name: "《办法》", url: "", published: "2021-01" },
      { name: "另一来源", url: "", published: "" },
    ],
  });
  expect(body.lines).toEqual(["去这里办。"]);
  expect(body.notes).toEqual(["来源：《办法》（2021-01）", "资料日期：2021-01", "以办理窗口答复为准。"]);
  expect(body.unnamed.map((source) => source.name)).toEqual(["另一来源"]);
});

it("leaves out only the numbered lines that are buttons", () => {
  const options = [
    { id: "1", title: "补领" },
    { id: "2", title: "换领" },
  ];
  const body = bodyOf("哪一件？\n1. 补领\n2、换领\n3. 别的\n补领", { ...REPLY, options });
  expect(body.lines).toEqual(["哪一件？", "3. 别的", "补领"]);
});

it("keeps a line about a source that is followed by something else", () => {
  expect(bodyOf("来源：甲\n请先打电话。", null).lines).toEqual(["来源：甲", "请先打电话。"]);
});
