import type { CoveragePoint } from "./coverage-tracks.ts";
import type { DisplayState } from "./display-state.ts";
import { formatFixed } from "./format.ts";
import { byId, setText } from "./page-elements.ts";
import { PanelCanvas } from "./panel-canvas.ts";
import { PanelState } from "./panel-state.ts";
import type { Occasion, Panel } from "./panel.ts";
import type { Theme } from "./theme.ts";
import { linearScale, niceTicks } from "./ticks.ts";

/** Tracks fade in this many steps. */
const fadings = 10;

/** Where baselines are in the uv plane now, and where they have been. */
export class CoveragePanel implements Panel {
  readonly occasions: readonly Occasion[] = ["coverage", "coverageHistory", "clock", "connection"];
  readonly #canvas: PanelCanvas = new PanelCanvas(byId("coverage-canvas", HTMLCanvasElement));
  readonly #summary: HTMLElement = byId("coverage-summary", HTMLElement);
  readonly #state: PanelState = new PanelState(byId("coverage", HTMLElement));
  #theme: Theme | undefined;
  /** How many points and which newest one are drawn. */
  #drawn = "";

  restyle(theme: Theme): void {
    this.#theme = theme;
    this.#canvas.fit();
    this.#drawn = "";
  }

  draw(state: DisplayState): void {
    const { points, newest, baselines } = state.tracks;
    this.#state.show(state, newest?.time, "No coverage yet", { isSeldom: true });
    const present = `${points.length} ${points[0]?.time} ${newest?.time}`;
    if (newest === undefined || this.#theme === undefined || present === this.#drawn) return;
    this.#drawn = present;
    this.#drawAll(points, newest, this.#theme);
    setText(this.#summary, summaryOf(state, newest, baselines.length));
    this.#canvas.element.setAttribute("aria-label", `uv coverage: ${this.#summary.textContent}`);
  }

  #drawAll(points: readonly CoveragePoint[], newest: CoveragePoint, theme: Theme): void {
    const context = this.#canvas.clear();
    const { scale } = theme;
    const { width, height } = this.#canvas;
    const [left, bottom, free] = [48 * scale, 44 * scale, 6 * scale];
    const side = Math.max(1, Math.min(width - left - free, height - bottom - free));
    const x0 = left + (width - left - free - side) / 2;
    const y0 = free + (height - bottom - free - side) / 2;
    const reach = points.reduce((far, { u, v }) => Math.max(far, ...u.map(Math.abs), ...v.map(Math.abs)), 1) * 1.08;
    const unit = reach >= 1000 ? { factor: 1000, name: "kλ" } : { factor: 1, name: "λ" };
    const xOf = linearScale(-reach, reach, x0, x0 + side);
    const yOf = linearScale(-reach, reach, y0 + side, y0);

    const { values, decimals } = niceTicks(-reach / unit.factor, reach / unit.factor, 7);
    context.font = theme.axisFont;
    context.strokeStyle = theme.grid;
    context.lineWidth = 1;
    for (const value of values) {
      const [x, y] = [Math.round(xOf(value * unit.factor)) + 0.5, Math.round(yOf(value * unit.factor)) + 0.5];
      strokeLine(context, x, y0, x, y0 + side);
      strokeLine(context, x0, y, x0 + side, y);
      context.fillStyle = theme.muted;
      context.textAlign = "center";
      context.textBaseline = "alphabetic";
      context.fillText(formatFixed(value, decimals), x, y0 + side + 18 * scale);
      context.textAlign = "right";
      context.textBaseline = "middle";
      context.fillText(formatFixed(value, decimals), x0 - 8 * scale, y);
    }
    context.strokeStyle = theme.line;
    context.strokeRect(Math.round(x0) + 0.5, Math.round(y0) + 0.5, Math.round(side), Math.round(side));
    context.textAlign = "center";
    context.textBaseline = "alphabetic";
    context.fillText(`u (${unit.name})`, x0 + side / 2, y0 + side + 38 * scale);
    context.save();
    context.translate(x0 - 38 * scale, y0 + side / 2);
    context.rotate(-Math.PI / 2);
    context.fillText(`v (${unit.name})`, 0, 0);
    context.restore();

    this.#drawTracks(
      context,
      points,
      (u) => xOf(u),
      (v) => yOf(v),
      theme,
    );
    this.#drawNow(context, newest, xOf, yOf, theme);
  }

  /** Older parts fade; gaps of the record are bridged, because a baseline moves on an ellipse all the same. */
  #drawTracks(
    context: CanvasRenderingContext2D,
    points: readonly CoveragePoint[],
    xOf: (u: number) => number,
    yOf: (v: number) => number,
    theme: Theme,
  ): void {
    context.lineCap = "round";
    const size = points.at(-1)?.u.length ?? 0;
    for (let step = 0; step < fadings; step += 1) {
      const from = Math.floor((step * (points.length - 1)) / fadings);
      const to = Math.floor(((step + 1) * (points.length - 1)) / fadings);
      for (const sign of [-1, 1]) {
        context.strokeStyle = sign === 1 ? theme.accent : theme.muted;
        context.lineWidth = (sign === 1 ? 2.2 : 1.4) * theme.scale;
        context.globalAlpha = (0.12 + (0.88 * (step + 1)) / fadings) * (sign === 1 ? 1 : 0.6);
        context.setLineDash(sign === 1 ? [] : [1, 3 * theme.scale]);
        context.beginPath();
        for (let baseline = 0; baseline < size; baseline += 1) {
          for (let at = from; at <= to; at += 1) {
            const point = points[at];
            const [x, y] = [xOf(sign * (point?.u[baseline] ?? NaN)), yOf(sign * (point?.v[baseline] ?? NaN))];
            if (at === from) context.moveTo(x, y);
            else context.lineTo(x, y);
          }
        }
        context.stroke();
      }
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
  }

  #drawNow(
    context: CanvasRenderingContext2D,
    { u, v }: CoveragePoint,
    xOf: (u: number) => number,
    yOf: (v: number) => number,
    theme: Theme,
  ): void {
    const radius = 4 * theme.scale;
    context.lineWidth = 1.5 * theme.scale;
    for (const [index, own] of u.entries()) {
      const other = v[index] ?? NaN;
      context.beginPath();
      context.arc(xOf(-own), yOf(-other), radius, 0, 2 * Math.PI);
      context.fillStyle = theme.panel;
      context.strokeStyle = theme.muted;
      context.fill();
      context.stroke();
    }
    for (const [index, own] of u.entries()) {
      context.beginPath();
      context.arc(xOf(own), yOf(v[index] ?? NaN), radius + 0.5 * theme.scale, 0, 2 * Math.PI);
      context.fillStyle = theme.text;
      context.strokeStyle = theme.panel;
      context.fill();
      context.stroke();
    }
  }
}

function strokeLine(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

function summaryOf({ coverage }: DisplayState, { u, v }: CoveragePoint, baselines: number): string {
  const lengths = Array.from(u, (own, index) => Math.hypot(own, v[index] ?? NaN, coverage?.w[index] ?? 0));
  const longest = lengths.reduce((most, length) => Math.max(most, Number.isNaN(length) ? 0 : length), 0);
  return `${baselines} baseline${baselines === 1 ? "" : "s"} · longest ${formatFixed(longest / 1000, 1)} kλ`;
}
