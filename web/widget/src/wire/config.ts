/** What the server says about this widget: `/widget/config`, `/widget/topics`, `/widget/suggest`. */

import { fields, list, number, oneOf, someText, text } from "./reader";

export interface Topic {
  readonly title: string;
  readonly question: string;
  /** Of the invented city; it must be seen to be. */
  readonly fictional: boolean;
}

export interface Suggestion {
  readonly text: string;
  readonly fictional: boolean;
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
  /** The text that takes the wish for a person back; empty: as in the strings file. */
  readonly withdraw: string;
  /** What the five grades are called, the worst first; empty: as in the strings file. */
  readonly grades: readonly string[];
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
  withdraw: "",
  grades: [],
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
    withdraw: text(said["withdraw"]),
    grades: readGrades(said["rating"]),
  };
}

export function readTopics(value: unknown): readonly TopicGroup[] {
  return list(fields(value)["topics"], (one) => {
    const said = fields(one);
    const items = list(said["items"], readTopic);
    return text(said["title"]) && items.length ? { title: text(said["title"]), items } : null;
  });
}

export function readSuggestions(value: unknown): readonly Suggestion[] {
  return list(fields(value)["suggestions"], (one) => {
    const said = fields(one);
    return text(said["text"]) ? { text: text(said["text"]), fictional: said["fictional"] === true } : null;
  });
}

function readTopic(value: unknown): Topic | null {
  const said = fields(value);
  const title = text(said["title"]);
  const fictional = said["fictional"] === true;
  return title ? { title, question: text(said["question"]) || title, fictional } : null;
}

/** All five, or none. */
function readGrades(value: unknown): readonly string[] {
  const named = new Map(list(value, (one) => [number(fields(one)["grade"]), text(fields(one)["title"])] as const));
  const grades = [1, 2, 3, 4, 5].map((grade) => named.get(grade) ?? "");
  return grades.every(Boolean) ? grades : [];
}

function readNotice(value: unknown): Notice | null {
  const said = fields(value);
  return text(said["text"]) ? { text: text(said["text"]), url: text(said["url"]) } : null;
}
