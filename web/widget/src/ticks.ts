/** Which materials a citizen has ticked; kept by the browser, for getting them together takes days. */

import type { Keep } from "./connection/storage";
import { list, someText } from "./wire/reader";

const KEY = "ticks";

export class Ticks {
  #conversation = "";
  #ticked: ReadonlySet<string> = new Set();

  constructor(private readonly keep: Keep) {}

  get ticked(): ReadonlySet<string> {
    return this.#ticked;
  }

  /** Ticks belong to one conversation; those of another are dropped. */
  of(conversation: string): void {
    if (conversation === this.#conversation) return;
    this.#conversation = conversation;
    const [owner, ...marks] = this.#kept();
    this.#ticked = new Set(owner === conversation ? marks : []);
  }

  set(mark: string, on: boolean): void {
    const next = new Set(this.#ticked);
    if (on) next.add(mark);
    else next.delete(mark);
    this.#ticked = next;
    this.keep.set(KEY, JSON.stringify([this.#conversation, ...next]));
  }

  #kept(): readonly string[] {
    try {
      return list(JSON.parse(this.keep.get(KEY) ?? "[]"), someText);
    } catch {
      return [];
    }
  }
}
