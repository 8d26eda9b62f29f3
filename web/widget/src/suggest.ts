/** Type-ahead: what guides and common questions fit the words so far, asked for when the typing pauses. */

import type { Suggestion } from "./wire/config";

const PAUSE_MS = 200;
const SHORTEST = 2;
const LONGEST = 40;

export type Ask = (words: string, signal: AbortSignal) => Promise<readonly Suggestion[]>;

export class Suggest {
  items: readonly Suggestion[] = [];
  /** Index of the one the arrow keys are on; -1 for none. */
  at = -1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = new AbortController();

  constructor(
    private readonly ask: Ask,
    private readonly changed: () => void,
  ) {}

  typed(draft: string): void {
    this.#cancel();
    const words = draft.trim();
    if (words.length < SHORTEST || words.length > LONGEST || draft.includes("\n")) {
      this.#show([]);
      return;
    }
    this.#timer = setTimeout(() => void this.#fetch(words), PAUSE_MS);
  }

  /** True when there is one to move to. */
  move(by: 1 | -1): boolean {
    if (!this.items.length) return false;
    const places = this.items.length + 1;
    this.at = ((this.at + 1 + by + places) % places) - 1;
    this.changed();
    return true;
  }

  clear(): void {
    this.#cancel();
    this.#show([]);
  }

  async #fetch(words: string): Promise<void> {
    const { signal } = this.#asking;
    try {
      const found = await this.ask(words, signal);
      if (!signal.aborted) this.#show(found.filter((one) => one.text !== words));
    } catch {
      // A help that did not come: the citizen types on.
      if (!signal.aborted) this.#show([]);
    }
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#asking.abort();
    this.#asking = new AbortController();
  }

  #show(items: readonly Suggestion[]): void {
    if (!items.length && !this.items.length) return;
    this.items = items;
    this.at = -1;
    this.changed();
  }
}
