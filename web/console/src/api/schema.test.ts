// @vitest-environment node
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";
import { expect, it } from "vitest";

it("is made from openapi.json as it is: npm run schema", async () => {
  const document = new URL("../../openapi.json", import.meta.url);
  const made = astToString(await openapiTS(document, { defaultNonNullable: false }));
  const kept = readFileSync(fileURLToPath(new URL("schema.ts", import.meta.url)), "utf8");
  expect(kept).toBe(`${COMMENT_HEADER}${made}`);
});
