/** Voice input with the recognition of the browser, where it has one. What is heard goes into the draft only. */

interface Recognition {
  lang: string;
  interimResults: boolean;
  onresult: ((event: { readonly results: ArrayLike<ArrayLike<{ readonly transcript: string }>> }) => void) | null;
  onerror: (() => void) | null;
  onend: (() => void) | null;
  start(): void;
  abort(): void;
}

type Maker = new () => Recognition;

function maker(): Maker | null {
  const page = globalThis as { SpeechRecognition?: Maker; webkitSpeechRecognition?: Maker };
  return page.SpeechRecognition ?? page.webkitSpeechRecognition ?? null;
}

export interface Heard {
  words(text: string): void;
  failed(): void;
  changed(): void;
}

export class Listening {
  #running: Recognition | null = null;

  constructor(private readonly heard: Heard) {}

  static get present(): boolean {
    return maker() !== null && window.isSecureContext;
  }

  get on(): boolean {
    return this.#running !== null;
  }

  toggle(): void {
    if (this.#running) {
      this.stop();
      return;
    }
    const Recogniser = maker();
    if (!Recogniser) return;
    const one = new Recogniser();
    one.lang = "zh-CN";
    one.interimResults = true;
    one.onresult = (event) => {
      this.heard.words(Array.from(event.results, (result) => result[0]?.transcript ?? "").join(""));
    };
    one.onerror = () => {
      this.heard.failed();
    };
    one.onend = () => {
      this.#running = null;
      this.heard.changed();
    };
    this.#running = one;
    this.heard.changed();
    try {
      one.start();
    } catch {
      this.#running = null;
      this.heard.failed();
    }
  }

  stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.heard.changed();
  }
}
