/** `<bangban-chat>`: the launcher and the panel, its attributes, focus and scrolling. */

import { html, LitElement, nothing, unsafeCSS, type PropertyValues, type TemplateResult } from "lit";

import { browserKeep, tabKeep } from "./connection/storage";
import { ownSite } from "./options";
import { followKeyboard } from "./keyboard";
import { onward, Panel, type Spot } from "./panel";
import type { Entry, State } from "./store/state";
import { fill, languageOf } from "./strings";
import cardCss from "./styles/card.css?inline";
import conversationCss from "./styles/conversation.css?inline";
import frameCss from "./styles/frame.css?inline";
import sheetsCss from "./styles/sheets.css?inline";
import { Talk } from "./talk";
import { colourOf, newSheet, themeCss } from "./theme";
import { Ticks } from "./ticks";
import { composing } from "./views/composer";
import { icon } from "./views/icons";
import { panelView } from "./views/panel";
import { withPeople, type Author } from "./wire/frames";

/** Whose words are told to ears while the panel is closed. */
const PEOPLE: ReadonlySet<Author> = new Set(["agent", "system"]);
/** So near the end counts as at it. */
const END_PX = 8;

export class BangbanChat extends LitElement {
  /** Where the script came from: the server, unless the attribute `host` names another. */
  static origin = "";

  static override styles = [sheetsCss, frameCss, conversationCss, cardCss].map((css) => unsafeCSS(css));

  static override properties = {
    open: { type: Boolean, reflect: true },
    plain: { type: Boolean, reflect: true },
    full: { type: Boolean, reflect: true },
    position: { type: String, reflect: true },
    heading: { type: String },
    accent: { type: String },
  };

  open = false;
  plain = false;
  full = false;
  position = "";
  heading = "";
  accent = "";

  #panel: Panel | null = null;
  /** The last message that was on the screen; later ones are counted on the launcher. */
  #seen = 0;
  #unfollow: (() => void) | null = null;
  /** What the next update scrolls to. */
  #arrived: Entry | null = null;
  /** Whether the last words were in sight before an update. */
  #atEnd = false;
  readonly #theme = newSheet();
  readonly #browser = browserKeep();
  readonly #tab = tabKeep();

  override connectedCallback(): void {
    super.connectedCallback();
    const host = this.getAttribute("host") ?? (BangbanChat.origin || window.location.origin);
    const language = languageOf(
      this.#browser.get("language") ?? this.getAttribute("lang") ?? document.documentElement.lang,
    );
    const talk = new Talk({
      host: host.replace(/\/+$/, ""),
      region: this.getAttribute("region") ?? "",
      byCookie: ownSite(host),
      language: () => this.#panel?.language ?? language,
      large: () => this.plain,
      browser: this.#browser,
      tab: this.#tab,
      changed: (before, now) => {
        this.#followed(before, now);
      },
    });
    this.#panel = new Panel({
      talk,
      language,
      ticks: new Ticks(this.#browser),
      root: () => this.shadowRoot,
      changed: () => {
        this.requestUpdate();
      },
      focus: (spot) => {
        this.#focus(`#${spot}`);
      },
    });
    if (this.#browser.get("plain") === "1") this.plain = true;
    this.#seen = Number(this.#tab.get("seen") ?? 0) || 0;
    if (this.full || this.#tab.get("open") === "1") this.open = true;
    // On the next page of the site, with the panel closed: who waits for a person hears that one has come.
    else if (this.#tab.get("people") === "1") this.#panel.talk.start();
    this.addEventListener("keydown", this.#keyed);
    this.#unfollow = followKeyboard(this);
    void this.#configure();
    // Moved on the page while it is open: it opens no second time.
    if (this.hasUpdated && this.open) this.#panel.talk.start();
    this.requestUpdate();
  }

  /** For the page around: open the panel and ask. */
  ask(question: string): void {
    this.open = true;
    this.#panel?.say(question);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener("keydown", this.#keyed);
    this.#unfollow?.();
    this.#panel?.end();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("open")) this.#opened(changed.get("open"));
    const view = this.#view();
    this.#atEnd = view !== undefined && view.scrollHeight - view.scrollTop - view.clientHeight < END_PX;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.open && (changed.has("open") || changed.has("plain"))) this.#scroll(null);
    else if (this.#arrived) this.#scroll(this.#arrived);
    else if (this.#atEnd) this.#toEnd(); // a line below has come or gone: the last words stay in sight
    this.#arrived = null;
  }

  protected override render(): TemplateResult | typeof nothing {
    const panel = this.#panel;
    if (!panel) return nothing;
    const looks = {
      heading: this.heading,
      plain: this.plain,
      full: this.full,
      togglePlain: () => {
        this.plain = !this.plain;
        this.#browser.set("plain", this.plain ? "1" : null);
      },
      toggleLanguage: () => {
        panel.language = panel.language === "en" ? "zh-CN" : "en";
        this.#browser.set("language", panel.language);
        panel.turn(null);
        void this.#configure();
      },
      close: () => {
        this.open = false;
      },
    };
    return html`<div class="root" lang=${panel.strings.locale}>
      ${this.open ? panelView(panel, looks) : this.#launcher(panel)}
      <p class="unseen" role="status">${panel.said}</p>
    </div>`;
  }

  /** Everything up to a place was on the screen; the next page of this tab knows it too. */
  #saw(seq: number): void {
    if (seq === this.#seen) return;
    this.#seen = seq;
    this.#tab.set("seen", seq ? String(seq) : null);
  }

  #unread({ strings, state }: Panel): { readonly count: number; readonly label: string } {
    const unread = state.entries.filter((one) => one.author !== "citizen" && (one.seq ?? 0) > this.#seen);
    const count = unread.length;
    return { count, label: count ? fill(strings.openUnread, { count }) : strings.open };
  }

  #launcher(panel: Panel): TemplateResult {
    const { count, label } = this.#unread(panel);
    return html`<button
      type="button"
      class="launcher"
      aria-label=${label}
      @click=${() => {
        this.open = true;
      }}
    >
      ${icon("ask")}<span>${panel.strings.launcher}</span>
      ${count ? html`<span class="count" aria-hidden="true">${count}</span>` : nothing}
    </button>`;
  }

  async #configure(): Promise<void> {
    const panel = this.#panel;
    await panel?.configure();
    const colour = colourOf(this.accent, panel?.config.accent ?? null);
    if (colour && this.#theme && this.shadowRoot) {
      this.#theme.replaceSync(themeCss(colour));
      const others = this.shadowRoot.adoptedStyleSheets.filter((one) => one !== this.#theme);
      this.shadowRoot.adoptedStyleSheets = [...others, this.#theme];
    }
    this.position ||= panel?.config.position ?? "right";
  }

  /** `before` is undefined with the page itself: then the focus stays where it is. */
  #opened(before: boolean | undefined): void {
    this.#tab.set("open", this.open ? "1" : null);
    if (this.open) {
      this.#panel?.talk.start();
      this.#saw(this.#panel?.state.lastSeq ?? 0);
      if (before === false) this.#focus(`#${onward()}`);
    } else if (before) {
      this.#panel?.closed();
      this.#focus(".launcher");
    }
  }

  #followed(before: State, now: State): void {
    this.#panel?.followed(before, now);
    if (this.open || (before.conversation && now.conversation !== before.conversation)) this.#saw(now.lastSeq);
    const last = now.entries[now.entries.length - 1];
    if (last && last.key !== before.entries[before.entries.length - 1]?.key) {
      this.#arrived = last;
      if (!this.open && PEOPLE.has(last.author) && (last.seq ?? 0) > this.#seen) this.#panel?.announce(this.#unread(this.#panel).label);
    }
    const people = withPeople(now.owner);
    if (people !== withPeople(before.owner)) this.#tab.set("people", people ? "1" : null);
    this.requestUpdate();
  }

  #focus(selector: `#${Spot}` | ".launcher"): void {
    void this.updateComplete.then(() => {
      this.shadowRoot?.querySelector<HTMLElement>(selector)?.focus();
    });
  }

  /** One's own words to the end; an answer to where it begins, for it may be longer than the panel. */
  #scroll(entry: Entry | null): void {
    const view = this.#view();
    if (!view) return;
    if (!entry && !this.#panel?.state.entries.length) return; // only the welcome, read from its beginning
    const nodes = Array.from(view.querySelectorAll<HTMLElement>("article[data-key]"));
    const node = nodes.find((one) => one.dataset["key"] === entry?.key);
    if (!node || entry?.author === "citizen") this.#toEnd();
    else view.scrollTop += node.getBoundingClientRect().top - view.getBoundingClientRect().top - view.clientHeight / 4;
  }

  #toEnd(): void {
    const view = this.#view();
    if (view && this.#panel?.state.entries.length) view.scrollTop = view.scrollHeight;
  }

  /** What scrolls: the log, or with little height the whole panel. */
  #view(): HTMLElement | undefined {
    const places = [".log", ".panel"].map((name) => this.shadowRoot?.querySelector<HTMLElement>(name));
    return places.find((one) => one && /auto|scroll/.test(getComputedStyle(one).overflowY)) ?? undefined;
  }

  readonly #keyed = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.defaultPrevented || composing(event)) return;
    if (this.#panel?.sheet) this.#panel.turn(null);
    else if (this.open && !this.full) this.open = false;
  };
}
