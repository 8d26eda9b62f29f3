/** Routes with their guard, and the title of the window. */

import { watch } from "vue";
import { createRouter, createWebHistory, type RouteLocationNormalized, type Router } from "vue-router";

import { useBadges } from "@/frame/badges";
import { wayFor } from "@/router/guard";
import { ROUTES } from "@/router/routes";
import { useSession } from "@/session/store";
import { language, words } from "@/words";

function nameOf(route: RouteLocationNormalized): string {
  return String(route.name ?? "nowhere");
}

export function makeRouter(): Router {
  const router = createRouter({ history: createWebHistory("/console/"), routes: [...ROUTES] });
  const session = useSession();

  router.beforeEach(async (to) => {
    if (!session.known) await session.load().catch(() => undefined); // the sign-in page says what is wrong
    const { then } = to.query;
    const way = wayFor(session.me, {
      name: nameOf(to),
      fullPath: to.fullPath,
      open: to.meta.open ?? false,
      under: to.meta.under ?? nameOf(to),
      then: typeof then === "string" ? then : null,
    });
    if (way.go === "on") return true;
    if (way.go === "path") return { path: way.path, replace: true };
    if (way.name === "nowhere") return { name: "nowhere", params: { rest: to.path.slice(1).split("/") }, replace: true };
    return { name: way.name, ...(way.then === undefined ? {} : { query: { then: way.then } }), replace: true };
  });

  const badges = useBadges();
  watch(
    [router.currentRoute, language, () => badges.of("desk")],
    ([now, , waiting]) => {
      const page = now.meta.title === undefined ? "" : `${words(now.meta.title)} · `;
      document.title = `${waiting === "" ? "" : `(${waiting}) `}${page}${words("product.name")}`;
    },
    { immediate: true },
  );
  watch(
    () => session.isIn,
    (isIn) => {
      const now = router.currentRoute.value;
      if (!isIn && now.meta.open !== true) void router.replace({ name: "sign-in", query: { then: now.fullPath } });
    },
  );
  return router;
}

