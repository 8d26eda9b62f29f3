/** Refuses a widget that has grown too heavy for a phone, and a console whose first page has. */

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const KIB = 1024;
const LARGEST_WIDGET = 40 * KIB;
const LARGEST_FIRST_PAGE = 130 * KIB;

function gzipped(path) {
  return gzipSync(readFileSync(new URL(path, import.meta.url)), { level: 9 }).length;
}

function check(name, bytes, allowed, mend) {
  console.log(`${name}: ${bytes} bytes gzipped, ${allowed} allowed`);
  if (bytes > allowed) {
    console.error(`Mend: ${mend}`);
    process.exitCode = 1;
  }
}

check("widget.js", gzipped("widget/dist/widget.js"), LARGEST_WIDGET,
  "find what was added with `npx vite build --sourcemap`, and leave it out or make it smaller.");

const page = readFileSync(new URL("console/dist/index.html", import.meta.url), "utf8");
const loaded = [...page.matchAll(/(?:src|href)="\/console\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file);
check("console, before any page", loaded.reduce((sum, file) => sum + gzipped(`console/dist/${file}`), 0), LARGEST_FIRST_PAGE,
  "load what was added only by the page that needs it (`() => import(…)` in console/src/router/routes.ts).");
