import { beforeEach, describe, expect, it, vi } from "vitest";

import { Api, LONGEST_MS, Refused } from "./api";
import { pollDial } from "./connection/poll";
import { keep, type Keep } from "./connection/storage";
import type { ServerFrame } from "./wire/frames";

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly init: RequestInit;
}

let asked: Asked[] = [];
let answers: Record<string, () => Response | Promise<Response>> = {};

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}

const memory = (): Keep =>
  keep(() => {
    throw new Error("no storage");
  });

function headersOf(one: Asked | undefined): Record<string, string> {
  return one?.init.headers as Record<string, string>;
}

function bodyOf(one: Asked | undefined): unknown {
  return JSON.parse(one?.init.body as string);
}

beforeEach(() => {
  asked = [];
  answers = { "/widget/session": () => json({ token: "t".repeat(43), conversation: "c_1" }) };
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    const path = new URL(url).pathname;
    asked.push({ method: init.method ?? "GET", path, init });
    return Promise.resolve(answers[path]?.() ?? json({ error: { code: "not_found" } }, 404));
  });
});

const api = (byCookie: boolean, kept = memory()): Api =>
  new Api({ host: "https://h.example", region: "370283", byCookie, keep: kept });

describe("the session", () => {
  it("on the own site leaves the token to the cookie", async () => {
    const kept = memory();
    answers["/widget/session"] = () => json({ token: null, conversation: "c_1" });
    const one = api(true, kept);
    await one.open();
    expect(bodyOf(asked[0])).toEqual({ region: "370283", cookie: true });
    expect(asked[0]?.init.credentials).toBe("include");
    expect([one.token, kept.get("token")]).toEqual([null, null]);
  });

  it("embedded elsewhere keeps the token and sends it, without cookies", async () => {
    const kept = memory();
    const one = api(false, kept);
    await one.open();
    await one.topics().catch(() => null);
    expect(asked[0]?.init.credentials).toBe("omit");
    expect(headersOf(asked[1])["Authorization"]).toBe(`Bearer ${"t".repeat(43)}`);
    const later = api(false, kept);
    await later.open();
    expect(bodyOf(asked[2])).toMatchObject({ token: "t".repeat(43) });
  });

  it("is asked for once, however many need it", async () => {
    const one = api(false);
    await Promise.all([one.open(), one.open()]);
    await one.open();
    expect(asked).toHaveLength(1);
  });

  it("lost twice in a row does without the cookie, which the browser may refuse", async () => {
    const one = api(true);
    await one.open();
    one.forget();
    await one.open();
    one.forget();
    await one.open();
    expect(bodyOf(asked[2])).toEqual({ region: "370283" });
    expect(one.token).not.toBeNull();
  });

  it("once taken may be lost again later", async () => {
    const one = api(true);
    await one.open();
    one.forget();
    await one.open();
    one.proved();
    one.forget();
    await one.open();
    expect(bodyOf(asked[2])).toMatchObject({ cookie: true });
  });
});

it("a refusal carries what the server says of it", async () => {
  answers["/widget/rating"] = () => json({ error: { code: "bad_request", message: "不行", mend: "重来" } }, 400);
  await expect(api(true).rate(5, 4, "")).rejects.toMatchObject({
    status: 400,
    problem: { code: "bad_request", message: "不行", mend: "重来" },
  });
});

it("a rating without words and one that is taken", async () => {
  answers["/widget/rating"] = () => new Response(null, { status: 204 });
  await api(true).rate(null, 4, "");
  expect(bodyOf(asked[0])).toEqual({ message_id: null, grade: 4 });
});

describe("polling", () => {
  interface Seen {
    readonly frames: ServerFrame[];
    downs: number;
    send: (id: string) => void;
    close: () => void;
  }

  function link(one: Api): Seen {
    const seen: Seen = { frames: [], downs: 0, send: () => undefined, close: () => undefined };
    const made = pollDial(one)({
      up: () => {
        made.send({ type: "hello", token: null, after: 3, lang: "zh-CN" });
      },
      frame: (frame) => seen.frames.push(frame),
      down: () => (seen.downs += 1),
    });
    seen.send = (id) => {
      made.send({ type: "message", id, text: id, lang: "en", large: true });
    };
    seen.close = () => {
      made.close();
    };
    return seen;
  }

  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
  const waiting = (): Promise<Response> => new Promise(() => undefined);

  it("welcomes with who speaks, hands over what comes, and asks on after the last of it", async () => {
    const batches = [
      { events: [{ type: "message", seq: 4, text: "a", author: "bot" }, { type: "owner", owner: "human" }] },
    ];
    answers["/widget/poll"] = () => {
      const batch = batches.shift();
      return batch ? json(batch) : waiting();
    };
    const seen = link(api(false));
    await settled();
    expect(seen.frames.map((frame) => frame.type)).toEqual(["welcome", "message", "owner"]);
    expect(seen.frames[0]).toMatchObject({ owner: "human" });
    seen.close();
  });

  it("posts one after the other, and tells acceptance and refusal apart from a dead line", async () => {
    answers["/widget/poll"] = waiting;
    const replies = [
      () => json({ accepted: true, id: "a", seq: 1 }, 202),
      () => json({ error: { code: "too_long", message: "长", mend: "" } }, 413),
      () => json({ error: { code: "unavailable" } }, 503),
    ];
    answers["/widget/messages"] = () => replies.shift()!();
    const seen = link(api(false));
    await settled();
    for (const id of ["a", "b", "c"]) seen.send(id);
    await settled();
    expect(seen.frames).toMatchObject([
      { type: "accepted", id: "a", seq: 1 },
      { type: "failed", id: "b", error: { message: "长" } },
    ]);
    expect(seen.downs).toBe(1);
  });

  it("ends once when the server does not answer", async () => {
    answers["/widget/poll"] = () => json({}, 502);
    const seen = link(api(false));
    await settled();
    expect(seen.downs).toBe(1);
  });
});

it("knows its own refusals", () => {
  expect(new Refused(429, { code: "too_fast", message: "", mend: "" }).message).toBe("429 too_fast");
});

describe("a network that swallows everything", () => {
  it("keeps no request open for ever, and the next try asks anew", async () => {
    vi.useFakeTimers();
    const swallowed = (url: string, init: RequestInit): Promise<Response> =>
      new Promise((_, reject) => {
        asked.push({ method: init.method ?? "GET", path: new URL(url).pathname, init });
        init.signal?.addEventListener("abort", () => {
          reject(new DOMException("over", "AbortError"));
        });
      });
    vi.stubGlobal("fetch", swallowed);
    const one = api(false);
    const first = expect(one.open()).rejects.toThrow("over");
    await vi.advanceTimersByTimeAsync(LONGEST_MS);
    await first;
    const second = expect(one.open()).rejects.toThrow("over");
    await vi.advanceTimersByTimeAsync(LONGEST_MS);
    await second;
    expect(asked).toHaveLength(2);
    vi.useRealTimers();
  });
});

describe("a new conversation", () => {
  it("is asked for without the old token, and counts only when it is another one", async () => {
    const kept = memory();
    const one = api(false, kept);
    await one.open();
    answers["/widget/session"] = () => json({ token: "n".repeat(43), conversation: "c_2" });
    await one.renew();
    expect(bodyOf(asked[1])).toEqual({ region: "370283", new: true });
    expect([one.conversation, kept.get("token")]).toEqual(["c_2", "n".repeat(43)]);
    await expect(one.renew()).rejects.toThrow("still the old one");
  });
});
