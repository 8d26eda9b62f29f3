/** The interface languages, and filling in what a text leaves open. */

import { en } from "./en";
import { zhCN } from "./zh-CN";

export type Strings = {
  readonly [K in keyof typeof zhCN]: (typeof zhCN)[K] extends readonly string[] ? readonly string[] : string;
};

export const LANGUAGES = ["zh-CN", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

export function stringsOf(language: Language): Strings {
  return language === "en" ? en : zhCN;
}

/** In: any language tag. Out: the interface language for it; Chinese unless it is English. */
export function languageOf(tag: string): Language {
  return /^en\b/i.test(tag) ? "en" : "zh-CN";
}

export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
