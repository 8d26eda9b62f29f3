/** The head of the panel: who is answering, large print, more, close; under it what must always be seen. */

import { html, nothing, type TemplateResult } from "lit";

import type { State } from "../store/state";
import { fill, type Strings } from "../strings";
import { agentName } from "../text/transcript";
import type { ServerConfig } from "../wire/config";
import { icon } from "./icons";

export interface Header {
  readonly strings: Strings;
  readonly config: ServerConfig;
  readonly title: string;
  readonly state: State;
  readonly plain: boolean;
  readonly menuOpen: boolean;
  /** A widget that fills its page cannot be closed. */
  readonly full: boolean;
  readonly togglePlain: () => void;
  readonly toggleMenu: () => void;
  readonly close: () => void;
}

export function header(view: Header): TemplateResult {
  const { strings } = view;
  const print = view.plain ? strings.plainOff : strings.plainOn;
  return html`<div class="head">
      <div class="title">
        <h2 id="title">${view.title}</h2>
        <p class="small" role="status">${ownerLine(view.state, strings)}</p>
      </div>
      <button type="button" class="head-button" @click=${view.togglePlain}>
        ${icon("large")}<span>${print}</span>
      </button>
      <button
        type="button"
        class="head-button"
        id="to-menu"
        aria-expanded=${view.menuOpen}
        @click=${view.toggleMenu}
      >
        ${icon("menu")}<span>${strings.menu}</span>
      </button>
      ${view.full
        ? nothing
        : html`<button type="button" class="head-button" aria-label=${strings.close} @click=${view.close}>
            ${icon("close")}<span>${strings.closeShort}</span>
          </button>`}
    </div>
    <p class="ai-notice" role="note">${view.config.aiNotice || strings.aiNotice}</p>
    ${connection(view)}`;
}

function ownerLine({ owner, agent }: State, strings: Strings): string {
  switch (owner) {
    case "queued":
      return strings.ownerQueued;
    case "human":
      return agent?.name ? fill(strings.ownerNamed, { agent: agentName(agent, strings) }) : strings.ownerHuman;
    case "closed":
      return strings.ownerClosed;
    default:
      return strings.ownerBot;
  }
}

function connection({ state, strings, config }: Header): TemplateResult {
  const gone = !state.resting && (state.link === "closed" || (state.everOpen && state.link === "connecting"));
  const words = gone
    ? fill(strings.offline, { phone: config.phone })
    : state.link === "connecting"
      ? strings.connecting
      : state.notice;
  return html`<p class="connection ${state.link}" role="status" ?hidden=${!words}>${words}</p>`;
}
