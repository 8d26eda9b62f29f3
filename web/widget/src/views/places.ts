/** Where it can be done: each way with address, hours, counter, telephone, map and "copy address". */

import { html, nothing, type TemplateResult } from "lit";

import type { Entry } from "../store/state";
import { mapUrl, safeUrl, telephone } from "../text/links";
import type { Place } from "../wire/reply";
import { markOf, type Context } from "./context";
import { icon } from "./icons";
import { line, link } from "./words";

export function places(entry: Entry, shown: readonly Place[], context: Context): TemplateResult {
  return html`<ol class="places">
    ${shown.map((place, index) => one(place, `${markOf(entry, index)}.address`, context))}
  </ol>`;
}

function one(place: Place, mark: string, context: Context): TemplateResult {
  const { strings, config } = context;
  const name = place.hall || place.title;
  const map = mapUrl(config.mapUrl, place.lat, place.lon, name);
  const href = telephone(place.phone);
  const facts: readonly (readonly [string, unknown])[] = [
    [strings.region, place.regionName],
    [strings.window, place.window],
    [strings.address, place.address],
    [strings.time, place.hours],
    [strings.phone, href ? html`<a class="action" href=${href}>${place.phone}</a>` : place.phone],
    [strings.rule, place.rule],
    [strings.note, place.note],
  ];
  const hall = place.hall === place.title ? "" : place.hall;
  return html`<li>
    <p class="name">${[place.title, hall].filter(Boolean).join(" · ")}</p>
    <dl>
      ${facts.map(([label, value]) =>
        value
          ? html`<div>
              <dt>${label}</dt>
              <dd>${typeof value === "string" ? line(value, strings) : value}</dd>
            </div>`
          : nothing,
      )}
    </dl>
    <div class="row">
      ${map ? html`<span class="action">${icon("map")}${link(map, strings.map, strings)}</span>` : nothing}
      ${safeUrl(place.url)
        ? html`<span class="action">${link(place.url, strings.site, strings)}</span>`
        : nothing}
      ${place.address
        ? html`<button
            type="button"
            class="quiet"
            @click=${() => {
              context.copy(mark, [place.address, name].filter(Boolean).join(" "));
            }}
          >
            ${icon("copy")}${context.copied === mark ? strings.copied : strings.copyAddress}
          </button>`
        : nothing}
    </div>
  </li>`;
}
