/** The parts of ECharts that the overview draws with: lines and bars, on a canvas. */

import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

/** In: an empty element with a size. The renderer empties it by `innerHTML`, which the page's policy refuses even for
 * an empty text; a setter of the element's own does the same without. */
export function draw(root: HTMLElement): EChartsType {
  Object.defineProperty(root, "innerHTML", {
    configurable: true,
    set: () => {
      root.replaceChildren();
    },
  });
  return init(root, null, { renderer: "canvas" });
}
