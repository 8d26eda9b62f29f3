/** One citizen's conversation: session, connection, outbox and state behind one small surface. */

import { Api } from "./api";
import { Connection } from "./connection/connection";
import { Outbox } from "./connection/outbox";
import { pollDial } from "./connection/poll";
import { socketDial } from "./connection/socket";
import { isOf, type Keep } from "./connection/storage";
import { EMPTY, reduce, type Event, type State } from "./store/state";
import { withPeople } from "./wire/frames";

export interface TalkOptions {
  readonly host: string;
  readonly region: string;
  readonly byCookie: boolean;
  readonly language: () => string;
  readonly large: () => boolean;
  readonly browser: Keep;
  readonly tab: Keep;
  readonly changed: (before: State, now: State) => void;
}

/** Changed when a conversation is left, so that the other tabs leave it too. */
const LEFT = "left";
/** So often a person is told that the citizen goes on typing. */
const TYPING_MS = 4_000;
/** A person who types says so again before this; else they have stopped, or their line was cut. */
const TYPES_MS = 8_000;

export class Talk {
  readonly api: Api;
  #state: State = EMPTY;
  readonly #outbox: Outbox;
  readonly #connection: Connection;
  readonly #page = new AbortController();
  #started = false;
  #typedAt = 0;
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: TalkOptions) {
    const { host, region, byCookie, browser, tab } = options;
    this.api = new Api({ host, region, byCookie, keep: browser });
    this.#outbox = new Outbox(tab);
    this.#connection = new Connection({
      dial: socketDial(host, () => {
        this.api.forget();
      }),
      fallback: pollDial(this.api),
      session: () => this.#session(),
      hello: () => ({ token: this.api.token, after: this.#state.lastSeq, lang: options.language() }),
      hints: () => ({ lang: options.language(), large: options.large() }),
      outbox: this.#outbox,
      onState: (link) => {
        this.#happened({ type: "link", link });
      },
      onFrame: (frame) => {
        if (frame.type === "welcome" && frame.conversation !== this.api.conversation) {
          this.#left(); // another tab has begun a new one
          return;
        }
        if (frame.type === "welcome") this.api.proved();
        if (frame.type === "typing") this.#agentTypes(frame.who === "agent" && frame.on);
        this.#happened(frame);
      },
      wanted: () => document.visibilityState === "visible" || withPeople(this.#state.owner),
    });
    for (const unsent of this.#outbox.waiting) this.#happened({ type: "wrote", unsent });
  }

  get host(): string {
    return this.options.host;
  }

  get state(): State {
    return this.#state;
  }

  /** Connect and stay connected; again is nothing new. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    const { signal } = this.#page;
    const wake = (): void => {
      if (document.visibilityState === "visible") this.#connection.poke();
    };
    const back = (): void => {
      this.#connection.back();
    };
    const lost = (): void => {
      this.#connection.lost();
    };
    const changed = (event: StorageEvent): void => {
      if (isOf(event, LEFT)) this.#left();
    };
    window.addEventListener("storage", changed, { signal });
    window.addEventListener("online", back, { signal });
    window.addEventListener("offline", lost, { signal });
    window.addEventListener("pageshow", wake, { signal });
    document.addEventListener("visibilitychange", wake, { signal });
    if (!navigator.onLine) lost();
    this.#connection.start();
  }

  stop(): void {
    this.#page.abort();
    clearTimeout(this.#typing);
    this.#connection.stop();
  }

  /** Leave this conversation for a new one, for who sits here next; rejects when the server is not reached. */
  async leave(): Promise<void> {
    await this.api.renew();
    this.options.browser.set(LEFT, newId());
    this.#left();
  }

  #left(): void {
    this.#connection.stop();
    this.#outbox.clear();
    this.api.conversation = "";
    this.#happened({ type: "left" });
    if (this.#started) this.#connection.start();
  }

  /** Say something: shown at once, sent when there is a connection, answered once. */
  say(text: string): void {
    const unsent = { id: newId(), text, at: new Date().toISOString() };
    this.#write(unsent);
  }

  /** The citizen types: a person who waits for it is told, now and then. */
  typed(): void {
    if (!withPeople(this.#state.owner) || Date.now() - this.#typedAt < TYPING_MS) return;
    this.#typedAt = Date.now();
    this.#connection.typing();
  }

  #agentTypes(on: boolean): void {
    clearTimeout(this.#typing);
    if (!on) return;
    this.#typing = setTimeout(() => {
      this.#happened({ type: "typing", who: "agent", on: false });
    }, TYPES_MS);
  }

  /** Send a message again that was not accepted, with the id it had. */
  retry(key: string): void {
    const entry = this.#state.entries.find((one) => one.key === key);
    if (entry?.delivery === "failed") this.#write({ id: key, text: entry.text, at: entry.at });
  }

  #write(unsent: { readonly id: string; readonly text: string; readonly at: string }): void {
    this.#outbox.add(unsent);
    this.#happened({ type: "wrote", unsent });
    this.#connection.send(unsent.id, unsent.text);
  }

  async #session(): Promise<void> {
    await this.api.open();
    this.#happened({ type: "session", conversation: this.api.conversation });
  }

  #happened(event: Event): void {
    const before = this.#state;
    this.#state = reduce(before, event);
    if (this.#state !== before) this.options.changed(before, this.#state);
  }
}

/** 122 random bits; `randomUUID` is missing on pages without https. */
export function newId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
