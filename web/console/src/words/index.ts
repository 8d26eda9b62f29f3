/** The words of the console, Chinese first. A key that is not there does not compile. */

import { createI18n } from "vue-i18n";

import en from "@/words/en";
import zh from "@/words/zh";

export const LANGUAGES = ["zh-CN", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

type Leaves<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Leaves<T[K]>}` }[keyof T & string];
export type Word = Leaves<typeof zh>;
/** The same keys with other words. */
export type SameShape<T> = { readonly [K in keyof T]: T[K] extends string ? string : SameShape<T[K]> };

const KEPT = "bangban.console.language";

function preferred(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "en" || kept === "zh-CN") return kept;
  return navigator.languages.length > 0 && navigator.languages.every((one) => one.startsWith("en")) ? "en" : "zh-CN";
}

export const i18n = createI18n({
  legacy: false,
  locale: preferred(),
  fallbackLocale: "zh-CN",
  messages: { "zh-CN": zh, en },
});

export const language = i18n.global.locale;

export function speak(chosen: Language): void {
  language.value = chosen;
  localStorage.setItem(KEPT, chosen);
  document.documentElement.lang = chosen;
}

/** In: a key and what fills its gaps. Out: the words in the language of the page; follows it in templates. */
export function words(key: Word, gaps: Readonly<Record<string, string | number>> = {}): string {
  return i18n.global.t(key, gaps);
}

/** In: a key made of a value of the server's, and that value. Out: its words; the value where there are none. */
export function wordsOr(key: string, value: string): string {
  return i18n.global.te(key) ? i18n.global.t(key) : value;
}
