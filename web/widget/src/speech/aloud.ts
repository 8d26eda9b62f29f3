/** Reading aloud with the voice of the browser, where it has one. */

export class Aloud {
  /** The key of what is being read. */
  reading: string | null = null;

  constructor(private readonly changed: () => void) {}

  static get present(): boolean {
    return typeof speechSynthesis !== "undefined" && typeof SpeechSynthesisUtterance !== "undefined";
  }

  /** Read it; when it is being read already, stop. */
  toggle(key: string, text: string): void {
    const again = this.reading === key;
    this.stop();
    if (again) return;
    const words = new SpeechSynthesisUtterance(text);
    words.lang = "zh-CN";
    words.rate = 0.9;
    words.onend = words.onerror = () => {
      if (this.reading === key) this.#now(null);
    };
    this.#now(key);
    speechSynthesis.speak(words);
  }

  stop(): void {
    if (this.reading === null) return;
    this.#now(null);
    speechSynthesis.cancel();
  }

  #now(key: string | null): void {
    this.reading = key;
    this.changed();
  }
}
