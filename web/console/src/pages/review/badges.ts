/** What waits in the review, beside its navigation entries. */

import { api, told } from "@/api/client";
import { useBadges } from "@/frame/badges";

/** Counts anew. That it cannot is said by the pages themselves. */
export async function countReview(): Promise<void> {
  const badges = useBadges();
  const [proposals, assignments] = await Promise.all([
    told(api.GET("/api/review/proposals", { params: { query: { state: "proposed" } } })),
    told(api.GET("/api/review/assignments", { params: { query: { mine: 1, state: "open" } } })),
  ]).catch(() => [null, null] as const);
  if (proposals !== null) badges.set("proposals", proposals.proposals.filter((one) => one.may_decide).length);
  if (assignments !== null) badges.set("assignments", assignments.assignments.length);
}
