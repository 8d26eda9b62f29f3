/** The panel, put together from its parts. */

import { html, nothing, type TemplateResult } from "lit";

import type { Panel, Sheet } from "../panel";
import { Aloud } from "../speech/aloud";
import { Listening } from "../speech/listen";
import type { State } from "../store/state";
import { fill, type Strings } from "../strings";
import { composer } from "./composer";
import type { Context } from "./context";
import { header } from "./header";
import { log } from "./log";
import { menu, rating, sheet, topics } from "./sheets";

export interface Looks {
  readonly heading: string;
  /** Large print and plain language. */
  readonly plain: boolean;
  /** Fills its page. */
  readonly full: boolean;
  readonly togglePlain: () => void;
  readonly toggleLanguage: () => void;
  readonly close: () => void;
}

export function panelView(panel: Panel, looks: Looks): TemplateResult {
  const { strings, state, config } = panel;
  const busy = state.link !== "open" && !state.entries.length;
  return html`<section
    class="panel"
    role=${looks.full ? "region" : "dialog"}
    aria-labelledby="title"
    aria-modal=${looks.full ? nothing : "false"}
  >
    ${header({
      strings,
      config,
      title: looks.heading || config.title || strings.title,
      state,
      plain: looks.plain,
      menuOpen: panel.sheet === "menu",
      full: looks.full,
      togglePlain: looks.togglePlain,
      toggleMenu: () => {
        panel.turn(panel.sheet === "menu" ? null : "menu");
      },
      close: looks.close,
    })}
    <div class="body">
      ${log(state, busy, panel.sheet !== null, contextOf(panel, looks))}
      ${panel.sheet ? sheetView(panel.sheet, panel, looks) : nothing}
    </div>
    <p class="queue" role="status" ?hidden=${state.owner !== "queued"}>${queueLine(state, strings)}</p>
    <p class="toast" role="status" ?hidden=${!panel.shown}>${panel.shown}</p>
    ${panel.rating.asking && panel.sheet !== "rating" ? ratingLine(panel) : nothing}
    ${composer({
      strings,
      draft: panel.draft,
      maxChars: config.maxChars,
      owner: state.owner,
      suggestions: panel.suggest.items,
      at: panel.suggest.at,
      listening: Listening.present ? panel.listening.on : undefined,
      typed: (text) => {
        panel.typed(text);
      },
      send: () => {
        panel.say(panel.draft);
      },
      pick: (text) => {
        panel.say(text);
      },
      move: (by) => panel.suggest.move(by),
      dismiss: () => panel.dismiss(),
      listen: () => {
        panel.listen();
      },
      human: () => {
        panel.askHuman();
      },
      withdraw: () => {
        panel.withdraw();
      },
      topics: () => {
        panel.turn(panel.sheet === "topics" ? null : "topics");
      },
    })}
  </section>`;
}

function queueLine({ owner, position }: State, strings: Strings): string {
  if (owner !== "queued") return "";
  if (position === 1) return strings.queueFirst + strings.queueHint;
  return (position === null ? "" : fill(strings.queuePlace, { position })) + strings.queueHint;
}

function contextOf(panel: Panel, looks: Looks): Context {
  return {
    strings: panel.strings,
    config: panel.config,
    host: panel.talk.host,
    plain: looks.plain,
    now: new Date(),
    ticked: panel.ticks.ticked,
    copied: panel.copied,
    reading: Aloud.present ? panel.aloud.reading : undefined,
    say: (text) => {
      panel.say(text);
    },
    retry: (key) => {
      panel.talk.retry(key);
    },
    tick: (mark, on) => {
      panel.tick(mark, on);
    },
    copy: (mark, text) => void panel.copy(mark, text),
    print: (entry) => {
      panel.print(entry);
    },
    readAloud: (entry) => {
      panel.aloud.toggle(entry.key, entry.text);
    },
  };
}

function sheetView(shown: Sheet, panel: Panel, looks: Looks): TemplateResult {
  const { strings, config } = panel;
  const turn = (next: Sheet | null) => () => {
    panel.turn(next);
  };
  switch (shown) {
    case "topics":
      return sheet(
        strings.topics,
        strings,
        turn(null),
        topics(panel.groups, strings, (question) => {
          panel.say(question);
        }),
      );
    case "rating":
      return sheet(strings.rate, strings, turn(null), rating(ratingOf(panel)));
    case "menu":
      return sheet(
        strings.menuTitle,
        strings,
        turn(null),
        menu({
          strings,
          config,
          topics: turn("topics"),
          rate: turn("rating"),
          transcript: () => void panel.saveTranscript(),
          leave: () => void panel.leave(),
          language: looks.toggleLanguage,
        }),
      );
  }
}

function ratingOf(panel: Panel): Parameters<typeof rating>[0] {
  const { strings, config, language } = panel;
  const problems = { "": "", choose: strings.rateChoose, failed: strings.rateFailed } as const;
  return {
    strings,
    grades: language === "zh-CN" && config.grades.length ? config.grades : strings.rateGrades,
    problem: problems[panel.rating.problem],
    submit: (grade, comment) => void panel.rate(grade, comment),
    later: () => {
      panel.rating.later();
      panel.turn(null);
    },
  };
}

function ratingLine(panel: Panel): TemplateResult {
  const { strings } = panel;
  return html`<p class="ask-rating" role="status">
    <span>${strings.rateAsk}</span>
    <button
      type="button"
      class="quiet"
      @click=${() => {
        panel.turn("rating");
      }}
    >
      ${strings.rate}
    </button>
    <button
      type="button"
      class="quiet"
      @click=${() => {
        panel.rating.later();
      }}
    >
      ${strings.rateLater}
    </button>
  </p>`;
}
