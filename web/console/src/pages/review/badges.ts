/** What waits in the review, beside its navigation entries. */

import { api, told } from "@/api/client";
import { useBadges } from "@/frame/badges";

/** Counts anew. That it cannot is said by the pages themselves. */
export async function countReview(): Promise<void> {
  const badges = useBadges();
  const waiting = await told(api.GET("/api/review/waiting")).catch(() => null);
  if (waiting === null) return;
  badges.set("proposals", waiting.proposals);
  badges.set("assignments", waiting.assignments);
}
