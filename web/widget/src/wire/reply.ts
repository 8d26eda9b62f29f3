/** A reply of the assistant: the public fields of `Reply` (docs/architecture.md, "The wire"). */

import { fields, list, number, oneOf, someText, text, textOrNull } from "./reader";

export interface Option {
  readonly id: string;
  readonly title: string;
}

export interface Source {
  readonly name: string;
  readonly url: string;
  readonly published: string;
}

export interface Guide {
  readonly id: string;
  readonly title: string;
  readonly taskName: string;
  readonly regionName: string;
  readonly authority: string;
  readonly publishDate: string;
}

const NEEDS = ["required", "optional", "deferrable"] as const;
export type Need = (typeof NEEDS)[number];

export interface Material {
  readonly name: string;
  readonly copies: string;
  readonly need: Need;
  readonly whereFrom: string;
  readonly note: string;
}

export interface Place {
  readonly title: string;
  readonly regionName: string;
  readonly hall: string;
  readonly window: string;
  readonly address: string;
  readonly hours: string;
  readonly phone: string;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly url: string;
  readonly rule: string;
  readonly note: string;
}

export interface Field {
  readonly aspect: string;
  readonly label: string;
  readonly text: string;
}

export interface Card {
  readonly fields: readonly Field[];
  readonly materials: readonly Material[];
  readonly places: readonly Place[];
  readonly steps: readonly string[];
  readonly situation: string;
  /** Path of the guide's page on the front, empty when it has none. */
  readonly page: string;
  /** Path of the printable checklist for this situation, empty without one. */
  readonly checklist: string;
  readonly hasFlow: boolean;
}

const OUTCOMES = [
  "answered",
  "clarify",
  "nothing_found",
  "handoff",
  "declined",
  "failed",
  "smalltalk",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Reply {
  readonly outcome: Outcome;
  readonly aspect: string | null;
  readonly guide: Guide | null;
  readonly options: readonly Option[];
  readonly suggestions: readonly string[];
  readonly sources: readonly Source[];
  readonly card: Card | null;
}

/** In: what the server sent as `reply`. Out: the reply, or null when there is none. */
export function readReply(value: unknown): Reply | null {
  const said = fields(value);
  if (!said["outcome"]) return null;
  return {
    outcome: oneOf(said["outcome"], OUTCOMES, "failed"),
    aspect: textOrNull(said["aspect"]),
    guide: readGuide(said["guide"]),
    options: list(said["options"], readOption),
    suggestions: list(said["suggestions"], someText),
    sources: list(said["sources"], readSource),
    card: said["card"] ? readCard(said["card"]) : null,
  };
}

function readOption(value: unknown): Option | null {
  const said = fields(value);
  return text(said["title"]) ? { id: text(said["id"]), title: text(said["title"]) } : null;
}

function readSource(value: unknown): Source | null {
  const said = fields(value);
  if (!text(said["name"])) return null;
  return { name: text(said["name"]), url: text(said["url"]), published: text(said["published"]) };
}

function readGuide(value: unknown): Guide | null {
  const said = fields(value);
  if (!text(said["title"])) return null;
  return {
    id: text(said["id"]),
    title: text(said["title"]),
    taskName: text(said["task_name"]),
    regionName: text(said["region_name"]),
    authority: text(said["authority"]),
    publishDate: text(said["publish_date"]),
  };
}

function readCard(value: unknown): Card {
  const said = fields(value);
  return {
    fields: list(said["fields"], readField),
    materials: list(said["materials"], readMaterial),
    places: list(said["places"], readPlace),
    steps: list(said["steps"], someText),
    situation: text(said["situation"]),
    page: pathOf(said["page"]),
    checklist: pathOf(said["checklist"]),
    hasFlow: said["has_flow"] === true,
  };
}

/** A path on the front itself; anything else is let go. */
function pathOf(value: unknown): string {
  const path = text(value);
  return /^\/guides\/\S*$/.test(path) ? path : "";
}

function readField(value: unknown): Field | null {
  const said = fields(value);
  if (!text(said["label"]) || !text(said["text"])) return null;
  return { aspect: text(said["aspect"]), label: text(said["label"]), text: text(said["text"]) };
}

function readMaterial(value: unknown): Material | null {
  const said = fields(value);
  if (!text(said["name"])) return null;
  return {
    name: text(said["name"]),
    copies: text(said["copies"]),
    need: oneOf(said["need"], NEEDS, "required"),
    whereFrom: text(said["where_from"]),
    note: text(said["note"]),
  };
}

function readPlace(value: unknown): Place | null {
  const said = fields(value);
  if (!text(said["title"])) return null;
  return {
    title: text(said["title"]),
    regionName: text(said["region_name"]),
    hall: text(said["hall"]),
    window: text(said["window"]),
    address: text(said["address"]),
    hours: text(said["hours"]),
    phone: text(said["phone"]),
    lat: number(said["lat"]),
    lon: number(said["lon"]),
    url: text(said["url"]),
    rule: text(said["rule"]),
    note: text(said["note"]),
  };
}
