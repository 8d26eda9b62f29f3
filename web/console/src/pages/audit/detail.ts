/** An entry of the audit log in words: what it is about, and its particulars. Pure. A key without a word stands as it is. */

import { words, wordsOr } from "@/words";

/** What ids stand for, as far as this page knows. */
export interface Known {
  readonly accounts: ReadonlyMap<number, string>;
  readonly teams: ReadonlyMap<number, string>;
}

export interface Particular {
  readonly name: string;
  readonly text: string;
}

const ACCOUNTS = new Set(["account", "added", "removed"]);
/** Keys whose values are names of closed sets, and where these stand in words. */
const SETS: Readonly<Record<string, string>> = {
  role: "role",
  role_before: "role",
  verdict: "names.verdict",
  outcome: "names.outcome",
  aspect: "names.aspect",
  channel: "names.channel",
  flag: "names.flag",
  state: "audit.state",
  list: "audit.lists",
  kind: "audit.kinds",
};

function nameOf(kind: string, id: number, known: Known): string {
  const names = kind === "team" ? known.teams : known.accounts;
  return names.get(id) ?? String(id);
}

/** An optional particular that was not given. */
function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (typeof value === "object" && Object.keys(value).length === 0 && !Array.isArray(value));
}

function said(key: string, value: unknown, known: Known): string {
  if (typeof value === "boolean") return words(value ? "audit.yes" : "audit.no");
  if (typeof value === "number") return key === "team" || ACCOUNTS.has(key) ? nameOf(key, value, known) : String(value);
  if (typeof value === "string") return key in SETS ? wordsOr(`${SETS[key]}.${value}`, value) : value;
  if (Array.isArray(value)) return value.length === 0 ? words("common.none") : value.map((one) => said(key, one, known)).join(words("audit.and"));
  if (key === "hours") return words("audit.changed");
  return particulars(value as Record<string, unknown>, known)
    .map(({ name, text }) => `${name} ${text}`)
    .join(words("audit.and"));
}

/** In: the detail of an entry. Out: each of its particulars by name. */
export function particulars(detail: Readonly<Record<string, unknown>>, known: Known): Particular[] {
  return Object.entries(detail)
    .filter(([, value]) => !isNothing(value))
    .map(([key, value]) => ({ name: wordsOr(`audit.keys.${key}`, key), text: said(key, value, known) }));
}

export interface About {
  readonly text: string;
  /** The conversation it leads to. */
  readonly conversation: number | null;
}

/** In: `account:3`, `conversation:7`, or nothing. Out: what that is, in words. */
export function aboutOf(object: string, known: Known): About {
  const [, kind, id] = /^([a-z]+):(.+)$/.exec(object) ?? [];
  if (kind === undefined || id === undefined) return { text: object, conversation: null };
  const name = kind === "account" || kind === "team" ? nameOf(kind, Number(id), known) : id;
  return { text: `${wordsOr(`audit.objects.${kind}`, kind)} ${name}`, conversation: kind === "conversation" ? Number(id) : null };
}
