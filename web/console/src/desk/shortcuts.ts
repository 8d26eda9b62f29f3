/** Keys of the desk. Pure: a key press in, what it means out. */

export const SHORTCUTS = ["next", "previous", "claim", "reply", "find", "notes", "transfer", "close", "help"] as const;
export type Shortcut = (typeof SHORTCUTS)[number];

export const KEYS: Readonly<Record<Shortcut, readonly string[]>> = {
  next: ["J", "Alt + ↓"],
  previous: ["K", "Alt + ↑"],
  claim: ["N"],
  reply: ["R"],
  find: ["F"],
  notes: ["I"],
  transfer: ["T"],
  close: ["E"],
  help: ["?"],
};

const LETTERS: Readonly<Record<string, Shortcut>> = {
  j: "next",
  k: "previous",
  n: "claim",
  r: "reply",
  f: "find",
  i: "notes",
  t: "transfer",
  e: "close",
  "?": "help",
};

export interface Pressed {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly isComposing: boolean;
}

/** In: the press, and whether the person is writing (then only keys with Alt count). */
export function shortcutOf(pressed: Pressed, isWriting: boolean): Shortcut | null {
  if (pressed.isComposing || pressed.ctrlKey || pressed.metaKey) return null;
  if (pressed.altKey) return pressed.key === "ArrowDown" ? "next" : pressed.key === "ArrowUp" ? "previous" : null;
  return isWriting ? null : (LETTERS[pressed.key.toLowerCase()] ?? null);
}

/** Whether keys go into a field now. */
export function isWritingIn(element: Element | null): boolean {
  if (element === null) return false;
  return element.matches("input, textarea, select, [contenteditable=true], [role=combobox], [role=menu] *, [role=dialog] *");
}
