/** One message of the conversation. */

import { html, nothing, type TemplateResult } from "lit";

import type { Entry } from "../store/state";
import { fill } from "../strings";
import { bodyOf, leadOf } from "../text/body";
import { timeLabel } from "../text/dates";
import { speaker } from "../text/transcript";
import type { LinkState } from "../connection/connection";
import { card } from "./card";
import type { Context } from "./context";
import { icon } from "./icons";
import { noteLine, paragraphs, sourceLink } from "./words";

export function entryView(entry: Entry, latest: boolean, linkState: LinkState, context: Context): TemplateResult {
  const { strings } = context;
  const mine = entry.author === "citizen";
  const side = mine ? "mine" : entry.author === "system" ? "system" : "theirs";
  return html`<article class="entry ${side} ${entry.author}" data-key=${entry.key}>
    <p class="who">
      <span>${speaker(entry, strings)}</span>
      <time datetime=${entry.at}>${timeLabel(entry.at, strings)}</time>
    </p>
    ${mine ? own(entry, linkState, context) : theirs(entry, latest, context)}
  </article>`;
}

function own(entry: Entry, linkState: LinkState, context: Context): TemplateResult {
  const { strings } = context;
  const waiting = linkState === "open" ? strings.sending : strings.waiting;
  return html`<div class="bubble">${paragraphs(entry.text.split("\n"), strings)}</div>
    ${entry.delivery === "failed"
      ? html`<p class="delivery failed" role="alert">
          <span>${[strings.failed, entry.problem?.message, entry.problem?.mend].filter(Boolean).join(" ")}</span>
          <button
            type="button"
            class="quiet"
            @click=${() => {
              context.retry(entry.key);
            }}
          >
            ${strings.retry}
          </button>
        </p>`
      : html`<p class="delivery">${entry.delivery === "delivered" ? strings.delivered : waiting}</p>`}`;
}

function theirs(entry: Entry, latest: boolean, context: Context): TemplateResult {
  const { strings, plain } = context;
  const { reply } = entry;
  const body = bodyOf(entry.text, reply);
  const shown = reply?.card && reply.guide ? card(entry, reply.guide, reply.card, context) : nothing;
  const words = paragraphs(body.lines, strings);
  return html`<div class="bubble">
      ${shown !== nothing && folds(entry, plain)
        ? html`${paragraphs(leadOf(body.lines), strings)}${shown}
            <details class="whole">
              <summary>${strings.fullText}</summary>
              <div class="folded">${words}</div>
            </details>`
        : html`${words}${shown}`}
      ${notes(body.notes, body.unnamed, entry, context)} ${paragraphs(body.asks, strings)}
    </div>
    ${tools(entry, context)} ${reply ? choices(reply.options, context) : nothing}
    ${reply && latest ? follow(reply.suggestions, context) : nothing}`;
}

/**
 * An overview is the card over again, and longer than any screen: its text folds away. Of other answers only in
 * plain language, and only when an open part of the card says what was asked.
 */
function folds(entry: Entry, plain: boolean): boolean {
  const shown = entry.reply?.card;
  switch (entry.reply?.aspect) {
    case "overview":
      return Boolean(shown?.materials.length && shown.places.length);
    case "materials":
      return plain && Boolean(shown?.materials.length);
    case "steps":
      return plain && Boolean(shown?.steps.length);
    default:
      return false;
  }
}

function notes(
  said: readonly string[],
  unnamed: NonNullable<Entry["reply"]>["sources"],
  entry: Entry,
  { strings }: Context,
): TemplateResult | typeof nothing {
  if (!said.length && !unnamed.length) return nothing;
  const sources = entry.reply?.sources ?? [];
  return html`<footer class="notes small">
    ${said.map((one) => html`<p>${noteLine(one, sources, strings)}</p>`)}
    ${unnamed.map(
      (one) =>
        html`<p>
          ${strings.source}${sourceLink(one, strings)}${one.published
            ? fill(strings.sourceDate, { date: one.published })
            : nothing}
        </p>`,
    )}
  </footer>`;
}

function tools(entry: Entry, context: Context): TemplateResult | typeof nothing {
  const { strings, plain, reading } = context;
  if (!plain || reading === undefined || entry.author === "system") return nothing;
  const on = reading === entry.key;
  return html`<div class="row">
    <button
      type="button"
      class="quiet"
      @click=${() => {
        context.readAloud(entry);
      }}
    >
      ${icon(on ? "stop" : "speaker")}${on ? strings.stopReading : strings.readAloud}
    </button>
  </div>`;
}

function choices(
  options: NonNullable<Entry["reply"]>["options"],
  context: Context,
): TemplateResult | typeof nothing {
  if (!options.length) return nothing;
  const several = options.length > 1;
  return html`${several ? html`<p class="small">${context.strings.options}</p>` : nothing}
    <ol class="options">
      ${options.map(
        (option, index) =>
          html`<li>
            <button
              type="button"
              @click=${() => {
                context.say(option.title);
              }}
            >
              ${several ? html`<span class="number">${index + 1}</span>` : nothing}<span>${option.title}</span>
            </button>
          </li>`,
      )}
    </ol>`;
}

function follow(suggestions: readonly string[], context: Context): TemplateResult | typeof nothing {
  if (!suggestions.length) return nothing;
  return html`<p class="small">${context.strings.alsoAsk}</p>
    <ul class="chips">
      ${suggestions.map(
        (one) =>
          html`<li>
            <button
              type="button"
              @click=${() => {
                context.say(one);
              }}
            >
              ${one}
            </button>
          </li>`,
      )}
    </ul>`;
}
