import { flushPromises, mount } from "@vue/test-utils";
import { createPinia } from "pinia";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";

import type { Schemas } from "@/api/client";
import { firstOf, happenings, isJudged, numberOf, turnOf, type Message, type Shown } from "@/pages/review/conversation/happened";
import JudgeForm from "@/pages/review/conversation/JudgeForm.vue";
import { figuresOf, seconds, share } from "@/pages/review/overview/figures";
import { dayOf, firstOfLast } from "@/pages/review/parts/days";
import { pieces } from "@/pages/review/parts/marked";
import { named } from "@/pages/review/parts/named";
import { agentsNamed } from "@/pages/review/search/choices";
import { nameIn } from "@/pages/review/search/exporting";
import { askedFor, fieldsOf, filterOf, hiddenCount, nothingSought } from "@/pages/review/search/filter";
import ReviewSearch from "@/pages/review/search/ReviewSearch.vue";
import GroupDialog from "@/pages/review/unanswered/GroupDialog.vue";
import { wordingsOf } from "@/pages/review/unanswered/wordings";
import { ROUTES } from "@/router/routes";
import { i18n, speak } from "@/words";

beforeEach(() => speak("zh-CN"));

function row(id: number, more: Partial<Schemas["Row"]> = {}): Schemas["Row"] {
  return {
    message_id: id, answer_id: id + 1, conversation_id: 7, at: "2026-11-29T08:00:00Z", channel: "widget", question: `问题${id}`, answer: "答复",
    snippet: "", highlights: [], outcome: "answered", aspect: "where", guide: null, region: null, confidence: 0.8, agent: null, rating: null,
    verdict: null, flags: [], labels: [], ai: true, ...more,
  };
}

function message(id: number, more: Partial<Message> = {}): Message {
  return {
    message_id: id, turn: id, seq: id, direction: "in", author: "citizen", agent: null, text: `m${id}`, at: `2026-11-29T08:00:0${id}Z`, state: "sent",
    reason: "", reason_text: "", outcome: null, aspect: null, guide: null, here: null, owner: null, options: [], sources: [], ai: false, why: null, can_be_replayed: false, ...more,
  };
}

function conversation(messages: Message[], more: Partial<Shown> = {}): Shown {
  return {
    conversation_id: 7, channel: "widget", region: null, owner: "bot", created_at: "2026-11-29T08:00:00Z",
    messages, judgements: [], labels: [], episodes: [], events: [], notes: [], ratings: [], ...more,
  };
}

describe("what is looked for", () => {
  it("goes into the address and comes back the same", () => {
    const fields = { ...nothingSought(), q: " 身份证 ", rating: "2", min_confidence: "0.4" };
    expect(askedFor(fields)).toEqual({ q: "身份证", rating: "2", min_confidence: "0.4" });
    expect(askedFor(fieldsOf(askedFor(fields) as Record<string, string>))).toEqual(askedFor(fields));
    expect(filterOf(fields)).toEqual({ q: "身份证", rating: 2, min_confidence: 0.4 });
    expect(hiddenCount(fields)).toBe(2);
  });

  it("takes from an address what is a field, and one of a kind", () => {
    expect(askedFor(fieldsOf({ q: ["a", "b"], evil: "x", label: "重要", to: null }))).toEqual({ label: "重要" });
  });
});

describe("marked words", () => {
  it.each([
    ["身份证丢了", [{ start: 0, end: 3 }], ["*身份证", "丢了"]],
    ["😀补身份证", [{ start: 2, end: 4 }], ["😀补", "*身份", "证"]],
    ["abc", [{ start: 2, end: 9 }, { start: 0, end: 1 }], ["*a", "b", "*c"]],
    ["abc", [{ start: 0, end: 2 }, { start: 1, end: 3 }], ["*ab", "*c"]],
    ["", [{ start: 0, end: 2 }], []],
  ])("%s", (text, spans, shown) => {
    expect(pieces(text, spans).map((piece) => (piece.marked ? "*" : "") + piece.text)).toEqual(shown);
    expect(pieces(text, spans).map((piece) => piece.text).join("")).toBe(text);
  });
});

describe("a conversation", () => {
  const shown = conversation([message(1), message(3, { direction: "out", author: "bot", turn: 1 }), message(5), message(7, { direction: "out", author: "wang", turn: 7 })], {
    events: [{ event: "queued", before: "bot", after: "queued", actor: null, why: "", at: "2026-11-29T08:00:04Z" }],
    notes: [{ by: "王芳", kind: "note", text: "n", at: "2026-11-29T08:00:09Z" }],
    ratings: [{ message_id: 3, grade: 5, comment: "", at: "2026-11-29T08:00:02Z" }],
  });

  it("is one line of time", () => {
    const line = happenings(shown).map((one) => (one.kind === "message" ? one.message.message_id : one.kind));
    expect(line).toEqual([1, "rating", 3, "event", 5, 7, "note"]);
  });

  it("is judged by its answers, and by questions without one", () => {
    expect(shown.messages.filter((one) => isJudged(one, shown)).map((one) => one.message_id)).toEqual([3, 5, 7]);
  });

  it.each([[1, 3], [3, 3], [5, 5], [99, 7], [null, 7]])("%s leads to message %s", (wanted, found) => {
    expect(firstOf(shown, wanted)?.message_id).toBe(found);
  });

  it("has turns", () => {
    expect(numberOf(shown, 5)).toBe(2);
    expect(turnOf(shown, 1).question?.message_id).toBe(1);
    expect(turnOf(shown, 7).question).toBeNull();
  });
});

it("takes each wording once, as it was said last", () => {
  const rows = [row(9, { question: "怎么 上牌？" }), row(5, { question: "怎么上牌" }), row(3, { question: "？！" }), row(2, { question: "上牌" })];
  expect(wordingsOf(rows)).toEqual([{ turn: 9, text: "怎么 上牌？" }, { turn: 2, text: "上牌" }]);
});

it("counts days as China does", () => {
  expect(dayOf(new Date("2026-11-28T16:00:00Z"))).toBe("2026-11-29");
  expect(dayOf(new Date("2026-11-28T15:59:59Z"))).toBe("2026-11-28");
  expect(firstOfLast(7, new Date("2026-11-29T02:00:00Z"))).toBe("2026-11-23");
});

it("names what it knows and shows what it does not", () => {
  expect(named("outcome", "nothing_found")).toBe("未找到");
  expect(named("outcome", "newer")).toBe("newer");
});

it.each([
  ["attachment; filename=\"x.csv\"; filename*=UTF-8''%E5%AF%B9%E8%AF%9D.csv", "对话.csv"],
  ['attachment; filename="x.csv"', "x.csv"],
  ["attachment; filename*=UTF-8''%E5%AF%", "otherwise"],
  [null, "otherwise"],
])("%s is saved as %s", (disposition, name) => {
  expect(nameIn(disposition, "otherwise")).toBe(name);
});

describe("figures", () => {
  const volumes = { conversations: 4, turns: 9, self_served: 3, handed: 1, no_answer: 2, staff_messages: 5, ratings: 2, self_service_rate: 0.75, handoff_rate: 0.25, no_answer_rate: 0.2222, mean_rating: 4.5 };
  const times = { count: 1, mean: 30, half: 20, nine_in_ten: null };
  const overview: Schemas["Overview"] = {
    first_day: "2026-11-28", last_day: "2026-11-29", totals: volumes, by_day: [{ day: "2026-11-28", ...volumes }, { day: "2026-11-29", ...volumes }],
    by_channel: [{ channel: "wechat", ...volumes }], by_region: [{ region: null, ...volumes }], top_matters: [{ guide: { id: "g", title: "补领", version: null }, count: 3 }],
    outcomes: [{ key: "answered", count: 7 }], aspects: [], ratings: [{ key: "5", count: 0 }], verdicts: [], waiting: times, handling: times,
  };

  it("are charts and tables of the same numbers", () => {
    const figures = figuresOf(overview);
    expect(figures.map((one) => one.key)).toEqual(["byDay", "byChannel", "byRegion", "topMatters", "outcomes"]);
    expect(figures[0]?.rows[0]).toEqual(["2026-11-28", 4, 9, 3, 1, 2, 5, 2, "75.0%", "25.0%", "22.2%", 4.5]);
    for (const figure of figures) for (const one of figure.rows) expect(one).toHaveLength(figure.columns.length);
    expect(figures[0]?.option).toMatchObject({ series: [{ data: [4, 4] }, { data: [1, 1] }, { data: [2, 2] }, { data: [3, 3] }] });
    for (const { option } of figures) expect(option).toMatchObject({ tooltip: { renderMode: "richText" } });
  });

  it("are said as people say them", () => {
    expect([share(null), share(0.9263), seconds(12, 1), seconds(600, 1), seconds(7300, 1), seconds(null, 1), seconds(null, 0)]).toEqual(["–", "92.6%", "12 秒", "10 分钟", "2 小时", "超过一天", "–"]);
  });
});

/** What the pages send, and what they are told. */
class Server {
  readonly asked: { method: string; url: string; body: unknown }[] = [];

  constructor(answers: Readonly<Record<string, unknown>>) {
    vi.stubGlobal("fetch", async (request: Request) => {
      const url = new URL(request.url);
      const body: unknown = request.method === "GET" ? null : await request.json();
      this.asked.push({ method: request.method, url: url.pathname + url.search, body });
      const found = Object.entries(answers).find(([start]) => `${request.method} ${url.pathname}${url.search}`.startsWith(start))?.[1];
      const answer: unknown = typeof found === "function" ? (found as (url: URL) => unknown)(url) : found;
      const [status, content] = answer instanceof Array ? (answer as [number, unknown]) : [200, answer ?? {}];
      return new Response(JSON.stringify(content), { status, headers: { "Content-Type": "application/json" } });
    });
  }

  sent(method: string, part: string): unknown[] {
    return this.asked.filter((one) => one.method === method && one.url.includes(part)).map((one) => one.body);
  }
}

const HIT: Schemas["GuideHit"] = {
  guide_id: "renew@000000", version: 1, item_id: "renew", title: "换领", task_name: "居民身份证换领", region: "000000", region_name: "全国",
  authority: "", publish_date: "", probability: 0.8, aspect: "where", text: "", page: "/guides/renew",
};
const NONE = { "GET /api/review/filters": { filters: [] }, "GET /api/review/waiting": { proposals: 0, assignments: 0 } };

async function shownAt(path: string, component: object, props: Record<string, unknown> = {}) {
  const router = createRouter({ history: createMemoryHistory("/console/"), routes: [...ROUTES] });
  await router.push(path);
  const global = { plugins: [router, createPinia(), i18n], stubs: { teleport: true, ElDropdown: true, ElSelect: true, ElDatePicker: true } };
  const page = mount(component, { props, global, attachTo: document.body });
  await flushPromises();
  return { page, router };
}

describe("the search page", () => {
  it("asks for the page after the one it shows, and never sends the cursor of another search", async () => {
    const server = new Server({
      ...NONE,
      "GET /api/review/messages": (url: URL) =>
        url.searchParams.has("cursor")
          ? { rows: [row(1)], next: null, approximate_total: null, at_least: false }
          : { rows: [row(3), row(2)], next: 2, approximate_total: 3, at_least: false },
    });
    const { page, router } = await shownAt("/review?q=补办", ReviewSearch);
    expect(page.findAll("tbody tr")).toHaveLength(2);
    await page.findAll("button").find((one) => one.text() === "加载更多")?.trigger("click");
    await flushPromises();
    expect(page.findAll("tbody a").map((one) => one.text())).toEqual(["问题3", "问题2", "问题1"]);
    expect(page.text()).toContain("没有更早的了");
    await page.find('input[aria-label="查找内容"]').setValue("遗失");
    await page.find("form").trigger("submit");
    await flushPromises();
    expect(router.currentRoute.value.query).toEqual({ q: "遗失" });
    expect(server.asked.filter((one) => one.url.includes("/messages")).map((one) => decodeURI(one.url.split("?")[1] ?? ""))).toEqual([
      "q=补办&limit=50", "q=补办&limit=50&cursor=2", "q=遗失&limit=50",
    ]);
    page.unmount();
  });

  it("keeps what it shows when more cannot be had", async () => {
    new Server({
      ...NONE,
      "GET /api/review/messages": (url: URL) =>
        url.searchParams.has("cursor") ? [503, { error: { code: "busy", message: "忙", mend: "再试" } }] : { rows: [row(3)], next: 2, approximate_total: 9, at_least: true },
    });
    const { page } = await shownAt("/review", ReviewSearch);
    expect(page.text()).toContain("9 条以上");
    await page.findAll("button").find((one) => one.text() === "加载更多")?.trigger("click");
    await flushPromises();
    expect(page.findAll("tbody tr")).toHaveLength(1);
    expect(page.find("[role=alert]").text()).toContain("忙");
    page.unmount();
  });
});

describe("the form of a judgement", () => {
  const question = message(1, { text: "身份证要换新的" });
  const answer = message(2, { direction: "out", author: "bot", turn: 1 });
  const judgement = { id: 5, message_id: 1, account_id: 1, account: "孙丽", verdict: "wrong_guide", comment: "", correct_guide: null, at: "2026-11-29T08:00:00Z" };

  it("says what was seen, which guide is right and what shall be learnt", async () => {
    const server = new Server({ "GET /api/review/guides": { hits: [HIT] }, "POST /api/review/messages/1/judgements": { judgement, proposal_id: 12, not_taught: null } });
    const { page } = await shownAt("/review", JudgeForm, { message: answer, question, newest: { ...judgement, id: 4 } });
    await page.find("input[value=wrong_guide]").setValue(true);
    await flushPromises();
    await page.find("li button").trigger("click");
    await page.find("textarea").setValue("答成补领了");
    await page.find("form.judge").trigger("submit");
    await flushPromises();
    expect(server.sent("POST", "judgements")).toEqual([
      { verdict: "wrong_guide", comment: "答成补领了", correct_guide_id: "renew@000000", seen: 4, teach: "pair", phrase: null },
    ]);
    expect(page.text()).toContain("已提出学习建议 12");
    expect(page.emitted("changed")).toHaveLength(1);
    page.unmount();
  });

  it("keeps what was written when a colleague was faster", async () => {
    new Server({ "POST /api/review/messages/1/judgements": [409, { error: { code: "judged_meanwhile", message: "刚才有同事评判了", mend: "先看看" } }] });
    const { page } = await shownAt("/review", JudgeForm, { message: answer, question, newest: null });
    await page.find("form.judge").trigger("submit");
    await vi.waitFor(() => expect(page.text()).toContain("请先选一种评判"));
    await page.find("input[value=right]").setValue(true);
    await page.find("textarea").setValue("我的话");
    await page.find("form.judge").trigger("submit");
    await flushPromises();
    expect(page.emitted("changed")).toHaveLength(1);
    const reloaded: Record<string, unknown> = { newest: { ...judgement, comment: "要换新的" } };
    await page.setProps(reloaded);
    expect(page.find(".theirs").text()).toContain("孙丽");
    expect(page.find(".theirs").text()).toContain("要换新的");
    expect(page.find("button[type=submit]").text()).toBe("仍然提交我的评判");
    expect((page.find("textarea").element).value).toBe("我的话");
    page.unmount();
  });
});

describe("the right guide of a group", () => {
  const group: Schemas["Group"] = {
    key: "1", example: "轮椅车上牌", count: 4, message_ids: [1, 2, 3, 4], nearest: [],
    messages: [row(4, { question: "轮椅车上牌" }), row(3, { question: "轮椅车怎么上牌" }), row(2, { question: "轮椅车上牌！" })],
  };
  const theirs = {
    conversation_id: 7, question: "轮椅车怎么上牌",
    judgement: { id: 9, message_id: 3, account_id: 2, account: "李娜", verdict: "right", comment: "没有这件事", correct_guide: null, at: "2026-11-29T08:00:00Z" },
  };
  const elsewhere = { ...theirs, judgement: { ...theirs.judgement, id: 8, message_id: 77, account: "周敏" } };

  it("is told at once: all of them, and the wordings that are ticked", async () => {
    const server = new Server({ "GET /api/review/guides": { hits: [HIT] }, "POST /api/review/groups": [201, { done: 4, proposals: [1, 2] }] });
    const { page } = await shownAt("/unanswered", GroupDialog, { group, seen: 5 });
    await page.find("form#group-form").trigger("submit");
    await flushPromises();
    expect(page.find("[role=alert]").text()).toContain("请先选一份指南");
    await page.find("li button").trigger("click");
    await page.find("textarea").setValue("车管所管");
    await page.find("form#group-form").trigger("submit");
    await flushPromises();
    expect(server.sent("POST", "groups")).toEqual([
      { message_ids: [1, 2, 3, 4], correct_guide_id: "renew@000000", comment: "车管所管", teach: "pair", wordings: [4, 3], seen: 5 },
    ]);
    expect(page.emitted("done")).toHaveLength(1);
    page.unmount();
  });

  it("keeps what was typed when a colleague was faster, shows what changed, and leaves theirs or judges over it", async () => {
    let refuses = true;
    const server = new Server({
      "GET /api/review/guides": { hits: [HIT] },
      "GET /api/review/judgements": { judgements: [theirs, elsewhere], newest: 9 },
      "POST /api/review/groups": () => (refuses ? [409, { error: { code: "group_judged_meanwhile", message: "有的刚被评判", mend: "看看" } }] : [201, { done: 3, proposals: [1] }]),
    });
    const { page } = await shownAt("/unanswered", GroupDialog, { group, seen: 5 });
    await page.find("li button").trigger("click");
    await page.find("textarea").setValue("车管所管");
    await page.find("form#group-form").trigger("submit");
    await flushPromises();
    expect(server.asked.some((one) => one.url === "/api/review/judgements?seen=5")).toBe(true);
    const changed = page.find(".meanwhile");
    expect(changed.text()).toContain("李娜");
    expect(changed.text()).toContain("没有这件事");
    expect(changed.text(), "of another group").not.toContain("周敏");
    expect(page.find("textarea").element.value).toBe("车管所管");
    expect(page.find("li button").attributes("aria-pressed")).toBe("true");

    await changed.find("input[type=checkbox]").setValue(true);
    await page.find("form#group-form").trigger("submit");
    await flushPromises();
    refuses = false;
    await page.find("form#group-form").trigger("submit");
    await flushPromises();
    const [, over, rest] = server.sent("POST", "groups");
    expect(over).toMatchObject({ message_ids: [1, 2, 3, 4], wordings: [4, 3], seen: 9 });
    expect(rest, "changed again: nobody is judged over without another tick").toMatchObject({ message_ids: [1, 2, 4], wordings: [4], seen: 9 });
    expect(page.emitted("done")).toHaveLength(1);
    page.unmount();
  });
});

it("people who share a name are told apart by their accounts", () => {
  const agents = [{ account: "li.na", name: "李娜" }, { account: "li.na2", name: "李娜" }, { account: "wang.fang", name: "王芳" }];
  expect(agentsNamed(agents).map((one) => one.name)).toEqual(["李娜 (li.na)", "李娜 (li.na2)", "王芳"]);
});
