/** What happens in the panel, and what it shows besides the conversation. Knows nothing of markup. */

import { copyText, saveText } from "./files";
import { BangbanPrint } from "./print";
import { Rating } from "./rating";
import { Aloud } from "./speech/aloud";
import { Listening } from "./speech/listen";
import type { Entry, State } from "./store/state";
import { fill, stringsOf, type Language, type Strings } from "./strings";
import { Suggest } from "./suggest";
import type { Talk } from "./talk";
import { transcriptText } from "./text/transcript";
import type { Ticks } from "./ticks";
import { NO_CONFIG, type ServerConfig, type TopicGroup } from "./wire/config";
import { withPeople } from "./wire/frames";

export type Sheet = "menu" | "topics" | "rating";

/** Where the keyboard goes next. */
export type Spot = "say" | "log" | "sheet-title" | "to-menu" | "to-topics";

export interface PanelOptions {
  readonly talk: Talk;
  readonly ticks: Ticks;
  readonly language: Language;
  readonly root: () => ShadowRoot | null;
  readonly changed: () => void;
  readonly focus: (spot: Spot) => void;
}

const SHOWN_MS = 4_000;
const COPIED_MS = 2_000;

/** As many suggestions as can be seen at once: a list that scrolls is one more thing to handle. */
const roomFor = (): number => (window.innerHeight < 600 ? 3 : 6);

/** Where one goes on: in the text field; by touch in the conversation, for a keyboard on the screen would cover it. */
export const onward = (): Spot => (window.matchMedia("(pointer: coarse)").matches ? "log" : "say");

export class Panel {
  readonly talk: Talk;
  readonly ticks: Ticks;
  readonly aloud: Aloud;
  readonly listening: Listening;
  readonly suggest: Suggest;
  readonly rating: Rating;
  config: ServerConfig = NO_CONFIG;
  language: Language;
  draft = "";
  sheet: Sheet | null = null;
  groups: readonly TopicGroup[] | null | "failed" = null;
  copied: string | null = null;
  /** For ears only. */
  said = "";
  /** For eyes and ears, for a few seconds. */
  shown = "";
  #shownUntil: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: PanelOptions) {
    const { talk, ticks, language, changed } = options;
    this.talk = talk;
    this.ticks = ticks;
    this.language = language;
    this.aloud = new Aloud(changed);
    this.listening = new Listening({
      words: (text) => {
        this.draft = text;
        changed();
      },
      failed: () => {
        this.show(this.strings.listenFailed);
      },
      changed,
    });
    this.suggest = new Suggest(
      async (words, signal) => (await talk.api.suggest(words, signal)).slice(0, roomFor()),
      () => {
        this.#suggested();
      },
    );
    this.rating = new Rating((id, grade, comment) => talk.api.rate(id, grade, comment), changed);
  }

  get strings(): Strings {
    return stringsOf(this.language);
  }

  get state(): State {
    return this.talk.state;
  }

  get aiNotice(): string {
    return this.config.aiNotice || this.strings.aiNotice;
  }

  async configure(): Promise<void> {
    const { language } = this;
    try {
      const config = await this.talk.api.config(language);
      if (language === this.language) this.config = config;
    } catch {
      // The widget works with its own words; the connection says what is wrong.
    }
    this.options.changed();
  }

  followed(before: State, now: State): void {
    this.ticks.of(now.conversation);
    this.rating.follow(before, now);
  }

  typed(text: string): void {
    this.draft = text;
    if (withPeople(this.state.owner)) this.talk.typed();
    else this.suggest.typed(text);
    this.options.changed();
  }

  /** Send words: those written, an option, a suggestion, the wish for a person. */
  say(text: string): void {
    const words = text.trim();
    if (!words || words.length > this.config.maxChars) return;
    const focused = this.options.root()?.activeElement;
    this.draft = "";
    this.sheet = null;
    this.suggest.clear();
    this.listening.stop();
    this.talk.start();
    this.talk.say(words);
    // The button that was pressed goes away with its answer; the focus must not go with it.
    if (focused && !focused.matches("#say, #to-human")) this.options.focus(onward());
    this.options.changed();
  }

  askHuman(): void {
    this.say(this.config.askHuman || this.strings.humanText);
  }

  withdraw(): void {
    this.say(this.config.withdraw || this.strings.withdrawText);
  }

  listen(): void {
    this.listening.toggle();
    if (this.listening.on) this.show(this.strings.listening);
  }

  /** True when there were suggestions to close. */
  dismiss(): boolean {
    const had = this.suggest.items.length > 0;
    this.suggest.clear();
    return had;
  }

  /** Lay a sheet over the conversation, another one, or none. */
  turn(next: Sheet | null): void {
    const before = this.sheet;
    this.sheet = next;
    this.suggest.clear();
    if (next === "topics") void this.#loadTopics();
    this.options.changed();
    if (next) this.options.focus("sheet-title");
    else this.options.focus(before === "topics" ? "to-topics" : "to-menu");
  }

  async rate(grade: number | null, comment: string): Promise<void> {
    if (!(await this.rating.submit(this.state, grade, comment))) return;
    this.turn(null);
    this.show(this.strings.rateThanks);
  }

  async saveTranscript(): Promise<void> {
    const { strings } = this;
    try {
      const transcript = await this.talk.api.transcript();
      const day = new Date().toISOString().slice(0, 10);
      saveText(transcriptText(transcript, strings, this.aiNotice), `${strings.transcriptTitle}-${day}.txt`);
      this.show(strings.transcriptSaved);
    } catch {
      this.show(strings.transcriptFailed);
    }
  }

  /** Nothing of the conversation is left on this screen: others may sit here next. */
  async leave(): Promise<void> {
    try {
      await this.talk.leave();
      this.draft = "";
      this.rating.later();
      this.turn(null);
      this.show(this.strings.left);
    } catch {
      this.show(this.strings.leaveFailed);
    }
  }

  tick(mark: string, on: boolean): void {
    this.ticks.set(mark, on);
    this.options.changed();
  }

  async copy(mark: string, text: string): Promise<void> {
    const root = this.options.root();
    if (!root || !(await copyText(text, root))) {
      this.show(this.strings.copyFailed);
      return;
    }
    this.copied = mark;
    this.announce(this.strings.copied);
    setTimeout(() => {
      this.copied = null;
      this.options.changed();
    }, COPIED_MS);
  }

  print(entry: Entry): void {
    const { guide, card } = entry.reply ?? {};
    if (!guide || !card) return;
    const focused = this.options.root()?.activeElement;
    const { ticked } = this.ticks;
    BangbanPrint.show({
      entry,
      guide,
      card,
      ticked,
      strings: this.strings,
      aiNotice: this.aiNotice,
      closed: () => {
        if (focused instanceof HTMLElement) focused.focus();
      },
    });
  }

  /** Nobody looks any more: be quiet, and stop listening. */
  closed(): void {
    this.aloud.stop();
    this.listening.stop();
    this.suggest.clear();
  }

  /** The element has left the page. */
  end(): void {
    this.closed();
    this.rating.stop();
    this.talk.stop();
    clearTimeout(this.#shownUntil);
  }

  show(words: string): void {
    clearTimeout(this.#shownUntil);
    this.shown = words;
    this.options.changed();
    this.#shownUntil = setTimeout(() => {
      this.shown = "";
      this.options.changed();
    }, SHOWN_MS);
  }

  announce(words: string): void {
    this.said = words;
    this.options.changed();
  }

  #suggested(): void {
    const count = this.suggest.items.length;
    if (this.suggest.at < 0) this.said = count ? fill(this.strings.suggestionsCount, { count }) : "";
    this.options.changed();
  }

  async #loadTopics(): Promise<void> {
    if (Array.isArray(this.groups)) return;
    this.groups = null;
    try {
      this.groups = await this.talk.api.topics();
    } catch {
      this.groups = "failed";
    }
    this.options.changed();
  }
}
