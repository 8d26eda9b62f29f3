/** Sound and desktop notifications, both asked for by a click. */

import { defineStore } from "pinia";
import { ref } from "vue";

const SOUND = "bangban.console.sound";

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

  /** Heard always, seen on the desktop when the page is not. `tag`: a later one takes the place of an earlier. */
  function alert(title: string, text: string, tag: string): void {
    if (sound.value) chime();
    if (!document.hidden || permission() !== "granted") return;
    const shown = new Notification(title, { body: text, tag, icon: undefined });
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
  }

  return { sound, desktop, setSound, askForDesktop, alert };
});
