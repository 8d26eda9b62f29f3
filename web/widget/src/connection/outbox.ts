/** Messages of this tab that the server has not accepted yet, oldest first; they survive a reload of the page. */

import { fields, list, text } from "../wire/reader";
import type { Keep } from "./storage";

export interface Unsent {
  readonly id: string;
  readonly text: string;
  readonly at: string;
}

const KEY = "outbox";

export class Outbox {
  #waiting: readonly Unsent[];

  constructor(private readonly keep: Keep) {
    this.#waiting = readUnsent(keep.get(KEY));
  }

  get waiting(): readonly Unsent[] {
    return this.#waiting;
  }

  /** The same id again stays one message. */
  add(message: Unsent): void {
    this.#write([...this.#waiting.filter((one) => one.id !== message.id), message]);
  }

  remove(id: string): void {
    if (this.#waiting.some((one) => one.id === id)) {
      this.#write(this.#waiting.filter((one) => one.id !== id));
    }
  }

  clear(): void {
    this.#write([]);
  }

  #write(waiting: readonly Unsent[]): void {
    this.#waiting = waiting;
    this.keep.set(KEY, waiting.length ? JSON.stringify(waiting) : null);
  }
}

function readUnsent(kept: string | null): readonly Unsent[] {
  try {
    return list(JSON.parse(kept ?? "[]"), (one) => {
      const said = fields(one);
      const unsent = { id: text(said["id"]), text: text(said["text"]), at: text(said["at"]) };
      return unsent.id && unsent.text ? unsent : null;
    });
  } catch {
    return [];
  }
}
