/** Charts from numbers: lines over days, bars by name. Pure. */

import type { EChartsCoreOption } from "echarts/core";

const INK = "#333c46";
const SOFT = "#55606b";
const HAIR = "#e8ebef";
const COLOURS = ["#0f5c9c", "#94580a", "#b3261e", "#1c7a45"];
const FONT = "system-ui, -apple-system, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', 'Noto Sans CJK SC', sans-serif";

const TEXT = { color: SOFT, fontFamily: FONT, fontSize: 12 };
const BASE = {
  animationDuration: 200,
  color: COLOURS,
  textStyle: { fontFamily: FONT, color: INK },
  aria: { enabled: false }, // the element has a label, and the numbers stand in a table
};
const TOOLTIP = { renderMode: "richText", confine: true, textStyle: { fontFamily: FONT, fontSize: 12, color: INK } };

export interface Line {
  readonly name: string;
  readonly values: readonly number[];
}

export function lines(days: readonly string[], all: readonly Line[]): EChartsCoreOption {
  return {
    ...BASE,
    tooltip: { ...TOOLTIP, trigger: "axis" },
    legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 8, textStyle: TEXT },
    grid: { left: 8, right: 16, top: 36, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: {
      type: "category",
      data: days.map((day) => day.slice(5)),
      boundaryGap: days.length < 2,
      axisLabel: TEXT,
      axisLine: { lineStyle: { color: HAIR } },
      axisTick: { show: false },
    },
    yAxis: { type: "value", minInterval: 1, axisLabel: TEXT, splitLine: { lineStyle: { color: HAIR } } },
    series: all.map(({ name, values }) => ({
      type: "line",
      name,
      data: values,
      symbol: "circle",
      symbolSize: days.length > 40 ? 0 : 5,
      lineStyle: { width: 2 },
    })),
  };
}

export interface Bar {
  readonly name: string;
  readonly value: number;
}

/** The first bar stands on top. */
export function bars(name: string, all: readonly Bar[]): EChartsCoreOption {
  return {
    ...BASE,
    tooltip: { ...TOOLTIP, trigger: "axis", axisPointer: { type: "shadow" } },
    grid: { left: 8, right: 44, top: 4, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: { type: "value", minInterval: 1, axisLabel: { show: false }, splitLine: { lineStyle: { color: HAIR } } },
    yAxis: {
      type: "category",
      inverse: true,
      data: all.map((one) => one.name),
      axisLabel: { ...TEXT, width: 150, overflow: "truncate" },
      axisLine: { lineStyle: { color: HAIR } },
      axisTick: { show: false },
    },
    series: [
      { type: "bar", name, data: all.map((one) => one.value), barMaxWidth: 18, label: { show: true, position: "right", ...TEXT }, itemStyle: { borderRadius: [0, 3, 3, 0] } },
    ],
  };
}
