import { expect, it } from "vitest";

import type { Reply } from "../wire/reply";
import { bodyOf, leadOf } from "./body";

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

it("sets a question back apart from the answer before it", () => {
  const body = bodyOf("去这里办。\n来源：甲\n以窗口答复为准。\n您在哪个市县？", null);
  expect(body).toMatchObject({ lines: ["去这里办。"], notes: ["来源：甲", "以窗口答复为准。"], asks: ["您在哪个市县？"] });
});

it("loses no line, wherever the source stands", () => {
  const text = "来源：甲\n第一\n第二\n第三\n第四\n第五";
  expect(bodyOf(text, null)).toMatchObject({ lines: text.split("\n"), notes: [], asks: [] });
});

it("leaves out a line of choices only when all of them are buttons", () => {
  const options = ["青岛市", "跳过"].map((title, at) => ({ id: String(at), title }));
  const line = "直接回地名，或回数字：①青岛市　②跳过";
  expect(bodyOf(`在哪？\n${line}`, { ...REPLY, options }).lines).toEqual(["在哪？"]);
  expect(bodyOf(`在哪？\n${line}`, { ...REPLY, options: [...options, { id: "3", title: "烟台市" }] }).lines).toContain(line);
});

it("takes what stands before the first part for whose guide it is", () => {
  expect(leadOf(["〔虚构示例〕", "【停车证】", "在哪办：", "1. 窗口"])).toEqual(["〔虚构示例〕", "【停车证】"]);
  expect(leadOf(["去大厅办。"])).toEqual(["去大厅办。"]);
});
