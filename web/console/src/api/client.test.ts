import { beforeEach, expect, it, vi } from "vitest";

import { api, asRefusal, keepSessionWith, told, type Keeper } from "@/api/client";
import { Refusal, readWrong } from "@/api/refusal";

const sent: Request[] = [];
let answers: (() => Response)[];
let keeper: { [K in keyof Keeper]: ReturnType<typeof vi.fn<Keeper[K]>> };

function json(body: unknown, status = 200): () => Response {
  return () => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}

function wrong(code: string, status: number): () => Response {
  return json({ error: { code, message: "没有做成。", mend: "再试。" } }, status);
}

beforeEach(() => {
  sent.length = 0;
  answers = [];
  keeper = { csrf: vi.fn(() => "word"), renew: vi.fn(() => Promise.resolve(true)), lost: vi.fn(), stepMissing: vi.fn(), used: vi.fn() };
  keepSessionWith(keeper);
  vi.stubGlobal("fetch", (request: Request) => {
    sent.push(request);
    const answer = answers.shift();
    return answer === undefined ? Promise.reject(new TypeError("offline")) : Promise.resolve(answer());
  });
});

it("shows the word with a change, and with nothing else", async () => {
  answers = [json({ sessions: [] }), json({ ended: 2 })];
  await told(api.GET("/api/staff/sessions"));
  expect(await told(api.DELETE("/api/staff/sessions"))).toEqual({ ended: 2 });
  expect(sent.map((one) => one.headers.get("X-CSRF-Token"))).toEqual([null, "word"]);
  expect(keeper.used).toHaveBeenCalledTimes(2);
});

it("reads a stale word anew and sends the request, body and all, once more", async () => {
  answers = [wrong("csrf_refused", 403), json({ account: {} })];
  keeper.csrf.mockReturnValueOnce("old").mockReturnValueOnce("new");
  await told(api.POST("/api/staff/password", { body: { current: "a", new: "b" } }));
  expect(sent.map((one) => one.headers.get("X-CSRF-Token"))).toEqual(["old", "new"]);
  expect(await sent[1]!.json()).toEqual({ current: "a", new: "b" });
});

it("does not ask a third time", async () => {
  answers = [wrong("csrf_refused", 403), wrong("csrf_refused", 403)];
  await expect(told(api.POST("/api/staff/logout"))).rejects.toMatchObject({ code: "csrf_refused", status: 403 });
  expect(sent).toHaveLength(2);
});

it("tells the keeper when the server does not know us, or wants another step", async () => {
  answers = [wrong("no_session", 401), wrong("step_missing", 403), wrong("login_failed", 401)];
  for (let n = 0; n < 3; n++) await expect(told(api.GET("/api/staff/me"))).rejects.toBeInstanceOf(Refusal);
  expect(keeper.lost).toHaveBeenCalledTimes(1);
  expect(keeper.stepMissing).toHaveBeenCalledTimes(1);
  expect(keeper.used).not.toHaveBeenCalled();
});

it("says message and mend of the server", async () => {
  answers = [wrong("not_found", 404)];
  await expect(told(api.GET("/api/staff/me"))).rejects.toMatchObject({ message: "没有做成。", mend: "再试。", passing: false });
});

it("has words of its own for no answer and for one it cannot read", async () => {
  await expect(told(api.GET("/api/staff/me"))).rejects.toMatchObject({ code: "unreachable", status: 0, passing: true });
  answers = [() => new Response("<html>Bad gateway</html>", { status: 502 })];
  await expect(told(api.GET("/api/staff/me"))).rejects.toMatchObject({ code: "garbled", status: 502, passing: true });
});

it.each([null, "x", {}, { error: null }, { error: { code: 1, message: "m", mend: "n" } }, { error: { code: "c" } }])(
  "reads no error out of %j",
  (body) => {
    expect(readWrong(body)).toBeNull();
  },
);

it("makes a mistake of ours into the same shape", () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  expect(asRefusal(new RangeError("x"))).toMatchObject({ code: "internal" });
});
