/** What stands in the store, in words. */

import { i18n } from "@/words";
import type zh from "@/words/zh";

export type Names = keyof (typeof zh)["names"];

/** In: which closed set, and a member of it. Out: its name; itself, when it is newer than this page. */
export function named(set: Names, key: string): string {
  const word = `names.${set}.${key}`;
  return i18n.global.te(word, "zh-CN") ? i18n.global.t(word) : key;
}

/** 0.873 as 87. */
export function percent(share: number): number {
  return Math.round(100 * share);
}

/** In: an item that was found, its title being its id where no published item has it. Out: a name to read. */
export function titleOf(found: { readonly item_id: string; readonly title: string }): string {
  return found.title === found.item_id ? named("item", "gone") : found.title;
}
