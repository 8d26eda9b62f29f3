/** A link over a WebSocket. */

import { readFrame } from "../wire/frames";
import type { Dial } from "./link";

const PROTOCOL = "bangban.v1";
/** Close code of the server for "no such session". */
const NO_SESSION = 4401;

/** In: the http(s) address of the front, and whom to tell that the session is not known any more. */
export function socketDial(host: string, sessionLost: () => void): Dial {
  const url = `${host.replace(/^http/, "ws")}/widget/socket`;
  return (events) => {
    let over = false;
    const end = (): void => {
      if (over) return;
      over = true;
      events.down();
    };
    let socket: WebSocket | null = null;
    try {
      socket = new WebSocket(url, PROTOCOL);
      socket.onopen = () => {
        if (!over) events.up();
      };
      socket.onmessage = (event) => {
        const frame = readFrame(parsed(event.data));
        if (frame && !over) events.frame(frame);
      };
      socket.onclose = (event) => {
        if (event.code === NO_SESSION && !over) sessionLost();
        end();
      };
    } catch {
      // Forbidden by a policy of the page: the same as a server that cannot be reached.
      queueMicrotask(end);
    }
    return {
      send(frame) {
        if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
      },
      close() {
        over = true;
        socket?.close(1000);
      },
    };
  };
}

function parsed(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return null;
  }
}
