/** The HTTP calls of the wire, and the session they belong to. */

import type { Keep } from "./connection/storage";
import { readFrame, readProblem, readSaid, type Hints, type Problem, type Said, type ServerFrame } from "./wire/frames";
import {
  readConfig,
  readSuggestions,
  readTopics,
  type ServerConfig,
  type Suggestion,
  type TopicGroup,
} from "./wire/config";
import { fields, list, number, text } from "./wire/reader";

const TOKEN = "token";
/** A network that swallows packets would keep a request open for minutes. */
export const LONGEST_MS = 15_000;

/** The server answered, and not with what was asked for. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(`${String(status)} ${problem.code}`);
  }
}

export interface ApiOptions {
  readonly host: string;
  readonly region: string;
  /** Own site and not framed: the browser keeps the token in a cookie that no script can read. */
  readonly byCookie: boolean;
  readonly keep: Keep;
}

export interface Transcript {
  readonly generatedAt: string;
  readonly aiNotice: string;
  readonly messages: readonly Said[];
}

export class Api {
  conversation = "";
  #byCookie: boolean;
  #lost = 0;
  #opening: Promise<void> | null = null;

  constructor(private readonly options: ApiOptions) {
    this.#byCookie = options.byCookie;
  }

  /** The token a socket says hello with; null when the cookie does. */
  get token(): string | null {
    return this.#byCookie ? null : this.options.keep.get(TOKEN);
  }

  async config(lang: string): Promise<ServerConfig> {
    return readConfig(await this.#json("GET", "/widget/config", { lang, region: this.options.region }));
  }

  /** Make sure that there is a session: the one of before, or a new one. */
  async open(): Promise<void> {
    if (this.conversation) return;
    this.#opening ??= this.#openOnce().finally(() => (this.#opening = null));
    return this.#opening;
  }

  /** A new conversation in the stead of this one, which this browser cannot open any more. */
  async renew(): Promise<void> {
    const before = this.conversation;
    await this.#openOnce(true);
    if (this.conversation === before) throw new Error("the conversation is still the old one");
  }

  /** The server does not know the session: the next `open` asks for one, at last without the cookie. */
  forget(): void {
    this.conversation = "";
    this.#lost += 1;
    if (this.#lost > 1) this.#byCookie = false;
  }

  /** The server took the session. */
  proved(): void {
    this.#lost = 0;
  }

  async post(id: string, words: string, { lang, large }: Hints): Promise<number> {
    const said = fields(await this.#json("POST", "/widget/messages", {}, { id, text: words, lang, large }));
    return number(said["seq"]) ?? 0;
  }

  async poll(after: number, wait: number, signal: AbortSignal): Promise<readonly ServerFrame[]> {
    const query = { after: String(after), wait: String(wait) };
    const longest = wait * 1000 + LONGEST_MS;
    const said = fields(await this.#json("GET", "/widget/poll", query, undefined, signal, longest));
    return list(said["events"], readFrame);
  }

  async suggest(q: string, signal: AbortSignal): Promise<readonly Suggestion[]> {
    const query = { q, region: this.options.region };
    return readSuggestions(await this.#json("GET", "/widget/suggest", query, undefined, signal));
  }

  async topics(): Promise<readonly TopicGroup[]> {
    return readTopics(await this.#json("GET", "/widget/topics", {}));
  }

  async rate(messageId: number | null, grade: number, comment: string): Promise<void> {
    const body = { message_id: messageId, grade, ...(comment ? { comment } : {}) };
    await this.#json("POST", "/widget/rating", {}, body);
  }

  async transcript(): Promise<Transcript> {
    const said = fields(await this.#json("GET", "/widget/transcript", {}));
    return {
      generatedAt: text(said["generated_at"]),
      aiNotice: text(said["ai_notice"]),
      messages: list(said["messages"], readSaid),
    };
  }

  async #openOnce(fresh = false): Promise<void> {
    const { keep, region } = this.options;
    const token = fresh ? null : this.token;
    const body = {
      ...(token ? { token } : {}),
      ...(region ? { region } : {}),
      ...(this.#byCookie ? { cookie: true } : {}),
      ...(fresh ? { new: true } : {}),
    };
    const said = fields(await this.#json("POST", "/widget/session", {}, body));
    if (!this.#byCookie) keep.set(TOKEN, text(said["token"]) || null);
    this.conversation = text(said["conversation"]);
  }

  async #json(
    method: "GET" | "POST",
    path: string,
    query: Readonly<Record<string, string>>,
    body?: unknown,
    signal?: AbortSignal,
    longest = LONGEST_MS,
  ): Promise<unknown> {
    const over = new AbortController();
    const end = (): void => {
      over.abort();
    };
    const timer = setTimeout(end, longest);
    signal?.addEventListener("abort", end);
    try {
      return await this.#answer(method, path, query, body, over.signal);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
    }
  }

  async #answer(
    method: "GET" | "POST",
    path: string,
    query: Readonly<Record<string, string>>,
    body: unknown,
    signal: AbortSignal,
  ): Promise<unknown> {
    const asked = Object.entries(query).filter(([, value]) => value);
    const url = `${this.options.host}${path}${asked.length ? `?${new URLSearchParams(asked).toString()}` : ""}`;
    const headers: Record<string, string> = {};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (this.token) headers["Authorization"] = `Bearer ${this.token}`;
    const response = await fetch(url, {
      method,
      headers,
      credentials: this.#byCookie ? "include" : "omit",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
    });
    if (response.status === 204) return null;
    const said: unknown = await response.json().catch(() => null);
    if (!response.ok) {
      if (response.status === 401) this.forget();
      throw new Refused(response.status, readProblem(said));
    }
    return said;
  }
}
