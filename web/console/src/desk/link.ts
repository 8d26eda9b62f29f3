/** The connection to the desk: three states, a heartbeat, retries that spread, and resuming after the last thing seen. */

import { readFrame, type Asking, type Frame } from "@/desk/frames";

export type LinkState = "connecting" | "open" | "closed" | "ended";

export interface LinkOptions {
  readonly url: () => string;
  /** The chats that are followed, with the last place of each that is here. */
  readonly watched: () => Readonly<Record<number, number>>;
  readonly onFrame: (frame: Frame) => void;
  readonly onState: (state: LinkState) => void;
  /** A connection failed before it stood: perhaps nobody is signed in any more. */
  readonly onRefused: () => void;
  readonly random?: () => number;
}

const PROTOCOL = "bangban.desk.v1";
const PING_MS = 20_000;
const PATIENCE_MS = 10_000;
const FIRST_MS = 500;
const LONGEST_MS = 15_000;
const SESSION_ENDED = 4401;

/** In: failed attempts (from 1) and a random number in [0, 1). Out: milliseconds to wait. */
export function backoff(attempt: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}

export class Link {
  private socket: WebSocket | null = null;
  private failures = 0;
  private stood = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private beat: ReturnType<typeof setTimeout> | undefined;
  private isOn = false;
  private resumeAfter: number | null = null;

  constructor(private readonly options: LinkOptions) {}

  start(): void {
    if (this.isOn) return;
    this.isOn = true;
    this.connect();
  }

  /** A deliberate end: nothing is tried again. */
  stop(): void {
    this.isOn = false;
    clearTimeout(this.retry);
    clearTimeout(this.beat);
    this.let();
    this.options.onState("closed");
  }

  /** The network is back, or the person asks: try at once. */
  now(): void {
    if (!this.isOn || this.socket !== null) return;
    clearTimeout(this.retry);
    this.connect();
  }

  /** The network is away: what stands is not worth waiting for. */
  broken(): void {
    if (this.socket !== null) this.lost();
  }

  /** Out: whether it went; what did not is asked again by `hello`, or not worth it. */
  send(asking: Asking): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(asking));
    return true;
  }

  private connect(): void {
    this.stood = false;
    this.options.onState("connecting");
    const socket = new WebSocket(this.options.url(), PROTOCOL);
    this.socket = socket;
    socket.onopen = () => {
      this.send({ type: "hello", watch: this.options.watched() });
      this.listen(PATIENCE_MS);
    };
    socket.onmessage = ({ data }) => {
      if (this.socket === socket) this.heard(readFrame(data));
    };
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      if (code === SESSION_ENDED) this.over();
      else this.lost();
    };
  }

  private heard(frame: Frame | null): void {
    clearTimeout(this.beat);
    this.beat = setTimeout(() => {
      if (this.send({ type: "ping", t: Date.now() })) this.listen(PATIENCE_MS);
    }, PING_MS);
    if (frame === null) return;
    if (frame.type === "welcome") {
      this.stood = true;
      this.failures = 0;
      this.options.onState("open");
    } else if (frame.type === "resume") {
      this.resumeAfter = frame.after_ms;
    } else if (frame.type === "ended") {
      this.over();
      return;
    }
    this.options.onFrame(frame);
  }

  private listen(patience: number): void {
    clearTimeout(this.beat);
    this.beat = setTimeout(() => {
      this.lost();
    }, patience);
  }

  private lost(): void {
    const refused = !this.stood;
    clearTimeout(this.beat);
    clearTimeout(this.retry);
    this.let();
    if (!this.isOn) return;
    this.failures += 1;
    const random = this.options.random ?? Math.random;
    const wait = this.resumeAfter ?? backoff(this.failures, random());
    this.resumeAfter = null;
    this.options.onState("closed");
    if (refused) this.options.onRefused();
    this.retry = setTimeout(() => {
      this.connect();
    }, wait);
  }

  private over(): void {
    this.isOn = false;
    clearTimeout(this.beat);
    clearTimeout(this.retry);
    this.let();
    this.options.onState("ended");
  }

  private let(): void {
    const { socket } = this;
    this.socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
