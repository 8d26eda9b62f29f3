/** Counts beside navigation entries, such as what waits in the queue. Each page's own store sets its own. */

import { defineStore } from "pinia";
import { reactive } from "vue";

export const useBadges = defineStore("badges", () => {
  const counts = reactive(new Map<string, number>());

  function set(route: string, count: number): void {
    counts.set(route, count);
  }

  /** What to show; empty for none. */
  function of(route: string): string {
    const count = counts.get(route) ?? 0;
    return count === 0 ? "" : count > 99 ? "99+" : String(count);
  }

  return { set, of };
});
