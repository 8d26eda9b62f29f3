/** Where the citizen writes, with the suggestions above it and the way to a person beside it. */

import { html, nothing, type TemplateResult } from "lit";

import { fill, type Strings } from "../strings";
import type { Suggestion } from "../wire/config";
import type { Owner } from "../wire/frames";
import { icon } from "./icons";
import { fictional } from "./words";

export interface Composer {
  readonly strings: Strings;
  readonly draft: string;
  readonly maxChars: number;
  readonly suggestions: readonly Suggestion[];
  readonly at: number;
  /** Undefined where the browser cannot listen. */
  readonly listening: boolean | undefined;
  readonly owner: Owner;
  readonly typed: (text: string) => void;
  readonly send: () => void;
  readonly pick: (text: string) => void;
  readonly move: (by: 1 | -1) => boolean;
  readonly dismiss: () => boolean;
  readonly listen: () => void;
  readonly human: () => void;
  /** Take the wish for a person back. */
  readonly withdraw: () => void;
  readonly topics: () => void;
}

const NEARLY = 100;

export function composer(view: Composer): TemplateResult {
  const { strings, draft } = view;
  const left = view.maxChars - draft.length;
  return html`<form
    class="composer"
    @submit=${(event: Event) => {
      event.preventDefault();
      view.send();
    }}
  >
    <div class="row always">
      ${toHuman(view)}
      <button type="button" class="quiet" id="to-topics" @click=${view.topics}>${icon("topics")}${strings.topics}</button>
    </div>
    <div class="say">
      ${view.suggestions.length ? suggestions(view) : nothing}
      <label class="unseen" for="say">${strings.composer}</label>
      <textarea
        id="say"
        rows="1"
        autocomplete="off"
        enterkeyhint="send"
        placeholder=${view.owner === "human" ? strings.placeholderHuman : strings.placeholder}
        aria-describedby="advice"
        aria-autocomplete="list"
        aria-controls=${view.suggestions.length ? "suggestions" : nothing}
        aria-activedescendant=${view.at >= 0 ? `suggestion-${String(view.at)}` : nothing}
        aria-invalid=${left < 0 ? "true" : nothing}
        .value=${draft}
        @input=${(event: Event) => {
          view.typed((event.target as HTMLTextAreaElement).value);
        }}
        @keydown=${(event: KeyboardEvent) => {
          keyed(event, view);
        }}
      ></textarea>
      ${view.listening === undefined
        ? nothing
        : html`<button
            type="button"
            class="round"
            aria-pressed=${view.listening}
            aria-label=${view.listening ? strings.stopListening : strings.listen}
            title=${view.listening ? strings.stopListening : strings.listen}
            @click=${view.listen}
          >
            ${icon(view.listening ? "stop" : "microphone")}
          </button>`}
      <button type="submit" class="send" ?disabled=${left < 0 || !draft.trim()}>
        ${icon("send")}<span>${strings.send}</span>
      </button>
    </div>
    <p id="advice" class="small advice">
      ${left < 0
        ? fill(strings.tooLong, { max: view.maxChars })
        : left <= NEARLY
          ? fill(strings.charsLeft, { count: left })
          : strings.privacy}
    </p>
  </form>`;
}

/** The way to a person; out of the queue again; and, with one there, a sign. One button, so that focus stays on it. */
function toHuman({ strings, owner, human, withdraw }: Composer): TemplateResult {
  const words = { queued: strings.withdraw, human: strings.withHuman, bot: strings.human, closed: strings.human }[owner];
  return html`<button
    type="button"
    class="quiet"
    id="to-human"
    aria-disabled=${owner === "human" ? "true" : nothing}
    @click=${() => {
      if (owner === "queued") withdraw();
      else if (owner !== "human") human();
    }}
  >
    ${icon("person")}${words}
  </button>`;
}

function suggestions(view: Composer): TemplateResult {
  return html`<ul class="suggestions" id="suggestions" role="listbox" aria-label=${view.strings.suggestions}>
    ${view.suggestions.map(
      (one, index) =>
        html`<li
          id="suggestion-${index}"
          role="option"
          aria-selected=${index === view.at}
          @mousedown=${(event: Event) => {
            event.preventDefault(); // the focus stays in the text field
          }}
          @click=${() => {
            view.pick(one.text);
          }}
        >
          ${one.text} ${one.fictional ? fictional(view.strings) : nothing}
        </li>`,
    )}
  </ul>`;
}

/** Keys that an input method takes for itself. Safari says so only by the old code 229. */
export function composing(event: KeyboardEvent): boolean {
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return event.isComposing || event.keyCode === 229;
}

/** Enter sends (Shift+Enter is a new line), arrows walk the suggestions, Escape closes them first. */
function keyed(event: KeyboardEvent, view: Composer): void {
  if (composing(event)) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    const chosen = view.suggestions[view.at];
    if (chosen === undefined) view.send();
    else view.pick(chosen.text);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (view.move(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
  } else if (event.key === "Escape" && view.dismiss()) {
    event.stopPropagation();
  }
}
