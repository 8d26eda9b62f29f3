/** What can be chosen in the form: labels, regions, colleagues. Asked for once, when they are first needed. */

import { ref, shallowRef } from "vue";

import { api, told, type Schemas } from "@/api/client";

export function useChoices() {
  const labels = shallowRef<readonly string[]>([]);
  const regions = shallowRef<readonly Schemas["RegionNamed"][]>([]);
  const colleagues = shallowRef<readonly Schemas["Colleague"][]>([]);
  const asked = ref(false);

  /** What cannot be had is not offered. */
  async function load(): Promise<void> {
    if (asked.value) return;
    asked.value = true;
    const [withLabels, overview, all] = await Promise.allSettled([
      told(api.GET("/api/review/labels")),
      told(api.GET("/api/review/overview")),
      told(api.GET("/api/review/colleagues")),
    ]);
    if (withLabels.status === "fulfilled") labels.value = withLabels.value.labels;
    if (overview.status === "fulfilled") {
      regions.value = overview.value.by_region.map((one) => one.region).filter((one) => one !== null);
    }
    if (all.status === "fulfilled") colleagues.value = all.value.colleagues;
  }

  return { labels, regions, colleagues, load };
}

export type Choices = ReturnType<typeof useChoices>;
