/** The overview as figures: each a chart and the same numbers as a table. Pure, but for the words. */

import type { EChartsCoreOption } from "echarts/core";

import type { Schemas } from "@/api/client";
import { bars, lines } from "@/pages/review/overview/options";
import { named, type Names } from "@/pages/review/parts/named";
import { words, type Word } from "@/words";

export interface Figure {
  readonly key: string;
  readonly title: string;
  readonly option: EChartsCoreOption;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** As wide as the page. */
  readonly wide?: boolean;
}

type Overview = Schemas["Overview"];
type Volumes = Schemas["VolumesShown"];

export const MOST_BARS = 8;
const COUNTS = ["conversations", "turns", "self_served", "handed", "no_answer", "staff_messages", "ratings"] as const satisfies readonly (keyof Volumes)[];
const COUNT_WORDS: Record<(typeof COUNTS)[number], Word> = {
  conversations: "overview.conversations",
  turns: "overview.turns",
  self_served: "overview.selfServed",
  handed: "overview.handed",
  no_answer: "overview.noAnswer",
  staff_messages: "overview.staffMessages",
  ratings: "overview.ratings",
};

/** 0.9263 as 92.6%; – for none. */
export function share(value: number | null): string {
  return value === null ? "–" : `${(100 * value).toFixed(1)}%`;
}

/** Seconds as people say them. In: null with a count is longer than is measured. */
export function seconds(value: number | null, count: number): string {
  if (value === null) return count > 0 ? words("overview.longer") : "–";
  if (value < 100) return words("overview.seconds", { n: Math.round(value) });
  if (value < 100 * 60) return words("overview.minutes", { n: Math.round(value / 60) });
  return words("overview.hours", { n: Math.round(value / 3600) });
}

function columns(first: Word): readonly string[] {
  return [words(first), ...COUNTS.map((count) => words(COUNT_WORDS[count])), words("overview.selfServiceRate"), words("overview.handoffRate"), words("overview.noAnswerRate"), words("overview.meanRating")];
}

function cells(name: string, of: Volumes): readonly (string | number)[] {
  return [name, ...COUNTS.map((count) => of[count]), share(of.self_service_rate), share(of.handoff_rate), share(of.no_answer_rate), of.mean_rating ?? "–"];
}

function byDay(shown: Overview): Figure {
  const series = (["conversations", "handed", "no_answer", "self_served"] as const).map((count) => ({
    name: words(COUNT_WORDS[count]),
    values: shown.by_day.map((one) => one[count]),
  }));
  return {
    key: "byDay",
    title: words("overview.byDay"),
    option: lines(shown.by_day.map((one) => one.day), series),
    columns: columns("overview.day"),
    rows: shown.by_day.map((one) => cells(one.day, one)),
    wide: true,
  };
}

function byName(key: string, title: Word, all: readonly { readonly name: string; readonly of: Volumes }[]): Figure {
  return {
    key,
    title: words(title),
    option: bars(words("overview.conversations"), all.slice(0, MOST_BARS).map(({ name, of }) => ({ name, value: of.conversations }))),
    columns: columns("overview.name"),
    rows: all.map(({ name, of }) => cells(name, of)),
  };
}

function counted(key: string, title: Word, all: readonly { readonly name: string; readonly count: number }[], first: Word = "overview.name"): Figure {
  return {
    key,
    title: words(title),
    option: bars(words("overview.count"), all.slice(0, MOST_BARS).map(({ name, count }) => ({ name, value: count }))),
    columns: [words(first), words("overview.count")],
    rows: all.map(({ name, count }) => [name, count]),
  };
}

function ofSet(set: Names, all: readonly Schemas["Counted"][]): readonly { readonly name: string; readonly count: number }[] {
  return all.map(({ key, count }) => ({ name: named(set, key), count }));
}

/** All figures, in the order of the page; those without a number are left out. */
export function figuresOf(shown: Overview): readonly Figure[] {
  const grades = shown.ratings.map(({ key, count }) => ({ name: words("overview.grade", { n: key }), count }));
  return [
    byDay(shown),
    byName("byChannel", "overview.byChannel", shown.by_channel.map((one) => ({ name: named("channel", one.channel), of: one }))),
    byName("byRegion", "overview.byRegion", shown.by_region.map((one) => ({ name: one.region?.name ?? words("overview.unknownRegion"), of: one }))),
    counted("topMatters", "overview.topMatters", shown.top_matters.map(({ guide, count }) => ({ name: guide.title, count })), "overview.matter"),
    counted("outcomes", "overview.outcomes", ofSet("outcome", shown.outcomes)),
    counted("aspects", "overview.aspects", ofSet("aspect", shown.aspects)),
    counted("grades", "overview.grades", grades.some((one) => one.count > 0) ? grades : []),
    counted("verdicts", "overview.verdicts", ofSet("verdict", shown.verdicts)),
  ].filter((figure) => figure.rows.length > 0);
}
