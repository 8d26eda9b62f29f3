/** The guide behind an answer as a card: its parts folded, each opened by its heading. */

import { html, nothing, type TemplateResult } from "lit";

import type { Entry } from "../store/state";
import { fill } from "../strings";
import type { Card, Guide } from "../wire/reply";
import type { Context } from "./context";
import { materials } from "./materials";
import { places } from "./places";
import { line, link } from "./words";

/** What a section of the card shows, and the aspects it answers. */
const WHERE = new Set(["where", "online", "cross_region", "hours", "phone"]);

export function card(entry: Entry, guide: Guide, shown: Card, context: Context): TemplateResult {
  const { strings, plain } = context;
  const aspect = entry.reply?.aspect ?? "";
  const facts = [guide.regionName, guide.authority].filter(Boolean).join(" · ");
  return html`<div class="card" role="group" aria-label=${fill(strings.card, { title: guide.title })}>
    <div class="card-head">
      <p class="name">${guide.taskName || guide.title}</p>
      ${facts ? html`<p class="small">${facts}</p>` : nothing}
    </div>
    ${shown.places.length
      ? fold(strings.places, shown.places.length, plain && WHERE.has(aspect), context, () =>
          places(entry, shown.places, context),
        )
      : nothing}
    ${shown.materials.length
      ? fold(strings.materials, shown.materials.length, plain && aspect === "materials", context, () =>
          materials(entry, shown, context),
        )
      : nothing}
    ${shown.steps.length
      ? fold(strings.steps, shown.steps.length, plain && aspect === "steps", context, () =>
          steps(guide, shown, context),
        )
      : nothing}
    ${shown.fields.map((field) =>
      fold(field.label, 0, plain && field.aspect === aspect, context, () =>
        field.text.split("\n").map((one) => html`<p>${line(one, strings)}</p>`),
      ),
    )}
    <div class="card-foot small">
      ${guide.publishDate ? html`<span>${strings.guideDate} ${guide.publishDate}</span>` : nothing}
      ${shown.page
        ? html`<span class="action">${link(context.host + shown.page, strings.fullGuide, strings)}</span>`
        : nothing}
    </div>
  </div>`;
}

function fold(
  label: string,
  count: number,
  open: boolean,
  { strings }: Context,
  content: () => unknown,
): TemplateResult {
  return html`<details ?open=${open}>
    <summary>
      <span>${label}</span>${count
        ? html`<span class="small">${fill(strings.count, { count })}</span>`
        : nothing}
    </summary>
    <div class="folded">${content()}</div>
  </details>`;
}

/** The flow chart, and the same in words: the picture may fail to load, or not be seen. */
function steps(guide: Guide, shown: Card, { strings, host }: Context): TemplateResult {
  const picture = shown.page && shown.hasFlow;
  return html`${picture
      ? html`<img
          class="flow"
          loading="lazy"
          src=${`${host}${shown.page}/flow.svg`}
          alt=${fill(strings.flowAlt, { title: guide.title })}
          @error=${(event: Event) => {
            (event.target as HTMLElement).hidden = true;
          }}
        />`
      : nothing}
    <ol class="steps">
      ${shown.steps.map((step) => html`<li>${step}</li>`)}
    </ol>`;
}
