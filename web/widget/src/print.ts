/**
 * The print view of a materials list: it covers the page until it is closed, and while it is open only it is
 * printed. No new window, which many browsers block; no style in the page, which a strict policy forbids.
 */

import { html, LitElement, nothing, unsafeCSS, type TemplateResult } from "lit";

import type { Entry } from "./store/state";
import { fill, type Strings } from "./strings";
import sheetCss from "./styles/print.css?inline";
import { newSheet } from "./theme";
import type { Card, Guide } from "./wire/reply";
import { markOf } from "./views/context";
import { materialDetails } from "./views/materials";

const NAME = "bangban-print";

export interface Printed {
  readonly entry: Entry;
  readonly guide: Guide;
  readonly card: Card;
  readonly ticked: ReadonlySet<string>;
  readonly strings: Strings;
  readonly aiNotice: string;
  readonly closed: () => void;
}

export class BangbanPrint extends LitElement {
  static override styles = unsafeCSS(sheetCss);
  printed: Printed | null = null;

  /** Show the view over the page. */
  static show(printed: Printed): BangbanPrint {
    if (!customElements.get(NAME)) customElements.define(NAME, BangbanPrint);
    const view = new BangbanPrint();
    view.printed = printed;
    document.body.append(view);
    return view;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    pageSheet ??= onlyThis();
    if (pageSheet) document.adoptedStyleSheets = [...document.adoptedStyleSheets, pageSheet];
    this.addEventListener("keydown", this.#keyed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (!pageSheet) return;
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== pageSheet);
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector("dialog")?.showModal();
    this.renderRoot.querySelector<HTMLElement>("#print-title")?.focus();
  }

  readonly #keyed = (event: KeyboardEvent): void => {
    if (event.key === "Escape") this.close();
  };

  close(): void {
    this.remove();
    this.printed?.closed();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.printed) return nothing;
    const { entry, guide, card, ticked, strings } = this.printed;
    return html`<dialog
      aria-labelledby="print-title"
      @cancel=${() => {
        this.close();
      }}
    >
      <div class="buttons">
        <button
          type="button"
          @click=${() => {
            window.print();
          }}
        >
          ${strings.printNow}
        </button>
        <button
          type="button"
          @click=${() => {
            this.close();
          }}
        >
          ${strings.printClose}
        </button>
      </div>
      <h1 id="print-title" tabindex="-1">${strings.printTitle}：${guide.taskName || guide.title}</h1>
      <p>${[guide.regionName, guide.authority].filter(Boolean).join(" · ")}</p>
      ${card.situation ? html`<p>${fill(strings.situation, { text: card.situation })}</p>` : nothing}
      <ol>
        ${card.materials.map((material, index) => {
          const done = ticked.has(markOf(entry, index));
          const details = materialDetails(material, { strings });
          return html`<li class=${done ? "done" : ""}>
            <span class="box" role="img" aria-label=${done ? "✓" : "□"}>${done ? "✓" : ""}</span>
            <span>
              <strong>${material.name}</strong>（${strings[material.need]}）
              ${details.map((one) => html`<span class="detail">${one}</span>`)}
            </span>
          </li>`;
        })}
      </ol>
      <div class="foot">
        ${(entry.reply?.sources ?? []).map(
          (source) =>
            html`<p>
              ${strings.source}${source.name}${source.published
                ? fill(strings.sourceDate, { date: source.published })
                : nothing}
            </p>`,
        )}
        ${guide.publishDate ? html`<p>${strings.guideDate} ${guide.publishDate}</p>` : nothing}
        <p>${fill(strings.printed, { date: new Date().toLocaleDateString(strings.locale) })}</p>
        <p>${this.printed.aiNotice}</p>
      </div>
    </dialog>`;
  }
}

let pageSheet: CSSStyleSheet | null = null;

/** While the view is open, the page around it is not printed. */
function onlyThis(): CSSStyleSheet | null {
  const sheet = newSheet();
  sheet?.replaceSync(`@media print { body > :not(${NAME}) { display: none !important } }`);
  return sheet;
}
