/** Who is signed in, and the word that every change shows. */

import { defineStore } from "pinia";
import { computed, ref } from "vue";

import { api, keepSessionWith, told, type Schemas } from "@/api/client";
import { Refusal } from "@/api/refusal";

export type Me = Schemas["Me"];
export type Role = Schemas["Role"];

/** Between the tabs of one browser: the session was used, changed or ended. */
type Shout = "used" | "changed" | "ended";

export const useSession = defineStore("session", () => {
  const me = ref<Me | null>(null);
  const known = ref(false);
  /** It ended by itself, not by the person. */
  const ended = ref(false);
  /** When the server last knew us, as milliseconds. */
  const usedAt = ref(0);
  const tabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("bangban.console.session");

  const account = computed(() => me.value?.account ?? null);
  const role = computed<Role | null>(() => account.value?.role ?? null);
  /** Somebody who misses no step of signing in. */
  const isIn = computed(() => me.value !== null && me.value.step === null);

  function shout(what: Shout): void {
    tabs?.postMessage(what);
  }

  function enter(next: Me): void {
    const changed = me.value?.csrf !== next.csrf;
    me.value = next;
    known.value = true;
    ended.value = false;
    usedAt.value = Date.now();
    if (changed) shout("changed");
  }

  function leave(byItself: boolean): void {
    const was = me.value !== null;
    me.value = null;
    known.value = true;
    if (was) ended.value = byItself;
  }

  /** Asks the server who we are. Out: null when nobody is signed in; throws when it does not answer. */
  async function load(): Promise<Me | null> {
    try {
      enter(await told(api.GET("/api/staff/me")));
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "no_session") throw error;
      leave(false);
    }
    return me.value;
  }

  async function signOut(byItself = false): Promise<void> {
    try {
      await told(api.POST("/api/staff/logout"));
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "no_session") throw error;
    }
    leave(byItself);
    shout("ended");
  }

  if (tabs !== null) {
    tabs.onmessage = ({ data }: MessageEvent<Shout>) => {
      if (data === "used") usedAt.value = Date.now();
      else if (data === "ended") leave(false);
      else void load().catch(() => undefined); // it is asked again with the next request
    };
  }

  keepSessionWith({
    csrf: () => me.value?.csrf ?? "",
    async renew() {
      return (await load()) !== null;
    },
    lost() {
      leave(true);
    },
    stepMissing() {
      void load().catch(() => undefined);
    },
    used() {
      if (Date.now() - usedAt.value > 5000) shout("used");
      usedAt.value = Date.now();
    },
  });

  return { me, known, ended, usedAt, account, role, isIn, enter, load, signOut };
});
