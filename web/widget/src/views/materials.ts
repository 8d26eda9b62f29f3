/** The materials as a checklist that can be ticked and printed. */

import { html, nothing, type TemplateResult } from "lit";

import type { Entry } from "../store/state";
import { fill } from "../strings";
import type { Card, Material } from "../wire/reply";
import { markOf, type Context } from "./context";
import { icon } from "./icons";
import { line, link } from "./words";

export function materials(entry: Entry, card: Card, context: Context): TemplateResult {
  const { strings } = context;
  const done = card.materials.filter((_, index) => context.ticked.has(markOf(entry, index))).length;
  return html`
    ${card.situation
      ? html`<p class="small">${fill(strings.situation, { text: card.situation })}</p>`
      : nothing}
    <ul class="checklist">
      ${card.materials.map((material, index) => item(material, markOf(entry, index), context))}
    </ul>
    <div class="row">
      <span class="small">${fill(strings.ticked, { done, all: card.materials.length })}</span>
      <button
        type="button"
        class="quiet"
        @click=${() => {
          context.print(entry);
        }}
      >
        ${icon("print")}${strings.print}
      </button>
      ${card.checklist
        ? html`<span class="action">${link(context.host + card.checklist, strings.checklistPage, strings)}</span>`
        : nothing}
    </div>
  `;
}

function item(material: Material, mark: string, context: Context): TemplateResult {
  const { strings } = context;
  const details = materialDetails(material, context);
  const described = `details-${mark}`;
  return html`<li>
    <label>
      <input
        type="checkbox"
        aria-describedby=${details.length ? described : nothing}
        .checked=${context.ticked.has(mark)}
        @change=${(event: Event) => {
          context.tick(mark, (event.target as HTMLInputElement).checked);
        }}
      />
      <span>
        <span class="name">${material.name}</span>
        <span class="badge ${material.need}">${strings[material.need]}</span>
      </span>
    </label>
    ${details.length
      ? html`<div class="small details" id=${described}>
          ${details.map((one) => html`<p>${line(one, strings)}</p>`)}
        </div>`
      : nothing}
  </li>`;
}

/** Copies, who issues it and notes, each a short line. */
export function materialDetails(material: Material, { strings }: Pick<Context, "strings">): readonly string[] {
  const from = material.whereFrom && fill(strings.whereFrom, { text: material.whereFrom });
  return [material.copies, from, material.note].filter(Boolean);
}
