import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { useAlerts, type Alert } from "./alerts";

class FakeNotification {
  static permission: NotificationPermission = "granted";
  static made: FakeNotification[] = [];
  static requestPermission = (): Promise<NotificationPermission> => Promise.resolve(FakeNotification.permission);
  onclick: (() => void) | null = null;
  isClosed = false;

  constructor(
    readonly title: string,
    readonly options: NotificationOptions,
  ) {
    FakeNotification.made.push(this);
  }

  close(): void {
    this.isClosed = true;
  }
}

let tones: number[];

class FakeAudio {
  readonly currentTime = 0;
  readonly destination = {};

  createGain(): unknown {
    return { connect: () => undefined, gain: { setValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined } };
  }

  createOscillator(): unknown {
    const frequency = { value: 0 };
    return { frequency, connect: () => undefined, start: () => tones.push(frequency.value), stop: () => undefined };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const open = vi.fn();
const happened: Alert = { title: "市民发来新消息", text: "居民身份证补领", tag: "chat-3", open };

function look(isLooking: boolean, isHidden = !isLooking): void {
  vi.spyOn(document, "hidden", "get").mockReturnValue(isHidden);
  vi.spyOn(document, "hasFocus").mockReturnValue(isLooking);
}

beforeEach(() => {
  localStorage.clear();
  setActivePinia(createPinia());
  tones = [];
  open.mockReset();
  FakeNotification.made = [];
  FakeNotification.permission = "granted";
  vi.stubGlobal("Notification", FakeNotification);
  vi.stubGlobal("AudioContext", FakeAudio);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it("is heard always, and seen on the desktop only while nobody looks at the page", () => {
  look(true);
  useAlerts().alert(happened);
  expect([tones, FakeNotification.made]).toEqual([[660, 880], []]);
  look(false);
  useAlerts().alert(happened);
  expect(tones).toHaveLength(4);
  expect(FakeNotification.made.map(({ title, options }) => [title, options])).toEqual([[happened.title, { body: happened.text, tag: "chat-3" }]]);
});

it("counts a page under another window as not looked at", () => {
  look(false, false);
  useAlerts().alert(happened);
  expect(FakeNotification.made).toHaveLength(1);
});

it("is silent once muted, in the next tab as well, and says nothing else differently", () => {
  look(false);
  useAlerts().setSound(false);
  setActivePinia(createPinia());
  useAlerts().alert(happened);
  expect(tones).toEqual([]);
  expect(FakeNotification.made).toHaveLength(1);
  useAlerts().setSound(true);
  expect(tones).toEqual([660, 880]); // how it will sound
});

it.each(["denied", "default"] as const)("shows nothing on the desktop when that is %s", (permission) => {
  FakeNotification.permission = permission;
  look(false);
  useAlerts().alert(happened);
  expect(FakeNotification.made).toEqual([]);
  expect(tones).toHaveLength(2);
});

it("shows nothing in a browser without notifications, and does not fail", async () => {
  vi.stubGlobal("Notification", undefined);
  look(false);
  const alerts = useAlerts();
  alerts.alert(happened);
  await alerts.askForDesktop();
  expect(alerts.desktop).toBe("denied");
});

it("opens what it is about with a click", () => {
  look(false);
  const focus = vi.spyOn(window, "focus").mockImplementation(() => undefined);
  useAlerts().alert(happened);
  expect(open).not.toHaveBeenCalled();
  FakeNotification.made[0]?.onclick?.();
  expect([open.mock.calls.length, focus.mock.calls.length, FakeNotification.made[0]?.isClosed]).toEqual([1, 1, true]);
});
