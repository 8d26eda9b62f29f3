/** A browser by its header, in words: "Chrome · Windows". What is not known is shown as it was sent. Pure. */

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg\//, "Edge"],
  [/\bQQBrowser\//, "QQ"],
  [/\b360SE|\b360EE/, "360"],
  [/\bFirefox\//, "Firefox"],
  [/\bChrome\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\bWindows\b/, "Windows"],
  [/\biPad\b/, "iPad"],
  [/\biPhone\b/, "iPhone"],
  [/\bAndroid\b/, "Android"],
  [/\bMac OS X\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

function first(known: typeof BROWSERS, header: string): string | undefined {
  return known.find(([pattern]) => pattern.test(header))?.[1];
}

export function browserOf(header: string): string {
  const named = [first(BROWSERS, header), first(SYSTEMS, header)].filter((one) => one !== undefined);
  return named.length > 0 ? named.join(" · ") : header;
}
