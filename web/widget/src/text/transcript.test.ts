import { expect, it } from "vitest";

import { stringsOf } from "../strings";
import { readSaid } from "../wire/frames";
import { transcriptText } from "./transcript";

const messages = [
  { seq: 1, author: "citizen", text: "在吗", at: "2026-11-20T01:00:00Z" },
  { seq: 2, author: "bot", text: "您好\n请说", at: "2026-11-20T01:00:01Z", ai: true },
  { seq: 3, author: "agent", agent: { name: "王", number: "017" }, text: "我来办", at: "2026-11-20T01:02:00Z" },
].map((one) => readSaid(one)!);

it("names the speaker of every message and marks what is AI", () => {
  const text = transcriptText({ generatedAt: "2026-11-20T02:00:00Z", aiNotice: "" , messages }, stringsOf("zh-CN"), "AI 提示");
  const [head, ...said] = text.trimEnd().split("\n\n");
  expect(head).toContain("AI 提示");
  expect(said).toHaveLength(3);
  expect(said[0]).toMatch(/^\[.+\] 您\n在吗$/);
  expect(said[1]).toMatch(/^\[.+\] 智能助手（AI）\n您好\n请说$/);
  expect(said[2]).toMatch(/^\[.+\] 工作人员 王（工号 017）\n我来办$/);
});
