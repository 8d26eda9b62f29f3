// @vitest-environment happy-dom

import { expect, it } from "vitest";

import { followKeyboard } from "./keyboard";

class View extends EventTarget {
  height = window.innerHeight;
  offsetTop = 0;
  scale = 1;
}

function followed(): { element: HTMLElement; view: View; stop: () => void } {
  const element = document.createElement("div");
  const view = new View();
  return { element, view, stop: followKeyboard(element, view as unknown as VisualViewport) };
}

const told = (element: HTMLElement): readonly string[] =>
  ["--visible-height", "--visible-top"].map((name) => element.style.getPropertyValue(name));

it("tells what a keyboard on the screen leaves, and nothing when it is gone", () => {
  const { element, view } = followed();
  expect(told(element)).toEqual(["", ""]);
  Object.assign(view, { height: 300.4, offsetTop: 12 });
  view.dispatchEvent(new Event("resize"));
  expect(told(element)).toEqual(["300px", "12px"]);
  Object.assign(view, { height: window.innerHeight, offsetTop: 0 });
  view.dispatchEvent(new Event("resize"));
  expect(told(element)).toEqual(["", ""]);
});

it("leaves a page alone that somebody has zoomed in, and stops when told to", () => {
  const { element, view, stop } = followed();
  Object.assign(view, { height: 300, scale: 2 });
  view.dispatchEvent(new Event("resize"));
  expect(told(element)).toEqual(["", ""]);
  stop();
  Object.assign(view, { scale: 1 });
  view.dispatchEvent(new Event("resize"));
  expect(told(element)).toEqual(["", ""]);
});
