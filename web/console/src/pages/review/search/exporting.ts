/** Saves what is found as a file. */

import { api, told } from "@/api/client";
import type { Filter } from "@/pages/review/parts/sets";

export type Format = "csv" | "xlsx";

/** Hands a file to the browser for saving. */
export function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** In: a `Content-Disposition`. Out: the name in it, as RFC 6266 writes it. Pure. */
export function nameIn(disposition: string | null, otherwise: string): string {
  const [, encoded] = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? "") ?? [];
  const [, plain] = /filename="([^"]+)"/i.exec(disposition ?? "") ?? [];
  try {
    return encoded === undefined ? (plain ?? otherwise) : decodeURIComponent(encoded);
  } catch {
    return plain ?? otherwise;
  }
}

/** Out: the name it was saved under. */
export async function exportFound(filter: Filter, format: Format): Promise<string> {
  const call =
    format === "csv"
      ? api.GET("/api/review/export.csv", { params: { query: filter }, parseAs: "blob" })
      : api.GET("/api/review/export.xlsx", { params: { query: filter }, parseAs: "blob" });
  const { response } = await call;
  const content = await told(call as Promise<{ data?: Blob; error?: unknown; response: Response }>);
  const name = nameIn(response.headers.get("Content-Disposition"), `export.${format}`);
  save(content, name);
  return name;
}
