import { mount } from "@vue/test-utils";
import { beforeAll, expect, it } from "vitest";

import type { Chat } from "@/desk/frames";
import { speak } from "@/words";

import ChatRow from "./ChatRow.vue";

beforeAll(() => speak("zh-CN"));

function chat(more: Partial<Chat>): Chat {
  return {
    conversation_id: 1, handoff_id: 1, channel: "widget", owner: "queued", trigger: "asked", reason: "", team: null, agent: null, priority: 0,
    large_print: false, region: null, language: "zh", matter: "", guide: null, queued_at: "2026-11-29T08:00:00Z", claimed_at: null, closed_at: null,
    position: 1, last: null, last_citizen_at: null, last_agent_at: null, unanswered: false, undelivered: 0, online: true, ...more,
  };
}

function tags(more: Partial<Chat>): string[] {
  const row = mount(ChatRow, {
    props: { chat: chat(more), now: new Date("2026-11-29T08:05:00Z"), isCurrent: false, isNew: false },
  });
  return row.findAll(".el-tag").map((tag) => tag.text());
}

it.each([
  [{}, []],
  [{ priority: 1 }, ["优先"]],
  [{ priority: 1, large_print: true }, ["适老大字"]],
  [{ priority: 2, large_print: true }, ["投诉", "适老大字"]],
  [{ language: "en" }, ["英文"]],
  [{ language: "de" }, ["de"]],
  [{ priority: 1, large_print: true, language: "en", undelivered: 1 }, ["适老大字", "英文", "没有送达"]],
])("%o has the tags %o", (more, shown) => {
  expect(tags(more)).toEqual(shown);
});
