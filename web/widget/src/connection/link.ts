/** One attempt to reach the server, whatever carries it: a socket or long polling. */

import type { ClientFrame, ServerFrame } from "../wire/frames";

export interface LinkEvents {
  /** Frames may be sent. */
  up(): void;
  frame(frame: ServerFrame): void;
  /** Gone; said once, and not after `close`. */
  down(): void;
}

export interface Link {
  send(frame: ClientFrame): void;
  close(): void;
}

export type Dial = (events: LinkEvents) => Link;
