import { describe, expect, it } from "vitest";

import { readFrame, type ServerFrame } from "../wire/frames";
import { EMPTY, reduce, type Event, type State } from "./state";

const AT = "2026-11-20T01:00:00Z";

function message(seq: number, text: string, more: Record<string, unknown> = {}): ServerFrame {
  return readFrame({ type: "message", seq, text, at: AT, author: "bot", ...more })!;
}

const wrote = (id: string): Event => ({ type: "wrote", unsent: { id, text: `问${id}`, at: AT } });
const mine = (seq: number, id: string): ServerFrame =>
  message(seq, `问${id}`, { author: "citizen", client_id: id });

const after = (...events: readonly Event[]): State => events.reduce(reduce, EMPTY);
const shown = (state: State): readonly string[] => state.entries.map((entry) => entry.text);

describe("the line", () => {
  it("rests after an idle close until it is open, or cannot be opened again", () => {
    const resume = (reason: "idle" | "restart"): Event => ({ type: "resume", reason, afterMs: 1 });
    const closed: Event = { type: "link", link: "closed" };
    expect(after(closed, resume("idle")).resting).toBe(true);
    expect(after(resume("idle"), closed).resting).toBe(true);
    const connecting: Event = { type: "link", link: "connecting" };
    expect(after(resume("idle"), closed, connecting).resting).toBe(true);
    expect(after(resume("idle"), closed, connecting, closed).resting).toBe(false);
    expect(after(resume("idle"), closed, connecting, { type: "link", link: "open" }).resting).toBe(false);
    expect(after(resume("restart"), closed).resting).toBe(false);
  });
});

describe("messages", () => {
  it("stand by their place, however they come", () => {
    const state = after(message(3, "c"), message(1, "a"), message(2, "b"));
    expect(shown(state)).toEqual(["a", "b", "c"]);
    expect(state.lastSeq).toBe(3);
  });

  it("are shown once when they are replayed", () => {
    const state = after(message(1, "a"), message(2, "b"), message(1, "a"), message(2, "b"));
    expect(shown(state)).toEqual(["a", "b"]);
  });

  it("of the citizen stay one entry from writing to replay", () => {
    const states = [wrote("x"), { type: "accepted", id: "x", seq: 1 } as const, mine(1, "x"), mine(1, "x")];
    const state = after(...states);
    expect(shown(state)).toEqual(["问x"]);
    expect(state.entries[0]).toMatchObject({ key: "x", seq: 1, delivery: "delivered" });
  });

  it("that wait stand last, in the order they were written", () => {
    const state = after(message(1, "a"), wrote("x"), wrote("y"), message(2, "b"), {
      type: "accepted",
      id: "x",
      seq: 3,
    });
    expect(shown(state)).toEqual(["a", "b", "问x", "问y"]);
  });

  it("of another tab appear too", () => {
    expect(after(mine(1, "other"), message(2, "b")).entries.map((entry) => entry.author)).toEqual(["citizen", "bot"]);
  });

  it("an acceptance does not move where a reconnect resumes: something before it may be missing", () => {
    const state = after(message(1, "a"), wrote("x"), { type: "accepted", id: "x", seq: 5 });
    expect(state.lastSeq).toBe(1);
  });
});

describe("failures", () => {
  const failed: Event = { type: "failed", id: "x", error: { code: "too_fast", message: "慢", mend: "等" } };

  it("stay with their message, in its place, until it is sent again", () => {
    const state = after(wrote("x"), wrote("y"), failed);
    expect(shown(state)).toEqual(["问x", "问y"]);
    expect(state.entries[0]).toMatchObject({ delivery: "failed", problem: { message: "慢" } });
    const again = reduce(state, wrote("x"));
    expect(shown(again)).toEqual(["问x", "问y"]);
    expect(again.entries[0]).toMatchObject({ delivery: "waiting", problem: null });
  });

  it("of no message are a notice", () => {
    const error = { code: "bad_request", message: "没有收下", mend: "刷新" };
    expect(after({ type: "failed", id: null, error }).notice).toBe("没有收下 刷新");
  });
});

describe("the conversation", () => {
  it("is kept when the same session goes on, and left when another begins", () => {
    const session = (conversation: string): Event => ({ type: "session", conversation });
    const state = after(session("c_1"), message(1, "a"), wrote("x"), session("c_1"));
    expect(shown(state)).toEqual(["a", "问x"]);
    const other = reduce(state, session("c_2"));
    expect(shown(other)).toEqual(["问x"]);
    expect(other.lastSeq).toBe(0);
  });

  it("typing ends with the reply, with the connection, and not with one's own words", () => {
    const typing: Event = { type: "typing", who: "bot", on: true };
    expect(after(typing, mine(1, "x")).typing).toBe("bot");
    expect(after(typing, message(1, "a")).typing).toBeNull();
    expect(after(typing, { type: "link", link: "closed" }).typing).toBeNull();
    expect(after(typing, { type: "typing", who: "bot", on: false }).typing).toBeNull();
  });

  it("says who speaks", () => {
    const floor = (said: object): Event => readFrame({ type: "owner", ...said })!;
    const queued = after(floor({ owner: "queued", position: 3 }));
    expect(queued).toMatchObject({ owner: "queued", position: 3, agent: null });
    const human = reduce(queued, floor({ owner: "human", agent: { name: "王芳", number: "017" } }));
    expect(human).toMatchObject({ owner: "human", position: null, agent: { name: "王芳", number: "017" } });
    expect(reduce(human, floor({ owner: "bot" }))).toMatchObject({ owner: "bot", position: null, agent: null });
  });

  it("the assistant does not seem to type while a person has it, and a change of hands ends typing", () => {
    const types = (who: "bot" | "agent"): Event => ({ type: "typing", who, on: true });
    const floor = (owner: string): Event => readFrame({ type: "owner", owner })!;
    expect(after(types("bot"), floor("queued")).typing).toBeNull();
    expect(after(floor("queued"), types("bot")).typing).toBeNull();
    expect(after(floor("human"), types("bot")).typing).toBeNull();
    expect(after(floor("human"), types("agent"), floor("human")).typing).toBe("agent");
    expect(after(floor("human"), types("agent"), floor("closed")).typing).toBeNull();
    expect(after(floor("closed"), types("bot")).typing).toBe("bot");
  });
});
