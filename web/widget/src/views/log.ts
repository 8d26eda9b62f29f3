/** The conversation: welcome, days, messages, who is typing. */

import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import type { Entry, State } from "../store/state";
import { fill } from "../strings";
import { dayLabel, dayOf } from "../text/dates";
import { agentName } from "../text/transcript";
import type { Context } from "./context";
import { entryView } from "./entry";
import { link, paragraphs } from "./words";

/** `covered`: a sheet lies over it, so nothing in it is reached. */
export function log(state: State, busy: boolean, covered: boolean, context: Context): TemplateResult {
  const { strings } = context;
  const last = [...state.entries].reverse().find((entry) => entry.reply !== null);
  return html`<div class="log" id="log" role="log" aria-label=${strings.log} aria-busy=${busy} ?inert=${covered} tabindex="0">
    ${welcome(context)}
    ${repeat(
      state.entries,
      (entry) => entry.key,
      (entry, index) =>
        html`<div>
          ${day(entry, state.entries[index - 1], context)}
          ${entryView(entry, entry === last, state.link, context)}
        </div>`,
    )}
    ${state.typing
      ? html`<p class="typing">
          <span>${state.typing === "agent" ? fill(strings.typingAgent, { agent: agentName(state.agent, strings) }) : strings.typingBot}</span
          ><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>
        </p>`
      : nothing}
  </div>`;
}

function welcome(context: Context): TemplateResult {
  const { strings, config } = context;
  const words = config.welcome.length ? config.welcome : [strings.welcome];
  return html`<article class="entry theirs welcome">
    ${config.notices.length
      ? html`<ul class="notices">
          ${config.notices.map((one) => html`<li>${link(one.url, one.text, strings)}</li>`)}
        </ul>`
      : nothing}
    <div class="bubble">${paragraphs(words, strings)}</div>
    ${config.topics.length
      ? html`<p class="small">${strings.topicsQuick}</p>
          <ul class="chips">
            ${config.topics.map(
              (topic) =>
                html`<li>
                  <button
                    type="button"
                    @click=${() => {
                      context.say(topic.question);
                    }}
                  >
                    ${topic.title}
                  </button>
                </li>`,
            )}
          </ul>`
      : nothing}
  </article>`;
}

function day(
  entry: Entry,
  before: Entry | undefined,
  context: Context,
): TemplateResult | typeof nothing {
  if (before && dayOf(before.at) === dayOf(entry.at)) return nothing;
  const label = dayLabel(entry.at, context.now, context.strings);
  return label ? html`<p class="day"><span>${label}</span></p>` : nothing;
}
