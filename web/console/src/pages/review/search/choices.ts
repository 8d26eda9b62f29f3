/** What can be chosen: labels, regions and people of the log, colleagues. Asked for once, when they are first needed. */

import { ref, shallowRef } from "vue";

import { api, told, type Schemas } from "@/api/client";

export function useChoices() {
  const labels = shallowRef<readonly string[]>([]);
  const regions = shallowRef<readonly Schemas["RegionNamed"][]>([]);
  const agents = shallowRef<readonly Schemas["PersonNamed"][]>([]);
  const colleagues = shallowRef<readonly Schemas["Colleague"][]>([]);
  const asked = ref(false);

  /** What cannot be had is not offered. */
  async function load(): Promise<void> {
    if (asked.value) return;
    asked.value = true;
    const [choices, all] = await Promise.allSettled([told(api.GET("/api/review/choices")), told(api.GET("/api/review/colleagues"))]);
    if (choices.status === "fulfilled") ({ labels: labels.value, regions: regions.value, agents: agents.value } = choices.value);
    if (all.status === "fulfilled") colleagues.value = all.value.colleagues;
  }

  return { labels, regions, agents, colleagues, load };
}

export type Choices = ReturnType<typeof useChoices>;

/** People by name; those who share one, with their accounts. Pure. */
export function agentsNamed(agents: readonly Schemas["PersonNamed"][]): readonly Schemas["PersonNamed"][] {
  const often = (name: string): boolean => agents.filter((one) => one.name === name).length > 1;
  return agents.map((one) => (often(one.name) ? { ...one, name: `${one.name} (${one.account})` } : one));
}
