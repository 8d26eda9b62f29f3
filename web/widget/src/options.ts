/** How a site configures its widget: the attributes of the element, or the data-* of the script tag. */

/** Script data name → attribute of the element. */
export const ATTRIBUTES = ["lang", "region", "heading", "accent", "position", "plain", "full", "open"] as const;

/** The script that is running now: its origin is where the server is. */
export function originOf(script: HTMLScriptElement | null): string {
  try {
    return script?.src ? new URL(script.src).origin : "";
  } catch {
    return "";
  }
}

/** Copy what the script tag says onto the element it makes. */
export function configure(element: HTMLElement, script: HTMLScriptElement): void {
  for (const name of ATTRIBUTES) {
    const value = script.dataset[name];
    if (value !== undefined) element.setAttribute(name, value);
  }
}

/** A page of the server's own site, not inside a frame: there the browser keeps a cookie for us. */
export function ownSite(host: string): boolean {
  try {
    return new URL(host).origin === window.location.origin && window.top === window.self;
  } catch {
    return false;
  }
}
