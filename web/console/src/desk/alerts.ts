/**
 * Sound and desktop notifications, both asked for by a click.
 *
 * A notification stands on the screen for everybody who passes, and the system keeps a list of them: so it says what
 * kind of thing happened and about which matter, in our words, and never what a citizen wrote.
 */

import { defineStore } from "pinia";
import { ref } from "vue";

const SOUND = "bangban.console.sound";

export interface Alert {
  readonly title: string;
  readonly text: string;
  /** A later one takes the place of an earlier one with the same tag. */
  readonly tag: string;
  /** What a click on the notification opens, in this window. */
  readonly open: () => void;
}

/** Two short tones, made here: no file, nothing fetched. */
function chime(): void {
  const context = new AudioContext();
  const gain = context.createGain();
  gain.connect(context.destination);
  [660, 880].forEach((frequency, n) => {
    const tone = context.createOscillator();
    const begins = context.currentTime + n * 0.14;
    tone.frequency.value = frequency;
    tone.connect(gain);
    tone.start(begins);
    tone.stop(begins + 0.13);
  });
  gain.gain.setValueAtTime(0.12, context.currentTime);
  gain.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.32);
  setTimeout(() => void context.close(), 600);
}

function permission(): NotificationPermission {
  return typeof Notification === "undefined" ? "denied" : Notification.permission;
}

/** Whether the person has this window before them: a page under another window is visible, but nobody looks at it. */
export function isLookedAt(): boolean {
  return !document.hidden && document.hasFocus();
}

export const useAlerts = defineStore("alerts", () => {
  const sound = ref(localStorage.getItem(SOUND) !== "off");
  const desktop = ref<NotificationPermission>(permission());

  function setSound(on: boolean): void {
    sound.value = on;
    localStorage.setItem(SOUND, on ? "on" : "off");
    if (on) chime();
  }

  async function askForDesktop(): Promise<void> {
    if (typeof Notification !== "undefined") desktop.value = await Notification.requestPermission();
  }

  /** Heard always, seen on the desktop when the page is not. */
  function alert({ title, text, tag, open }: Alert): void {
    if (sound.value) chime();
    if (isLookedAt() || permission() !== "granted") return;
    const shown = new Notification(title, { body: text, tag });
    shown.onclick = () => {
      window.focus();
      shown.close();
      open();
    };
  }

  return { sound, desktop, setSound, askForDesktop, alert };
});
