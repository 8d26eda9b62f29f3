import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { cannedFor, slashOf } from "./canned";
import { readFrame, type Chat, type Detail, type Frame, type Message } from "./frames";
import { Link, backoff, type LinkState } from "./link";
import { after, changedHands, lastSeq, merged, opened, sorted } from "./open";
import { conversations, newId, next, readBox, refused, without, type Unsent } from "./outbox";
import { shortcutOf } from "./shortcuts";

function message(seq: number, more: Partial<Message> = {}): Message {
  const base = { seq, message_id: seq, direction: "in", author: "citizen", agent: null, client_id: null, text: `m${seq}` } as const;
  const rest = { at: "2026-11-29T08:00:00Z", state: "answered", reason: "", reason_text: "", guide: null, outcome: null, ai: false, reply: null } as const;
  return { ...base, ...rest, ...more };
}

function chat(id: number, more: Partial<Chat> = {}): Chat {
  return {
    conversation_id: id, handoff_id: id, channel: "widget", owner: "queued", trigger: "asked", reason: "", team: null, agent: null, priority: 0, large_print: false,
    region: null, language: "zh", matter: "", guide: null, queued_at: `2026-11-29T08:0${id}:00Z`, claimed_at: null, closed_at: null, position: 1,
    last: null, last_citizen_at: null, last_agent_at: null, unanswered: false, undelivered: 0, online: true, ...more,
  };
}

const me = { account_id: 7, name: "刘洋", number: "A1" };

function detail(messages: Message[]): Detail {
  const packet = { line: "", matter: "", regions: { here: null, owner: null }, answered: [], missing: [], failed_searches: [], rating: null, earlier: 0 };
  const may = { claim: false, take: false, say: true, release: true, transfer: true, close: true, whisper: false };
  return { chat: chat(1, { owner: "human", agent: me }), packet, messages, notes: [], events: [], may };
}

describe("an open chat", () => {
  const open = opened(detail([message(1), message(2)]));

  it("has each message once and in order, whatever comes twice or late", () => {
    const told = [message(4), message(3), message(2, { text: "newer" }), message(4)];
    const now = told.reduce((one, said) => after(one, { type: "message", conversation: 1, message: said }), open);
    expect(now.messages.map(({ seq, text }) => [seq, text])).toEqual([[1, "m1"], [2, "newer"], [3, "m3"], [4, "m4"]]);
    expect(lastSeq(now)).toBe(4);
    expect(merged([], [])).toEqual([]);
  });

  it("keeps what has arrived, though an older copy comes after it", () => {
    const states = (...now: Message["state"][]): Message[] => now.map((state, n) => message(n + 1, { state }));
    expect(merged(states("sent", "failed"), states("pending", "pending")).map((one) => one.state)).toEqual(["sent", "pending"]);
    expect(merged(states("pending"), states("sent")).map((one) => one.state)).toEqual(["sent"]);
  });

  it("hears how far a message came", () => {
    const failed: Frame = { type: "delivery", conversation: 1, seq: 2, state: "failed", reason: "45015", reason_text: "超过 48 小时" };
    expect(after(open, failed).messages[1]).toMatchObject({ state: "failed", reason_text: "超过 48 小时" });
  });

  it("shows who types until they have said it", () => {
    const typing = after(open, { type: "typing", conversation: 1, who: "citizen", name: "", on: true });
    expect(typing.typing).toBe("citizen");
    expect(after(typing, { type: "message", conversation: 1, message: message(3) }).typing).toBe("");
    expect(after(typing, { type: "typing", conversation: 1, who: "citizen", name: "", on: false }).typing).toBe("");
  });

  it("is the same when a frame is about another", () => {
    expect(after(open, { type: "message", conversation: 2, message: message(9) })).toBe(open);
    expect(after(open, { type: "pong", t: 1 })).toBe(open);
  });
});

it("sees when a chat changed hands", () => {
  expect(changedHands(chat(1), chat(1, { unanswered: true }))).toBe(false);
  expect(changedHands(chat(1), chat(1, { owner: "human", agent: me }))).toBe(true);
  expect(changedHands(chat(1, { agent: me }), chat(1, { agent: { ...me, account_id: 8 } }))).toBe(true);
});

it("sorts own chats by who waits for us, keeps the queue as it is served", () => {
  const own = (id: number, unanswered: boolean): Chat => chat(id, { owner: "human", agent: me, unanswered });
  const others = chat(5, { owner: "human", agent: { ...me, account_id: 8 } });
  const lists = sorted([own(1, false), own(2, true), chat(6, { priority: 2 }), chat(3), chat(4), others], 7);
  expect(lists.mine.map((one) => one.conversation_id)).toEqual([2, 1]);
  expect(lists.queue.map((one) => one.conversation_id)).toEqual([6, 3, 4]);
});

describe("the outbox", () => {
  const unsent = (id: string, conversation: number): Unsent => ({ id, conversation, text: id, cited: null, at: "", wrong: null });
  const box = [unsent("a", 1), unsent("b", 1), unsent("c", 2)];
  const wrong = { code: "not_yours", message: "不是您的会话。", mend: "" };

  it("sends the first of a chat first, and nothing past one that was refused", () => {
    expect(next(box, 1)?.id).toBe("a");
    expect(next(without(box, "a"), 1)?.id).toBe("b");
    expect(next(refused(box, "a", wrong), 1)).toBeNull();
    expect(next(refused(box, "a", wrong), 2)?.id).toBe("c");
    expect(next([], 1)).toBeNull();
    expect(conversations(box)).toEqual([1, 2]);
  });

  it("reads back what it kept, and nothing that is not of it", () => {
    expect(readBox(JSON.stringify(box))).toEqual(box);
    for (const kept of [null, "", "{", "{}", '[{"id":1}]', "[null]"]) expect(readBox(kept)).toEqual([]);
  });

  it("makes ids the server takes", () => {
    expect(newId()).toMatch(/^[A-Za-z0-9_.:]{8,64}$/);
    expect(new Set(Array.from({ length: 100 }, newId)).size).toBe(100);
  });
});

it.each([
  ['{"type":"pong","t":1}', { type: "pong", t: 1 }],
  ['{"type":"toString"}', null],
  ['{"type":"evil"}', null],
  ["[]", null],
  ["null", null],
  ["{", null],
  [new Blob(), null],
])("reads frames: %s", (data, frame) => {
  expect(readFrame(data)).toEqual(frame);
});

it.each([
  ["j", {}, false, "next"],
  ["J", {}, false, "next"],
  ["?", {}, false, "help"],
  ["j", {}, true, null],
  ["ArrowDown", { altKey: true }, true, "next"],
  ["ArrowUp", { altKey: true }, false, "previous"],
  ["c", { ctrlKey: true }, false, null],
  ["r", { metaKey: true }, false, null],
  ["n", { isComposing: true }, false, null],
  ["x", {}, false, null],
] as const)("key %s %j while writing: %s means %s", (key, more, isWriting, meant) => {
  const pressed = { key, altKey: false, ctrlKey: false, metaKey: false, isComposing: false, ...more };
  expect(shortcutOf(pressed, isWriting)).toBe(meant);
});

it("finds canned replies after a slash", () => {
  const reply = (id: number, shortcut: string, title: string, text: string) =>
    ({ id, team: null, shortcut, title, text, filled: text, unfilled: [], updated_at: "", updated_by: "" });
  const all = [reply(1, "zj", "再见", "感谢来访"), reply(2, "hi", "问候", "您好"), reply(3, "rx", "热线", "请拨 hi 12345")];
  expect([slashOf("/"), slashOf("/hi"), slashOf("／问"), slashOf("a/b"), slashOf("/a b")]).toEqual(["", "hi", "问", null, null]);
  expect(cannedFor(all, "hi").map((one) => one.id)).toEqual([2, 3]);
  expect(cannedFor(all, "问").map((one) => one.id)).toEqual([2]);
  expect(cannedFor(all, "").map((one) => one.id)).toEqual([2, 3, 1]);
});

describe("the link", () => {
  class FakeSocket {
    static readonly OPEN = 1;
    static made: FakeSocket[] = [];
    readyState = 0;
    sent: unknown[] = [];
    isClosed = false;
    onopen: (() => void) | null = null;
    onmessage: ((event: { data: string }) => void) | null = null;
    onclose: ((event: { code: number }) => void) | null = null;

    constructor(
      readonly url: string,
      readonly protocol: string,
    ) {
      FakeSocket.made.push(this);
    }

    send(text: string): void {
      this.sent.push(JSON.parse(text));
    }

    close(): void {
      this.isClosed = true;
    }

    stands(): void {
      this.readyState = 1;
      this.onopen?.();
      this.says({ type: "welcome", account_id: 7, presence: "online" });
    }

    says(frame: unknown): void {
      this.onmessage?.({ data: JSON.stringify(frame) });
    }
  }

  let states: LinkState[];
  let refusals: number;
  let link: Link;
  const last = (): FakeSocket => FakeSocket.made.at(-1)!;

  beforeEach(() => {
    vi.useFakeTimers();
    FakeSocket.made = [];
    vi.stubGlobal("WebSocket", FakeSocket);
    states = [];
    refusals = 0;
    link = new Link({
      url: () => "ws://x/api/desk/socket",
      watched: () => ({ 12: 34 }),
      onFrame: () => undefined,
      onState: (state) => states.push(state),
      onRefused: () => (refusals += 1),
      random: () => 0,
    });
    link.start();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("says hello with the last place of each chat, and stands with the welcome", () => {
    expect(last().protocol).toBe("bangban.desk.v1");
    last().stands();
    expect(last().sent).toEqual([{ type: "hello", watch: { 12: 34 } }]);
    expect(states).toEqual(["connecting", "open"]);
  });

  it("comes back by itself, waiting longer each time, and asks who we are when it was not let in", () => {
    last().onclose?.({ code: 1006 });
    expect([FakeSocket.made.length, refusals]).toEqual([1, 1]);
    vi.advanceTimersByTime(250);
    expect(FakeSocket.made).toHaveLength(2);
    last().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(499);
    expect(FakeSocket.made).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.made).toHaveLength(3);
    last().stands();
    last().onclose?.({ code: 1006 });
    expect(refusals).toBe(2);
  });

  it("gives a silent connection up", () => {
    last().stands();
    vi.advanceTimersByTime(20_000);
    expect(last().sent.at(-1)).toMatchObject({ type: "ping" });
    last().says({ type: "pong", t: 1 });
    vi.advanceTimersByTime(20_000 + 10_000);
    expect(FakeSocket.made[0]!.isClosed).toBe(true);
    expect(states.at(-1)).toBe("closed");
  });

  it("comes back when the server says", () => {
    last().stands();
    last().says({ type: "resume", reason: "restart", after_ms: 3000 });
    last().onclose?.({ code: 1001 });
    vi.advanceTimersByTime(2999);
    expect(FakeSocket.made).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.made).toHaveLength(2);
  });

  it("tries at once when the network is back, but never twice at a time", () => {
    last().onclose?.({ code: 1006 });
    link.now();
    link.now();
    expect(FakeSocket.made).toHaveLength(2);
  });

  it("stays away when the session has ended, or when it is stopped", () => {
    last().stands();
    last().says({ type: "ended" });
    vi.advanceTimersByTime(60_000);
    expect([FakeSocket.made.length, states.at(-1)]).toEqual([1, "ended"]);
    link.start();
    link.stop();
    link.now();
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.made).toHaveLength(2);
  });

  it("spreads the waiting and caps it", () => {
    expect([backoff(1, 0), backoff(1, 1), backoff(20, 1)]).toEqual([250, 500, 15_000]);
  });
});
