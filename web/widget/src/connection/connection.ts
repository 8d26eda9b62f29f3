/**
 * The life of the connection: three named states, unsent messages kept and sent once, heartbeat, retries.
 *
 * The rest of the widget sees the state, the frames and `send`; it never sees a socket.
 */

import type { Hints, ServerFrame } from "../wire/frames";
import { backoff } from "./backoff";
import type { Dial, Link } from "./link";
import type { Outbox } from "./outbox";

export type LinkState = "closed" | "connecting" | "open";

export interface ConnectionOptions {
  /** The usual way, and the one for networks that block it. */
  readonly dial: Dial;
  readonly fallback: Dial;
  /** Makes sure that there is a session; rejects when the server cannot be reached. */
  readonly session: () => Promise<void>;
  /** What the first frame says; a value, because the last message known changes. */
  readonly hello: () => { readonly token: string | null; readonly after: number; readonly lang: string };
  /** What goes with every message; a value, because it may be changed at any time. */
  readonly hints: () => Hints;
  readonly outbox: Outbox;
  readonly onState: (state: LinkState) => void;
  readonly onFrame: (frame: ServerFrame) => void;
  /** Is somebody looking or waiting? An idle connection of nobody stays closed until `poke`. */
  readonly wanted: () => boolean;
  readonly random?: () => number;
}

export const BEAT_MS = 25_000;
export const ANSWER_MS = 10_000;
/** A message not accepted by then means a link that only looks alive. */
export const ACCEPT_MS = 15_000;
const SOCKET_TRIES = 2;
const POLL_FOR_MS = 300_000;
const SPREAD_MS = 2_000;
/** What was written while offline goes at once; where that is too fast for the server, one after this long. */
export const PACE_MS = 4_000;

export class Connection {
  #state: LinkState = "closed";
  #running = false;
  #offline = false;
  #link: Link | null = null;
  #attempts = 0;
  /** Counts attempts and ends: what an attempt of before learns late is of no use any more. */
  #round = 0;
  /** Sockets in a row that never got a welcome. */
  #socketFailures = 0;
  #polling = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #beat: ReturnType<typeof setTimeout> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #acceptBy: ReturnType<typeof setTimeout> | undefined;
  /** Messages that went with a welcome, not by the hand of the citizen. */
  #flushed: ReadonlySet<string> = new Set();
  readonly #paced = new Set<ReturnType<typeof setTimeout>>();
  readonly #random: () => number;

  constructor(private readonly options: ConnectionOptions) {
    this.#random = options.random ?? Math.random;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Connect, and stay connected until `stop`. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.poke();
  }

  /** A deliberate end is never retried. */
  stop(): void {
    this.#running = false;
    this.#drop();
    this.#become("closed");
  }

  /** Something happened that makes a try worth while now: looked at again, a message written. */
  poke(): void {
    if (this.#running && !this.#offline && this.#state === "closed") void this.#connect();
  }

  /** The network is known to be gone: no use in trying until it is `back`. */
  lost(): void {
    this.#offline = true;
    this.#drop();
    this.#become("closed");
  }

  back(): void {
    this.#offline = false;
    this.#attempts = 0;
    this.#socketFailures = 0;
    this.poke();
  }

  /** The message is in the outbox already; it goes now, or with the next welcome. */
  send(id: string, text: string): void {
    if (this.#state !== "open") {
      // Browsers are wrong about being offline at times: words are worth one try.
      if (this.#running && this.#state === "closed") void this.#connect();
      return;
    }
    this.#link?.send({ type: "message", id, text, ...this.options.hints() });
    this.#expectAccepted();
  }

  /** The citizen types: worth telling only now. */
  typing(): void {
    if (this.#state === "open") this.#link?.send({ type: "typing", on: true });
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#retry);
    this.#become("connecting");
    const round = ++this.#round;
    try {
      await this.options.session();
    } catch {
      if (round === this.#round) this.#again();
      return;
    }
    if (round !== this.#round) return;
    this.#polling = this.#socketFailures >= SOCKET_TRIES;
    const dial = this.#polling ? this.options.fallback : this.options.dial;
    let mine: Link | null = null;
    const current = (): boolean => this.#link === mine && mine !== null;
    mine = this.#link = dial({
      up: () => {
        if (current()) mine?.send({ type: "hello", ...this.options.hello() });
      },
      frame: (frame) => {
        if (current()) this.#received(frame);
      },
      down: () => {
        if (current()) this.#fell();
      },
    });
    this.#deadline = setTimeout(() => {
      this.#fell();
    }, ANSWER_MS);
  }

  #received(frame: ServerFrame): void {
    this.#alive();
    if (frame.type === "failed" && frame.error.code === "too_fast" && this.#flushed.has(frame.id ?? "")) {
      this.#sendLater(frame.id ?? "");
      return;
    }
    if (frame.type === "welcome") this.#welcomed();
    const settled = settledBy(frame);
    if (settled) this.#settled(settled);
    this.options.onFrame(frame);
    if (frame.type === "resume") this.#resumeLater(frame.reason, frame.afterMs);
  }

  #welcomed(): void {
    this.#offline = false;
    this.#attempts = 0;
    this.#socketFailures = this.#polling ? SOCKET_TRIES : 0;
    this.#become("open");
    this.#flushed = new Set(this.options.outbox.waiting.map(({ id }) => id));
    for (const id of this.#flushed) this.#sendAgain(id);
    this.#expectAccepted();
    if (this.#polling) {
      // Now and then see whether a socket works again.
      this.#retry = setTimeout(() => {
        this.#socketFailures = SOCKET_TRIES - 1;
        this.#drop();
        void this.#connect();
      }, POLL_FOR_MS);
    }
  }

  #sendAgain(id: string): void {
    const unsent = this.options.outbox.waiting.find((one) => one.id === id);
    if (unsent) this.#link?.send({ type: "message", id, text: unsent.text, ...this.options.hints() });
  }

  #sendLater(id: string): void {
    const timer = setTimeout(() => {
      this.#paced.delete(timer);
      this.#sendAgain(id);
    }, PACE_MS);
    this.#paced.add(timer);
    this.#expectAccepted();
  }

  #settled(id: string): void {
    this.options.outbox.remove(id);
    clearTimeout(this.#acceptBy);
    this.#expectAccepted();
  }

  #expectAccepted(): void {
    clearTimeout(this.#acceptBy);
    if (this.#state !== "open" || !this.options.outbox.waiting.length) return;
    this.#acceptBy = setTimeout(() => {
      this.#fell();
    }, ACCEPT_MS);
  }

  /** Any frame is a sign of life; after a quiet while one is asked for. */
  #alive(): void {
    clearTimeout(this.#beat);
    clearTimeout(this.#deadline);
    if (this.#polling) return; // A poll that waits is quiet by design, and notices its own end.
    this.#beat = setTimeout(() => {
      this.#link?.send({ type: "ping", t: Date.now() });
      this.#deadline = setTimeout(() => {
        this.#fell();
      }, ANSWER_MS);
    }, BEAT_MS);
  }

  #resumeLater(reason: "restart" | "idle" | "too_many", afterMs: number): void {
    this.#drop();
    this.#become("closed");
    if (reason === "idle" && !this.options.wanted()) return;
    this.#retryIn(afterMs + this.#random() * SPREAD_MS);
  }

  #fell(): void {
    if (this.#state === "connecting") {
      this.#socketFailures = this.#polling ? 0 : this.#socketFailures + 1;
    }
    this.#again();
  }

  #again(): void {
    this.#drop();
    this.#become("closed");
    this.#attempts += 1;
    this.#retryIn(backoff(this.#attempts, this.#random()));
  }

  #retryIn(ms: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.poke();
    }, ms);
  }

  #drop(): void {
    for (const timer of [this.#retry, this.#beat, this.#deadline, this.#acceptBy, ...this.#paced]) {
      clearTimeout(timer);
    }
    this.#paced.clear();
    this.#round += 1;
    const link = this.#link;
    this.#link = null;
    link?.close();
  }

  #become(state: LinkState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.options.onState(state);
  }
}

/** The id of the message of ours that a frame tells the end of. */
function settledBy(frame: ServerFrame): string | null {
  if (frame.type === "accepted" || frame.type === "failed") return frame.id;
  return frame.type === "message" ? frame.clientId : null;
}
