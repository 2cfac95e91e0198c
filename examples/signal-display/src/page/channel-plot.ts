import uPlot from "uplot";

import { flaggedBands } from "./flagged-bands.ts";
import type { Channels } from "./display-state.ts";
import { frequencyOf } from "./frequency-cursor.ts";
import { formatFixed } from "./format.ts";
import type { FlaggedBand } from "./flagged-bands.ts";
import { spreadLabels } from "./spread-labels.ts";
import type { Range } from "./steady-range.ts";
import { polarisationStyle } from "./theme.ts";
import type { Theme } from "./theme.ts";
import { niceTicks } from "./ticks.ts";

/** Room beside the plots, in pixels of the design: the same for all that share the frequency axis. */
export const gutters = { left: 66, right: 78 };

/** What a plot of channels is made with. */
export interface ChannelPlotOptions {
  readonly theme: Theme;
  /** The text along the vertical axis, with the unit. */
  readonly label: string;
  readonly marks: "lines" | "points";
  /** Ticks of the vertical axis, where they are not those of round numbers. */
  readonly ticks?: ((min: number, max: number, most: number) => readonly number[]) | undefined;
  /** Called when the pointer moves over a channel. */
  readonly onChannel: (channel: number) => void;
}

const megahertz = 1e6;

/** Rows of channels, a mark for each polarisation, in one uPlot. */
export class ChannelPlot {
  readonly #options: ChannelPlotOptions;
  readonly #plot: uPlot;
  readonly #polarisations: readonly string[];
  #values: Float32Array = new Float32Array(0);
  #axis: Channels["axis"];
  #range: Range;
  #bands: readonly FlaggedBand[] = [];
  #channel = 0;

  constructor(box: HTMLElement, options: ChannelPlotOptions, first: Channels, range: Range) {
    this.#options = options;
    this.#polarisations = first.polarisations;
    this.#axis = first.axis;
    this.#range = range;
    this.#plot = new uPlot(this.#plotOptions(box), undefined, box);
  }

  /** Whether this plot can show the values; if not, another one has to be made. */
  fits({ polarisations }: Channels): boolean {
    return polarisations.join() === this.#polarisations.join();
  }

  show({ axis, values }: Channels, range: Range, channel: number): void {
    const { count } = axis;
    [this.#axis, this.#range, this.#values, this.#channel] = [axis, range, values, channel];
    this.#bands = flaggedBands(values, count);
    const frequencies = Array.from({ length: count }, (_hz, at) => frequencyOf(at, axis) / megahertz);
    // uPlot's gaps are null: NaN would be bridged.
    const rows = this.#polarisations.map((_name, row) =>
      Array.from(values.subarray(row * count, (row + 1) * count), (value) => (Number.isNaN(value) ? null : value)),
    );
    this.#plot.setData([frequencies, ...rows]);
  }

  resize(width: number, height: number): void {
    this.#plot.setSize({ width, height });
  }

  moveCursor(channel: number): void {
    this.#channel = channel;
    const left = this.#plot.valToPos(frequencyOf(channel, this.#axis) / megahertz, "x");
    if (Number.isFinite(left)) this.#plot.setCursor({ left, top: 0 }, false);
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #plotOptions(box: HTMLElement): uPlot.Options {
    const { theme, label, marks, ticks } = this.#options;
    const { scale } = theme;
    const lines = { stroke: theme.grid, width: 1 };
    const splits = (_plot: uPlot, _axis: number, min: number, max: number): number[] => {
      const most = Math.max(2, this.#plot.bbox.height / uPlot.pxRatio / (26 * scale));
      return [...(ticks?.(min, max, most) ?? niceTicks(min, max, most).values)];
    };
    return {
      width: box.clientWidth,
      height: box.clientHeight,
      padding: [6 * scale, gutters.right * scale, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        points: { size: 9 * scale, width: 0 },
        // The cursor stays where the pointer left it.
        bind: { mouseleave: () => null, mousedown: () => null, dblclick: () => null },
      },
      scales: {
        x: { time: false, range: () => [this.#axis.firstHz / megahertz, this.#axis.lastHz / megahertz] },
        y: { range: () => [this.#range.min, this.#range.max] },
      },
      axes: [
        {
          stroke: theme.muted,
          grid: lines,
          ticks: { show: false },
          size: 8 * scale,
          values: (_plot, splits) => splits.map(() => ""),
          splits: (_plot, _axis, min, max) => [...niceTicks(min, max, 8).values],
        },
        {
          stroke: theme.muted,
          grid: lines,
          ticks: { show: false },
          gap: 8 * scale,
          size: (gutters.left - 22) * scale,
          labelSize: 22 * scale,
          label,
          font: theme.axisFont,
          labelFont: theme.axisFont,
          splits,
          values: (_plot, splits) => splits.map((value) => formatFixed(value, Number.isInteger(value) ? 0 : 1)),
        },
      ],
      series: [{}, ...this.#polarisations.map((name, index) => this.#series(name, index, marks))],
      hooks: {
        drawClear: [() => this.#drawFlagged()],
        draw: [
          () => {
            if (marks === "lines") this.#drawNames();
            this.moveCursor(this.#channel);
          },
        ],
        setCursor: [
          ({ cursor }) => {
            if (typeof cursor.idx === "number" && cursor.event !== undefined) this.#options.onChannel(cursor.idx);
          },
        ],
      },
    };
  }

  #series(name: string, index: number, marks: "lines" | "points"): uPlot.Series {
    const { theme } = this.#options;
    const { colour, dash, width, isCross } = polarisationStyle(theme, name, index);
    const common = { label: name, stroke: colour, points: { show: false } };
    if (marks === "lines") return { ...common, dash: [...dash], width: width * theme.scale, alpha: isCross ? 0.8 : 1 };
    const side = (isCross ? 1.4 : 2.3) * theme.scale;
    return { ...common, fill: colour, width: 0, alpha: isCross ? 0.6 : 1, paths: squares(side) };
  }

  #drawFlagged(): void {
    const { ctx, bbox } = this.#plot;
    const width = bbox.width / Math.max(1, this.#axis.count - 1);
    ctx.save();
    ctx.fillStyle = this.#options.theme.flagged;
    for (const { first, last } of this.#bands) {
      const from = Math.max(0, (first - 0.5) * width);
      const to = Math.min(bbox.width, (last + 0.5) * width);
      ctx.fillRect(bbox.left + from, bbox.top, Math.max(1, to - from), bbox.height);
    }
    ctx.restore();
  }

  /** Writes the polarisations' names where their lines end. */
  #drawNames(): void {
    const { ctx, bbox } = this.#plot;
    const { theme } = this.#options;
    const ratio = uPlot.pxRatio;
    const wanted = this.#polarisations.map((_name, row) => {
      const value = this.#endOf(row);
      return value === undefined ? NaN : this.#plot.valToPos(value, "y");
    });
    const height = bbox.height / ratio;
    const places = spreadLabels(wanted, 16 * theme.scale, 8 * theme.scale, height - 6 * theme.scale);
    ctx.save();
    ctx.scale(ratio, ratio);
    ctx.font = theme.labelFont;
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    for (const [row, name] of this.#polarisations.entries()) {
      const place = places[row] ?? NaN;
      if (Number.isNaN(place)) continue;
      ctx.fillStyle = polarisationStyle(theme, name, row).colour;
      ctx.fillText(name, (bbox.left + bbox.width) / ratio + 8 * theme.scale, bbox.top / ratio + place);
    }
    ctx.restore();
  }

  /** The middle of the last values, because a single one is noisy. */
  #endOf(row: number): number | undefined {
    const { count } = this.#axis;
    const end = this.#values.subarray(row * count + Math.floor(count * 0.94), (row + 1) * count);
    const sorted = end.filter((value) => !Number.isNaN(value)).sort();
    return sorted[Math.floor(sorted.length / 2)];
  }
}

/** Small squares instead of a line, because a phase that wraps round has no line. */
function squares(side: number): uPlot.Series.PathBuilder {
  return (plot, seriesIndex, from, to) => {
    const fill = new Path2D();
    const size = side * uPlot.pxRatio;
    const rows = plot.data[seriesIndex];
    for (let index = from; index <= to; index += 1) {
      const value = rows?.[index];
      if (value === null || value === undefined) continue;
      const x = plot.valToPos(plot.data[0][index] ?? 0, "x", true);
      fill.rect(x - size / 2, plot.valToPos(value, "y", true) - size / 2, size, size);
    }
    return { stroke: null, fill };
  };
}
