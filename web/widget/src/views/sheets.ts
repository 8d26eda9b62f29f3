/** What lies over the conversation for a moment: more functions, topics, rating. One at a time. */

import { html, nothing, type TemplateResult } from "lit";

import { fill, type Strings } from "../strings";
import type { ServerConfig, TopicGroup } from "../wire/config";
import { icon, type Icon } from "./icons";
import { fictional } from "./words";

/** The frame of every sheet: a heading that gets the focus, and the way back. */
export function sheet(title: string, strings: Strings, back: () => void, content: unknown): TemplateResult {
  return html`<section class="sheet" aria-labelledby="sheet-title">
    <div class="sheet-head">
      <button type="button" class="round" aria-label=${strings.back} title=${strings.back} @click=${back}>
        ${icon("back")}
      </button>
      <h3 id="sheet-title" tabindex="-1">${title}</h3>
    </div>
    <div class="sheet-body">${content}</div>
  </section>`;
}

export interface Menu {
  readonly strings: Strings;
  readonly config: ServerConfig;
  readonly topics: () => void;
  readonly rate: () => void;
  readonly transcript: () => void;
  readonly leave: () => void;
  readonly language: () => void;
}

export function menu(view: Menu): TemplateResult {
  const { strings, config } = view;
  return html`<ul class="menu">
      ${entry("topics", strings.topics, view.topics)} ${entry("star", strings.rate, view.rate)}
      ${entry("copy", strings.transcript, view.transcript)} ${entry("stop", strings.leave, view.leave)}
      ${entry("ask", strings.language, view.language)}
      <li>
        <a href=${`tel:${config.phone}`}
          >${icon("phone")}${fill(strings.call, { phone: config.phone })}</a
        >
      </li>
    </ul>
    ${config.hours ? html`<p class="small">${config.hours}</p>` : nothing}`;
}

function entry(sign: Icon, label: string, act: () => void): TemplateResult {
  return html`<li><button type="button" @click=${act}>${icon(sign)}${label}</button></li>`;
}

/** `groups`: null while they are on their way, "failed" when they did not come. */
export function topics(
  groups: readonly TopicGroup[] | null | "failed",
  strings: Strings,
  say: (question: string) => void,
): TemplateResult {
  if (groups === null) return html`<p role="status">${strings.loading}</p>`;
  if (groups === "failed") return html`<p role="status">${strings.topicsFailed}</p>`;
  if (!groups.length) return html`<p role="status">${strings.topicsEmpty}</p>`;
  return html`${groups.map(
    (group, index) =>
      html`<details ?open=${index === 0}>
        <summary><span>${group.title}</span></summary>
        <ul class="menu folded">
          ${group.items.map(
            (item) =>
              html`<li>
                <button
                  type="button"
                  @click=${() => {
                    say(item.question);
                  }}
                >
                  ${item.title} ${item.fictional ? fictional(strings) : nothing}
                </button>
              </li>`,
          )}
        </ul>
      </details>`,
  )}`;
}

export interface Rating {
  readonly strings: Strings;
  /** What the five are called, the worst first. */
  readonly grades: readonly string[];
  /** Something to tell: nothing chosen yet, or the server did not take it. */
  readonly problem: string;
  readonly submit: (grade: number | null, comment: string) => void;
  readonly later: () => void;
}

/** The five grades of 好差评, the best first. */
export function rating(view: Rating): TemplateResult {
  const { strings } = view;
  return html`<form
    class="rating"
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      const said = new FormData(event.target as HTMLFormElement);
      const grade = said.get("grade");
      const comment = said.get("comment");
      view.submit(grade === null ? null : Number(grade), typeof comment === "string" ? comment.trim() : "");
    }}
  >
    <fieldset>
      <legend>${strings.rateAsk}</legend>
      ${[5, 4, 3, 2, 1].map(
        (grade) =>
          html`<label
            ><input type="radio" name="grade" value=${grade} /><span
              >${view.grades[grade - 1]}</span
            ></label
          >`,
      )}
    </fieldset>
    <label class="comment"
      ><span>${strings.rateComment}</span><textarea name="comment" rows="2" maxlength="500"></textarea
    ></label>
    <div class="row">
      ${view.problem ? html`<p role="alert" class="problem">${view.problem}</p>` : nothing}
      <button type="submit" class="send">${strings.rateSend}</button>
      <button type="button" class="quiet" @click=${view.later}>${strings.rateLater}</button>
    </div>
  </form>`;
}
