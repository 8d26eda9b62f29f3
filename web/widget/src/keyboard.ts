/** The keyboard on the screen of a phone covers the page: what is left is told to the styles of the element. */

/** In: the element. Out: how to stop. Nothing happens where the browser cannot say what is visible. */
export function followKeyboard(element: HTMLElement, view: VisualViewport | null = window.visualViewport): () => void {
  if (!view) return () => undefined;
  const told = (name: string, pixels: number | null): void => {
    if (pixels === null) element.style.removeProperty(name);
    else element.style.setProperty(name, `${Math.round(pixels)}px`);
  };
  const fit = (): void => {
    // Less than the page, and not because somebody has zoomed in with two fingers.
    const covered = view.scale < 1.01 && window.innerHeight - view.height > 1;
    told("--visible-height", covered ? view.height : null);
    told("--visible-top", covered ? view.offsetTop : null);
  };
  view.addEventListener("resize", fit);
  view.addEventListener("scroll", fit);
  fit();
  return () => {
    view.removeEventListener("resize", fit);
    view.removeEventListener("scroll", fit);
  };
}
