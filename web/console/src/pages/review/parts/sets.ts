/** The closed sets of the log, in the order in which they are offered. */

import type { Schemas } from "@/api/client";
import type { paths } from "@/api/schema";

/** What is looked for, as the server takes it. */
export type Filter = NonNullable<paths["/api/review/export.csv"]["get"]["parameters"]["query"]>;

/** What a wording shall become. */
export type Teach = Schemas["ProposalKind"] | "nothing";

export type Verdict = Schemas["Verdict"];
export type Outcome = NonNullable<Filter["outcome"]>;
export type Aspect = NonNullable<Filter["aspect"]>;
export type Flag = Schemas["Flag"];

export const VERDICTS: readonly Verdict[] = ["right", "wrong_guide", "wrong_facts", "incomplete", "should_have_handed_off"];
export const OUTCOMES: readonly Outcome[] = ["answered", "clarify", "nothing_found", "handoff", "declined", "failed", "smalltalk"];
export const FLAGS: readonly Flag[] = ["no_answer", "handed_off", "corrected"];
export const CHANNELS = ["widget", "wechat", "rest"] as const;
export const GRADES = [5, 4, 3, 2, 1] as const;
export const ASPECTS: readonly Aspect[] = [
  "overview", "where", "materials", "steps", "time_limit", "fee", "conditions", "online",
  "phone", "hours", "agent", "result", "legal_basis", "progress", "cross_region",
];
