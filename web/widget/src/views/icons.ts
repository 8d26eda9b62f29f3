/** The few signs of the widget, drawn here: no font, no file, no other host. */

import { svg, html, type TemplateResult } from "lit";

const PATHS = {
  ask: svg`<path d="M4 5h16v11H9l-5 4z"/><path d="M8 9h8M8 12h5"/>`,
  close: svg`<path d="M6 9l6 6 6-6"/>`,
  menu: svg`<path d="M4 7h16M4 12h16M4 17h16"/>`,
  large: svg`<path d="M3 18L8.5 5 14 18M5 13.5h7M15 18l3-7 3 7M16 16h4"/>`,
  person: svg`<circle cx="12" cy="8" r="3.5"/><path d="M5 20c0-4 3-6 7-6s7 2 7 6"/>`,
  topics: svg`<path d="M4 5h7v6H4zM13 5h7v6h-7zM4 13h7v6H4zM13 13h7v6h-7z"/>`,
  send: svg`<path d="M4 12l16-7-5 15-4-6z"/>`,
  microphone: svg`<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5 11c0 4 3 7 7 7s7-3 7-7M12 18v3"/>`,
  speaker: svg`<path d="M4 9v6h4l5 4V5L8 9zM16 9c1.5 1.5 1.5 4.5 0 6M18.5 6.5c3 3 3 8 0 11"/>`,
  stop: svg`<rect x="6" y="6" width="12" height="12"/>`,
  print: svg`<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z"/>`,
  copy: svg`<path d="M9 9h11v11H9zM5 15H4V4h11v1"/>`,
  map: svg`<path d="M12 21c-4-5-6-8-6-11a6 6 0 0112 0c0 3-2 6-6 11z"/><circle cx="12" cy="10" r="2"/>`,
  back: svg`<path d="M15 5l-7 7 7 7"/>`,
  star: svg`<path d="M12 4l2.5 5.200 5.5.8-4 4 1 5.600-5-2.700-5 2.700 1-5.600-4-4 5.5-.8z"/>`,
  phone: svg`<path d="M6 4h4l1 5-2 1c1 2.5 2.5 4 5 5l1-2 5 1v4c0 1-1 2-2 2C10 20 4 14 4 6c0-1 1-2 2-2z"/>`,
} as const;

export type Icon = keyof typeof PATHS;

export function icon(name: Icon): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${PATHS[name]}</svg>`;
}
