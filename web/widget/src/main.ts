/** What `widget.js` does: define the element, and add one to the page unless the page has placed its own. */

import { BangbanChat } from "./chat";
import { configure, originOf } from "./options";

const NAME = "bangban-chat";
const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;

BangbanChat.origin = originOf(script);
if (!customElements.get(NAME)) customElements.define(NAME, BangbanChat);

function place(): void {
  if (!script || document.querySelector(NAME)) return;
  const element = document.createElement(NAME);
  configure(element, script);
  document.body.append(element);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", place, { once: true });
else place();
