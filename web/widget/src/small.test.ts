/** The small keepers of state: storage, ticks, suggestions, when a rating is asked for. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { keep } from "./connection/storage";
import { Rating } from "./rating";
import { EMPTY, type State } from "./store/state";
import { QUIET_MS } from "./store/asked";
import { Suggest } from "./suggest";
import { colourOf } from "./theme";
import { Ticks } from "./ticks";
import type { Suggestion } from "./wire/config";
import { readSaid } from "./wire/frames";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const forbidden = (): Storage => {
  throw new DOMException("no", "SecurityError");
};

const full = (): Storage =>
  ({
    getItem: () => null,
    setItem: () => {
      throw new DOMException("full", "QuotaExceededError");
    },
    removeItem: () => undefined,
  }) as unknown as Storage;

describe("storage", () => {
  it.each([
    ["forbidden", forbidden],
    ["full", full],
  ])("that is %s lasts as long as the page", (_, area) => {
    const kept = keep(area);
    kept.set("a", "1");
    expect(kept.get("a")).toBe("1");
    kept.set("a", null);
    expect(kept.get("a")).toBeNull();
  });
});

describe("ticks", () => {
  it("come back with their conversation, and not with another", () => {
    const kept = keep(forbidden);
    const ticks = new Ticks(kept);
    ticks.of("c_1");
    ticks.set("2.0", true);
    ticks.set("2.1", true);
    ticks.set("2.0", false);
    const later = new Ticks(kept);
    later.of("c_1");
    expect([...later.ticked]).toEqual(["2.1"]);
    later.of("c_2");
    expect(later.ticked.size).toBe(0);
  });
});

describe("suggestions", () => {
  const found = ["身份证补领", "身份证换领"].map((text) => ({ text, fictional: false }));

  it("are asked for when the typing pauses, once", async () => {
    const ask = vi.fn(() => Promise.resolve(found));
    const suggest = new Suggest(ask, () => undefined);
    for (const draft of ["身", "身份", "身份证"]) suggest.typed(draft);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ask.mock.calls.map(([words]: unknown[]) => words)).toEqual(["身份证"]);
    expect(suggest.items).toEqual(found);
  });

  it("an answer that comes late is not shown under other words", async () => {
    const answers: ((found: readonly Suggestion[]) => void)[] = [];
    const suggest = new Suggest(
      () => new Promise((resolve) => answers.push(resolve)),
      () => undefined,
    );
    suggest.typed("身份");
    await vi.advanceTimersByTimeAsync(300);
    suggest.typed("社保");
    answers[0]?.(found);
    await vi.advanceTimersByTimeAsync(0);
    expect(suggest.items).toEqual([]);
  });

  it("a failure shows none", async () => {
    const suggest = new Suggest(
      () => Promise.reject(new Error("away")),
      () => undefined,
    );
    suggest.typed("身份");
    await vi.advanceTimersByTimeAsync(300);
    expect(suggest.items).toEqual([]);
  });

  it("the arrows walk through them and out at both ends", async () => {
    const suggest = new Suggest(
      () => Promise.resolve(found),
      () => undefined,
    );
    expect(suggest.move(1)).toBe(false);
    suggest.typed("身份");
    await vi.advanceTimersByTimeAsync(300);
    const walked = [1, 1, 1, -1].map((by) => {
      suggest.move(by as 1 | -1);
      return suggest.items[suggest.at];
    });
    expect(walked).toEqual([found[0], found[1], undefined, found[1]]);
  });
});

describe("the rating", () => {
  const answer = readSaid({ seq: 2, message_id: 9, author: "bot", text: "x", reply: { outcome: "answered" } })!;
  const answered: State = {
    ...EMPTY,
    entries: [{ ...answer, key: "seq-2", delivery: "delivered", problem: null }],
  };

  it("is asked for when it is quiet after an answer, and only once", async () => {
    const rating = new Rating(() => Promise.resolve(), () => undefined);
    rating.follow(EMPTY, answered);
    await vi.advanceTimersByTimeAsync(QUIET_MS - 1);
    expect(rating.asking).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(rating.asking).toBe(true);
    rating.later();
    rating.follow(EMPTY, answered);
    await vi.advanceTimersByTimeAsync(QUIET_MS);
    expect(rating.asking).toBe(false);
  });

  it("is asked for when a person has served, and not when one has only been asked for", () => {
    const rating = new Rating(() => Promise.resolve(), () => undefined);
    rating.follow(EMPTY, { ...EMPTY, owner: "queued" });
    rating.follow({ ...EMPTY, owner: "queued" }, { ...EMPTY, owner: "human" });
    expect(rating.asking).toBe(false);
    rating.follow({ ...EMPTY, owner: "human" }, { ...EMPTY, owner: "closed" });
    expect(rating.asking).toBe(true);
  });

  it("is asked for again after a person has served, and then about the conversation", async () => {
    const rate = vi.fn().mockResolvedValue(undefined);
    const rating = new Rating(rate, () => undefined);
    rating.follow(EMPTY, answered);
    await vi.advanceTimersByTimeAsync(QUIET_MS);
    rating.later();
    const said = readSaid({ seq: 3, message_id: 10, author: "agent", text: "y" })!;
    const entries = [...answered.entries, { ...said, key: "seq-3", delivery: "delivered", problem: null } as const];
    const closed: State = { ...EMPTY, entries, owner: "closed" };
    rating.follow({ ...closed, owner: "human" }, closed);
    expect(rating.asking).toBe(true);
    await rating.submit(closed, 4, "");
    expect(rate).toHaveBeenCalledWith(null, 4, "");
  });

  it("names the last answer, and says what is wrong when there is no grade or no server", async () => {
    const rate = vi.fn().mockRejectedValue(new Error("away"));
    const rating = new Rating(rate, () => undefined);
    expect(await rating.submit(answered, null, "")).toBe(false);
    expect(rating.problem).toBe("choose");
    expect(await rating.submit(answered, 5, "好")).toBe(false);
    expect(rating.problem).toBe("failed");
    expect(rate).toHaveBeenCalledWith(9, 5, "好");
  });
});

it("only a colour is taken for the theme", () => {
  expect(colourOf("red", "#a3201d")).toBe("#a3201d");
  expect(colourOf("#fff", null)).toBe("");
});
