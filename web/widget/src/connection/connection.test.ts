import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { ClientFrame, ServerFrame } from "../wire/frames";
import { backoff } from "./backoff";
import { ACCEPT_MS, ANSWER_MS, BEAT_MS, Connection, PACE_MS, type LinkState } from "./connection";
import type { Dial, LinkEvents } from "./link";
import { Outbox } from "./outbox";
import { keep, type Keep } from "./storage";

const BOT = { owner: "bot", position: null, agent: null } as const;

class FakeLink {
  readonly sent: ClientFrame[] = [];
  closed = false;

  constructor(
    readonly way: "socket" | "poll",
    readonly events: LinkEvents,
  ) {}

  get texts(): readonly string[] {
    return this.sent.flatMap((frame) => (frame.type === "message" ? [frame.id] : []));
  }

  welcome(): void {
    this.events.up();
    this.events.frame({ type: "welcome", conversation: "c", lastSeq: 0, resumed: true, ...BOT });
  }

  accept(id: string): void {
    this.events.frame({ type: "accepted", id, seq: 1 });
  }
}

const memory = (): Keep =>
  keep(() => {
    throw new Error("no storage");
  });

class Bench {
  readonly links: FakeLink[] = [];
  readonly states: LinkState[] = [];
  readonly frames: ServerFrame[] = [];
  readonly outbox = new Outbox(memory());
  lastSeq = 0;
  wanted = true;
  lang = "zh-CN";
  large = false;
  reachable = true;
  session = (): Promise<void> => (this.reachable ? Promise.resolve() : Promise.reject(new Error("away")));
  readonly connection = new Connection({
    dial: this.#dial("socket"),
    fallback: this.#dial("poll"),
    session: () => this.session(),
    hello: () => ({ token: null, after: this.lastSeq, lang: "zh-CN" }),
    hints: () => ({ lang: this.lang, large: this.large }),
    outbox: this.outbox,
    onState: (state) => this.states.push(state),
    onFrame: (frame) => this.frames.push(frame),
    wanted: () => this.wanted,
    random: () => 0.5,
  });

  #dial(way: "socket" | "poll"): Dial {
    return (events) => {
      const link = new FakeLink(way, events);
      this.links.push(link);
      return { send: (frame) => link.sent.push(frame), close: () => (link.closed = true) };
    };
  }

  get link(): FakeLink {
    return this.links[this.links.length - 1]!;
  }

  say(id: string): void {
    this.outbox.add({ id, text: id, at: "" });
    this.connection.send(id, id);
  }

  async open(): Promise<void> {
    this.connection.start();
    await vi.advanceTimersByTimeAsync(0);
    this.link.welcome();
  }
}

let bench: Bench;

beforeEach(() => {
  vi.useFakeTimers();
  bench = new Bench();
});

afterEach(() => {
  bench.connection.stop();
  vi.useRealTimers();
});

describe("the three states", () => {
  it("go from closed to connecting to open, and hello is the first word", async () => {
    bench.lastSeq = 7;
    expect(bench.connection.state).toBe("closed");
    await bench.open();
    expect(bench.states).toEqual(["connecting", "open"]);
    expect(bench.link.sent[0]).toEqual({ type: "hello", token: null, after: 7, lang: "zh-CN" });
  });

  it("say with every message how it is read now, also with one that waited", async () => {
    const said = (): unknown[] => bench.link.sent.flatMap((frame) => (frame.type === "message" ? [[frame.id, frame.lang, frame.large]] : []));
    bench.say("waited");
    await bench.open();
    bench.lang = "en";
    bench.large = true;
    bench.say("now");
    expect(said()).toEqual([
      ["waited", "zh-CN", false],
      ["now", "en", true],
    ]);
  });

  it("starting twice makes one connection", async () => {
    bench.connection.start();
    bench.connection.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(bench.links).toHaveLength(1);
  });

  it("a deliberate end is never retried", async () => {
    await bench.open();
    bench.connection.stop();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(bench.links).toHaveLength(1);
    expect(bench.link.closed).toBe(true);
    expect(bench.connection.state).toBe("closed");
  });

  it("a link that was dropped is not listened to any more", async () => {
    await bench.open();
    const old = bench.link;
    old.events.down();
    await vi.advanceTimersByTimeAsync(1_000);
    bench.link.welcome();
    old.events.down();
    old.events.frame({ type: "owner", ...BOT, owner: "human" });
    expect(bench.connection.state).toBe("open");
    expect(bench.frames.some((frame) => frame.type === "owner")).toBe(false);
  });
});

describe("messages", () => {
  it("written while offline wait, and go once and in order with the welcome", async () => {
    bench.connection.start();
    bench.say("a");
    bench.say("b");
    await vi.advanceTimersByTimeAsync(0);
    expect(bench.links).toHaveLength(1);
    bench.link.welcome();
    expect(bench.link.texts).toEqual(["a", "b"]);
  });

  it("accepted are not sent again after a break, the others are, with the same id", async () => {
    await bench.open();
    bench.say("a");
    bench.say("b");
    bench.link.accept("a");
    bench.link.events.down();
    await vi.advanceTimersByTimeAsync(1_000);
    bench.link.welcome();
    expect(bench.links.map((link) => link.texts)).toEqual([["a", "b"], ["b"]]);
  });

  it("whose acceptance was lost are settled by their replay", async () => {
    await bench.open();
    bench.say("a");
    bench.link.events.frame({
      type: "message",
      seq: 1,
      messageId: 1,
      author: "citizen",
      agent: null,
      clientId: "a",
      text: "a",
      at: "",
      reply: null,
      ai: false,
    });
    expect(bench.outbox.waiting).toEqual([]);
  });

  it("refused leave the outbox: only the citizen sends them again", async () => {
    await bench.open();
    bench.say("a");
    bench.link.events.frame({ type: "failed", id: "a", error: { code: "too_long", message: "", mend: "" } });
    bench.link.events.down();
    await vi.advanceTimersByTimeAsync(1_000);
    bench.link.welcome();
    expect(bench.link.texts).toEqual([]);
  });

  it("written while offline wait their turn where they come too fast; those written now are refused", async () => {
    const tooFast = (id: string): ServerFrame => ({
      type: "failed",
      id,
      error: { code: "too_fast", message: "", mend: "" },
    });
    bench.connection.start();
    for (const id of ["a", "b", "c"]) bench.say(id);
    await vi.advanceTimersByTimeAsync(0);
    bench.link.welcome();
    bench.link.accept("a");
    bench.link.events.frame(tooFast("b"));
    bench.link.events.frame(tooFast("c"));
    await vi.advanceTimersByTimeAsync(PACE_MS);
    expect(bench.link.texts).toEqual(["a", "b", "c", "b", "c"]);
    bench.link.accept("b");
    bench.link.accept("c");
    bench.say("now");
    bench.link.events.frame(tooFast("now"));
    await vi.advanceTimersByTimeAsync(PACE_MS * 3);
    expect(bench.links).toHaveLength(1);
    expect(bench.link.texts.filter((id) => id === "now")).toHaveLength(1);
    expect(bench.frames.filter((frame) => frame.type === "failed")).toHaveLength(1);
  });

  it("not accepted in time mean a dead link, and go again over a new one", async () => {
    await bench.open();
    bench.say("a");
    await vi.advanceTimersByTimeAsync(ACCEPT_MS + 1_000);
    expect(bench.links).toHaveLength(2);
    bench.link.welcome();
    expect(bench.link.texts).toEqual(["a"]);
  });

  it("survive a reload of the page", () => {
    const kept = memory();
    new Outbox(kept).add({ id: "a", text: "问", at: "t" });
    expect(new Outbox(kept).waiting).toEqual([{ id: "a", text: "问", at: "t" }]);
    kept.set("outbox", "not json");
    expect(new Outbox(kept).waiting).toEqual([]);
  });
});

describe("the heartbeat", () => {
  it("asks after a quiet while, and an answer keeps the link", async () => {
    await bench.open();
    await vi.advanceTimersByTimeAsync(BEAT_MS);
    expect(bench.link.sent.at(-1)?.type).toBe("ping");
    bench.link.events.frame({ type: "pong" });
    await vi.advanceTimersByTimeAsync(ANSWER_MS + 1);
    expect(bench.links).toHaveLength(1);
  });

  it("without an answer the link is given up", async () => {
    await bench.open();
    await vi.advanceTimersByTimeAsync(BEAT_MS + ANSWER_MS);
    expect(bench.link.closed).toBe(true);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(bench.links).toHaveLength(2);
  });
});

describe("retries", () => {
  it("wait longer and longer, up to a limit, and never all at once", () => {
    expect([1, 2, 3, 4].map((attempt) => backoff(attempt, 1))).toEqual([500, 1000, 2000, 4000]);
    expect(backoff(60, 0.999)).toBeLessThanOrEqual(30_000);
    expect(backoff(60, 0)).toBe(15_000);
    expect(backoff(3, 0.2)).not.toBe(backoff(3, 0.8));
  });

  it("go on while the server is away, and start short again after a success", async () => {
    bench.reachable = false;
    bench.connection.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(bench.links).toHaveLength(0);
    bench.reachable = true;
    for (let second = 0; second < 30 && !bench.links.length; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
    }
    bench.link.welcome();
    bench.link.events.down();
    await vi.advanceTimersByTimeAsync(backoff(1, 0.5));
    expect(bench.links).toHaveLength(2);
  });

  it("a message written meanwhile tries at once", async () => {
    await bench.open();
    bench.link.events.down();
    bench.say("a");
    await vi.advanceTimersByTimeAsync(0);
    expect(bench.links).toHaveLength(2);
  });

  it("rest while the network is known to be gone, and begin anew when it is back", async () => {
    await bench.open();
    bench.connection.lost();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(bench.links).toHaveLength(1);
    bench.say("a");
    await vi.advanceTimersByTimeAsync(0);
    bench.link.events.down();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(bench.links, "what is written is tried once, for browsers may be wrong").toHaveLength(2);
    bench.connection.back();
    await vi.advanceTimersByTimeAsync(0);
    expect(bench.link.way).toBe("socket");
    bench.link.welcome();
    expect(bench.link.texts).toEqual(["a"]);
  });

  it("a session that answers after the network came back makes no second connection, and none is stuck", async () => {
    let answer: () => void = () => undefined;
    bench.session = () => new Promise((resolve) => (answer = resolve));
    bench.connection.start();
    const late = answer;
    bench.connection.lost();
    bench.connection.back();
    late();
    await vi.advanceTimersByTimeAsync(0);
    expect(bench.links).toHaveLength(0);
    answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(bench.links).toHaveLength(1);
  });

  it("news that the network is there do not stop the attempt under way", async () => {
    let answer: () => void = () => undefined;
    bench.reachable = false;
    bench.connection.start();
    await vi.advanceTimersByTimeAsync(0);
    bench.session = () => new Promise((resolve) => (answer = resolve));
    await vi.advanceTimersByTimeAsync(1_000);
    bench.connection.back();
    answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(bench.links).toHaveLength(1);
  });

  it("a socket that never says welcome is given up", async () => {
    bench.connection.start();
    await vi.advanceTimersByTimeAsync(ANSWER_MS + 1_000);
    expect(bench.links).toHaveLength(2);
  });
});

describe("where sockets are blocked", () => {
  async function blocked(): Promise<void> {
    bench.connection.start();
    for (let tries = 0; tries < 2; tries += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      bench.link.events.down();
    }
    await vi.advanceTimersByTimeAsync(2_000);
  }

  it("polling takes over after two tries", async () => {
    await blocked();
    expect(bench.links.map((link) => link.way)).toEqual(["socket", "socket", "poll"]);
    bench.link.welcome();
    bench.say("a");
    expect(bench.link.texts).toEqual(["a"]);
  });

  it("a quiet poll is not taken for dead, and a socket is tried again later", async () => {
    await blocked();
    bench.link.welcome();
    await vi.advanceTimersByTimeAsync(299_000);
    expect(bench.links).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(bench.link.way).toBe("socket");
  });

  it("polling that fails too goes back to the socket", async () => {
    await blocked();
    bench.link.events.down();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(bench.link.way).toBe("socket");
  });
});

describe("when the server says resume", () => {
  const resume = (reason: "restart" | "idle" | "too_many"): ServerFrame => ({
    type: "resume",
    reason,
    afterMs: 5_000,
  });

  it("the client comes back after that long, spread a little, with what it has", async () => {
    await bench.open();
    bench.lastSeq = 4;
    bench.link.events.frame(resume("restart"));
    await vi.advanceTimersByTimeAsync(4_900);
    expect(bench.links).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2_100);
    bench.link.welcome();
    expect(bench.link.sent[0]).toMatchObject({ type: "hello", after: 4 });
  });

  it("an idle one nobody looks at stays closed until somebody does", async () => {
    await bench.open();
    bench.wanted = false;
    bench.link.events.frame(resume("idle"));
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(bench.links).toHaveLength(1);
    bench.connection.poke();
    await vi.advanceTimersByTimeAsync(0);
    expect(bench.links).toHaveLength(2);
  });
});
