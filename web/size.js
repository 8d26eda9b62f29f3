/** Refuses a widget that has grown too heavy for a phone. */

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LARGEST = 40 * 1024;

const file = new URL("widget/dist/widget.js", import.meta.url);
const bytes = gzipSync(readFileSync(file), { level: 9 }).length;
console.log(`widget.js: ${bytes} bytes gzipped, ${LARGEST} allowed`);
if (bytes > LARGEST) {
  console.error("Mend: find what was added with `npx vite build --sourcemap`, and leave it out or make it smaller.");
  process.exit(1);
}
