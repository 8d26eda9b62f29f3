/** What the server says about this widget: `/widget/config`, `/widget/topics`, `/widget/suggest`. */

import { fields, list, number, oneOf, someText, text } from "./reader";

export interface Topic {
  readonly title: string;
  readonly question: string;
}

export interface TopicGroup {
  readonly title: string;
  readonly items: readonly Topic[];
}

export interface Notice {
  readonly text: string;
  readonly url: string;
}

export interface ServerConfig {
  readonly title: string;
  readonly accent: string;
  readonly position: "right" | "left";
  readonly welcome: readonly string[];
  readonly topics: readonly Topic[];
  readonly notices: readonly Notice[];
  readonly aiNotice: string;
  readonly hours: string;
  readonly phone: string;
  /** A pattern with {lat}, {lon} and {name}; empty: no map links. */
  readonly mapUrl: string;
  readonly maxChars: number;
  /** The text that asks for a person; empty: the one of the strings file. */
  readonly askHuman: string;
}

/** Before the server has answered, or when it does not. The texts are filled in from the strings file. */
export const NO_CONFIG: ServerConfig = {
  title: "",
  accent: "",
  position: "right",
  welcome: [],
  topics: [],
  notices: [],
  aiNotice: "",
  hours: "",
  phone: "12345",
  mapUrl: "",
  maxChars: 2000,
  askHuman: "",
};

export function readConfig(value: unknown): ServerConfig {
  const said = fields(value);
  const accent = text(said["accent"]);
  return {
    title: text(said["title"]),
    accent: /^#[0-9a-fA-F]{6}$/.test(accent) ? accent : "",
    position: oneOf(said["position"], ["right", "left"], "right"),
    welcome: list(said["welcome"], someText),
    topics: list(said["topics"], readTopic),
    notices: list(said["notices"], readNotice),
    aiNotice: text(said["ai_notice"]),
    hours: text(said["hours"]),
    phone: text(said["phone"]) || NO_CONFIG.phone,
    mapUrl: text(said["map_url"]),
    maxChars: number(said["max_chars"]) ?? NO_CONFIG.maxChars,
    askHuman: text(said["ask_human"]),
  };
}

export function readTopics(value: unknown): readonly TopicGroup[] {
  return list(fields(value)["topics"], (one) => {
    const said = fields(one);
    const items = list(said["items"], readTopic);
    return text(said["title"]) && items.length ? { title: text(said["title"]), items } : null;
  });
}

export function readSuggestions(value: unknown): readonly string[] {
  return list(fields(value)["suggestions"], (one) => someText(fields(one)["text"]));
}

function readTopic(value: unknown): Topic | null {
  const said = fields(value);
  const title = text(said["title"]);
  return title ? { title, question: text(said["question"]) || title } : null;
}

function readNotice(value: unknown): Notice | null {
  const said = fields(value);
  return text(said["text"]) ? { text: text(said["text"]), url: text(said["url"]) } : null;
}
