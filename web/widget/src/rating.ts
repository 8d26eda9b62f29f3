/** When the citizen is asked for a grade, and what became of it. */

import { answered, QUIET_MS, rated, served } from "./store/asked";
import type { State } from "./store/state";

export type Rate = (messageId: number | null, grade: number, comment: string) => Promise<void>;

export class Rating {
  /** Ask now, in a line that takes no focus. */
  asking = false;
  problem: "" | "choose" | "failed" = "";
  #askedOnce = false;
  #quiet: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly rate: Rate,
    private readonly changed: () => void,
  ) {}

  follow(before: State, now: State): void {
    if (served(before.owner, now.owner)) {
      this.#askedOnce = false; // of a person, whatever was asked of the assistant before
      this.#ask();
    }
    if (before.entries === now.entries) return;
    clearTimeout(this.#quiet);
    if (answered(now.entries)) {
      this.#quiet = setTimeout(() => {
        this.#ask();
      }, QUIET_MS);
    }
  }

  /** True when the server has taken the grade. */
  async submit(state: State, grade: number | null, comment: string): Promise<boolean> {
    if (grade === null) {
      this.problem = "choose";
      this.changed();
      return false;
    }
    try {
      await this.rate(rated(state.entries), grade, comment);
    } catch {
      this.problem = "failed";
      this.changed();
      return false;
    }
    this.later();
    return true;
  }

  later(): void {
    clearTimeout(this.#quiet);
    this.asking = false;
    this.problem = "";
    this.#askedOnce = true;
    this.changed();
  }

  stop(): void {
    clearTimeout(this.#quiet);
  }

  #ask(): void {
    if (this.#askedOnce) return;
    this.#askedOnce = true;
    this.asking = true;
    this.changed();
  }
}
