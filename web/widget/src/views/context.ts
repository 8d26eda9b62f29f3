/** What views are given: values to show and things to do. They hold no state of their own. */

import type { Strings } from "../strings";
import type { ServerConfig } from "../wire/config";
import type { Entry } from "../store/state";

export interface Context {
  readonly strings: Strings;
  readonly config: ServerConfig;
  readonly host: string;
  /** Large print and plain language. */
  readonly plain: boolean;
  readonly now: Date;
  readonly ticked: ReadonlySet<string>;
  readonly copied: string | null;
  /** Key of the message that is read aloud; undefined where the browser has no voice. */
  readonly reading: string | null | undefined;
  readonly say: (text: string) => void;
  readonly retry: (key: string) => void;
  readonly tick: (mark: string, on: boolean) => void;
  readonly copy: (mark: string, text: string) => void;
  readonly print: (entry: Entry) => void;
  readonly readAloud: (entry: Entry) => void;
}

/** The mark of one line of a message's checklist. */
export function markOf(entry: Entry, index: number): string {
  return `${String(entry.seq ?? entry.key)}.${String(index)}`;
}
