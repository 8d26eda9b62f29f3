import { describe, expect, it } from "vitest";

import { NO_CONFIG, readConfig, readSuggestions, readTopics } from "./config";
import { readFrame } from "./frames";
import { readReply } from "./reply";

const JUNK = [null, undefined, 1, "x", [], {}, { type: 1 }, { type: "other" }, [{ type: "message" }]];

describe("frames", () => {
  it.each(JUNK)("%j is no frame", (value) => {
    expect(readFrame(value)).toBeNull();
  });

  it("a message without a place is no message", () => {
    expect(readFrame({ type: "message", text: "x" })).toBeNull();
    expect(readFrame({ type: "message", seq: "1" })).toBeNull();
    expect(readFrame({ type: "message", seq: Number.NaN })).toBeNull();
  });

  it("fields of the wrong kind become empty ones", () => {
    const frame = readFrame({ type: "message", seq: 3, text: { toString: "x" }, author: "root", agent: 5, ai: "yes" });
    expect(frame).toMatchObject({ seq: 3, text: "", author: "system", ai: false, reply: null });
  });

  it("reads a refusal with and without an id", () => {
    const error = { code: "too_fast", message: "慢一点", mend: "等 5 秒" };
    expect(readFrame({ type: "failed", id: "a", error })).toEqual({ type: "failed", id: "a", error });
    expect(readFrame({ type: "failed", id: null, error })).toMatchObject({ id: null });
  });

  it("who speaks is read with care: no place that is none, no owner that is unknown", () => {
    const floor = (said: object): object => readFrame({ type: "owner", ...said })!;
    expect(floor({ owner: "queued", position: 2 })).toMatchObject({ owner: "queued", position: 2, agent: null });
    for (const position of [0, -1, "2", null, {}]) expect(floor({ position })).toMatchObject({ position: null });
    expect(floor({ owner: "root", agent: "x" })).toMatchObject({ owner: "bot", agent: { name: "", number: "" } });
  });

  it("a wait is never negative", () => {
    expect(readFrame({ type: "resume", reason: "?", after_ms: -5 })).toEqual({
      type: "resume",
      reason: "restart",
      afterMs: 0,
    });
  });
});

describe("replies", () => {
  it("without an outcome there is none", () => {
    for (const value of JUNK) expect(readReply(value)).toBeNull();
  });

  it("lets go what is not as agreed, and keeps the rest", () => {
    const reply = readReply({
      outcome: "answered",
      options: [{ title: "甲" }, { title: 5 }, null, "x"],
      suggestions: ["乙", 1, ""],
      sources: [{ name: "丙", url: 3 }, {}],
      guide: { title: "丁" },
      card: {
        page: "https://evil.example/guides/1",
        checklist: "javascript:alert(1)",
        materials: [{ name: "证件", need: "whatever" }, { copies: "1" }],
        places: [{ title: "大厅", lat: "36", lon: 120 }],
        steps: ["申请", {}],
      },
    });
    expect(reply?.options).toEqual([{ id: "", title: "甲" }]);
    expect(reply?.suggestions).toEqual(["乙"]);
    expect(reply?.sources).toEqual([{ name: "丙", url: "", published: "" }]);
    expect([reply?.card?.page, reply?.card?.checklist]).toEqual(["", ""]);
    expect(reply?.card?.materials).toEqual([
      { name: "证件", copies: "", need: "required", whereFrom: "", note: "" },
    ]);
    expect(reply?.card?.places[0]).toMatchObject({ title: "大厅", lat: null, lon: 120 });
    expect(reply?.card?.steps).toEqual(["申请"]);
  });
});

describe("configuration", () => {
  it("junk is no configuration", () => {
    for (const value of JUNK) expect(readConfig(value)).toEqual(NO_CONFIG);
  });

  it("takes only a colour as a colour", () => {
    expect(readConfig({ accent: "#a3201d" }).accent).toBe("#a3201d");
    expect(readConfig({ accent: "red;}*{display:none" }).accent).toBe("");
  });

  it("reads the names of the grades, all five or none", () => {
    const rating = ["很差", "差", "行", "好", "很好"].map((title, at) => ({ grade: at + 1, title }));
    expect(readConfig({ rating: [...rating].reverse() }).grades).toEqual(["很差", "差", "行", "好", "很好"]);
    expect(readConfig({ rating: rating.slice(1) }).grades).toEqual([]);
    expect(readConfig({}).grades).toEqual([]);
  });

  it("reads topics and suggestions", () => {
    const topics = { topics: [{ title: "户籍", items: [{ title: "落户", question: "怎么落户", fictional: true }, {}] }, { title: "空" }] };
    expect(readTopics(topics)).toEqual([{ title: "户籍", items: [{ title: "落户", question: "怎么落户", fictional: true }] }]);
    const suggestions = [{ text: "怎么落户" }, { text: 1 }, { text: "停车证", fictional: true }];
    expect(readSuggestions({ suggestions })).toEqual([
      { text: "怎么落户", fictional: false },
      { text: "停车证", fictional: true },
    ]);
  });
});
