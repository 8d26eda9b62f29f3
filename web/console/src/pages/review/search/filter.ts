/** What is looked for: as the form has it, as the address of the page has it, as the server takes it. Pure. */

import type { LocationQuery } from "vue-router";

import type { Filter } from "@/pages/review/parts/sets";

export const FIELDS = [
  "q", "from", "to", "channel", "outcome", "aspect", "guide", "region", "agent",
  "rating", "min_confidence", "max_confidence", "label", "verdict", "flag",
] as const satisfies readonly (keyof Filter)[];
export type Field = (typeof FIELDS)[number];

/** Every field as text; empty: not asked for. */
export type Fields = Record<Field, string>;

const ALWAYS_SHOWN: ReadonlySet<Field> = new Set(["q", "from", "to", "channel", "outcome", "flag"]);
const NUMBERS: ReadonlySet<Field> = new Set(["rating", "min_confidence", "max_confidence"]);

export function nothingSought(): Fields {
  return Object.fromEntries(FIELDS.map((field) => [field, ""])) as Fields;
}

/** In: the address, or a saved search. Out: the fields; what is no field is left out. */
export function fieldsOf(query: LocationQuery | Readonly<Record<string, string>>): Fields {
  const fields = nothingSought();
  for (const field of FIELDS) {
    const value = query[field];
    if (typeof value === "string") fields[field] = value.trim();
  }
  return fields;
}

/** Only what is asked for, as texts: for the address and for keeping. */
export function askedFor(fields: Fields): Partial<Fields> {
  return Object.fromEntries(FIELDS.map((field) => [field, fields[field].trim()] as const).filter(([, value]) => value !== ""));
}

/** As the server takes it. Values that are none of a closed set are sent all the same: the server says what is wrong. */
export function filterOf(fields: Fields): Filter {
  return Object.fromEntries(
    Object.entries(askedFor(fields)).map(([field, value]) => [field, NUMBERS.has(field as Field) ? Number(value) : value]),
  );
}

/** How many conditions hold that the short form does not show. */
export function hiddenCount(fields: Fields): number {
  return Object.keys(askedFor(fields)).filter((field) => !ALWAYS_SHOWN.has(field as Field)).length;
}
