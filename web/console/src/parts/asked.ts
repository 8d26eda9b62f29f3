/** Asking the server for what a page shows, and doing something on it: one state each, one way to fail. */

import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from "vue";

import { asRefusal } from "@/api/client";
import type { Refusal } from "@/api/refusal";

export interface Asked<T> {
  readonly value: ShallowRef<T | null>;
  readonly loading: Ref<boolean>;
  readonly wrong: ShallowRef<Refusal | null>;
  /** Asks (again). A later question makes the answer to an earlier one worthless. */
  readonly ask: () => Promise<void>;
}

export function useAsked<T>(question: () => Promise<T>): Asked<T> {
  const value = shallowRef<T | null>(null);
  const loading = ref(false);
  const wrong = shallowRef<Refusal | null>(null);
  let turn = 0;

  async function ask(): Promise<void> {
    const mine = ++turn;
    loading.value = true;
    try {
      const answer = await question();
      if (mine !== turn) return;
      value.value = answer;
      wrong.value = null;
    } catch (error) {
      if (mine === turn) wrong.value = asRefusal(error);
    } finally {
      if (mine === turn) loading.value = false;
    }
  }

  onScopeDispose(() => {
    turn++;
  }, true);
  return { value, loading, wrong, ask };
}

export interface Doing {
  readonly busy: Ref<boolean>;
  readonly wrong: ShallowRef<Refusal | null>;
  /** Does it unless it is being done. Out: whether it was done. */
  readonly run: (act: () => Promise<void>) => Promise<boolean>;
}

export function useDoing(): Doing {
  const busy = ref(false);
  const wrong = shallowRef<Refusal | null>(null);

  async function run(act: () => Promise<void>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    wrong.value = null;
    try {
      await act();
      return true;
    } catch (error) {
      wrong.value = asRefusal(error);
      return false;
    } finally {
      busy.value = false;
    }
  }

  return { busy, wrong, run };
}
