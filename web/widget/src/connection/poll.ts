/** The same link over long polling, for networks that block sockets. */

import { Refused, type Api } from "../api";
import type { ClientFrame, ServerFrame } from "../wire/frames";
import type { Dial, Link, LinkEvents } from "./link";

const WAIT_S = 25;

export function pollDial(api: Api): Dial {
  return (events) => new PollLink(api, events);
}

class PollLink implements Link {
  readonly #over = new AbortController();
  #after = 0;
  /** Posts go one after the other, so that messages arrive in the order they were written. */
  #posting: Promise<void> = Promise.resolve();

  constructor(
    private readonly api: Api,
    private readonly events: LinkEvents,
  ) {
    queueMicrotask(() => {
      if (!this.#ended()) events.up();
    });
  }

  send(frame: ClientFrame): void {
    if (frame.type === "hello") void this.#listen(frame.after);
    else if (frame.type === "message") this.#posting = this.#posting.then(() => this.#post(frame));
  }

  close(): void {
    this.#over.abort();
  }

  #ended(): boolean {
    return this.#over.signal.aborted;
  }

  async #listen(after: number): Promise<void> {
    this.#after = after;
    let wait = 0;
    while (!this.#ended()) {
      try {
        const found = await this.api.poll(this.#after, wait, this.#over.signal);
        if (this.#ended()) return;
        if (wait === 0) this.#welcome(found);
        wait = WAIT_S;
        for (const frame of found) {
          if (frame.type === "message") this.#after = Math.max(this.#after, frame.seq);
          this.events.frame(frame);
        }
      } catch {
        this.#down();
      }
    }
  }

  #welcome(found: readonly ServerFrame[]): void {
    const owner = found.find((frame) => frame.type === "owner");
    this.events.frame({
      type: "welcome",
      conversation: this.api.conversation,
      lastSeq: this.#after,
      resumed: true,
      owner: owner?.owner ?? "bot",
      position: owner?.position ?? null,
      agent: owner?.agent ?? null,
    });
  }

  async #post(frame: ClientFrame & { type: "message" }): Promise<void> {
    if (this.#ended()) return;
    try {
      const seq = await this.api.post(frame.id, frame.text, frame);
      if (!this.#ended()) this.events.frame({ type: "accepted", id: frame.id, seq });
    } catch (error) {
      if (this.#ended()) return;
      if (error instanceof Refused && error.status < 500 && error.status !== 401) {
        this.events.frame({ type: "failed", id: frame.id, error: error.problem });
      } else {
        this.#down();
      }
    }
  }

  #down(): void {
    if (this.#ended()) return;
    this.#over.abort();
    this.events.down();
  }
}
