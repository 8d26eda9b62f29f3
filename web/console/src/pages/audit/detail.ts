/** The particulars of an entry in one line: `role: agent · browser: …`. Pure. */

function said(value: unknown): string {
  if (value === null || value === undefined) return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function detailOf(detail: Readonly<Record<string, unknown>>): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name}: ${said(value)}`)
    .join(" · ");
}
