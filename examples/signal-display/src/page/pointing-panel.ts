import type { DisplayState, MessageOf } from "./display-state.ts";
import { formatClock, formatFixed } from "./format.ts";
import { byId } from "./page-elements.ts";
import { PanelCanvas } from "./panel-canvas.ts";
import { PanelState } from "./panel-state.ts";
import type { Occasion, Panel } from "./panel.ts";
import type { Theme } from "./theme.ts";
import { linearScale, niceStep, niceTicks } from "./ticks.ts";

/** An offset of one antenna and its standard deviation. */
interface Offset {
  readonly value: number;
  readonly deviation: number;
}

/**
 * How far each antenna points beside its target, with error bars. The topic says no unit and no tolerance, so none is drawn.
 */
export class PointingPanel implements Panel {
  readonly occasions: readonly Occasion[] = ["pointing", "clock", "connection"];
  readonly #canvas: PanelCanvas = new PanelCanvas(byId("pointing-canvas", HTMLCanvasElement));
  readonly #state: PanelState = new PanelState(byId("pointing", HTMLElement));
  #theme: Theme | undefined;
  #drawn: MessageOf<"pointing"> | undefined;

  restyle(theme: Theme): void {
    this.#theme = theme;
    this.#canvas.fit();
    this.#drawn = undefined;
  }

  draw(state: DisplayState): void {
    const { pointing } = state;
    this.#state.show(state, pointing?.time, "No pointing offsets yet", { isSeldom: true });
    if (pointing === undefined || this.#theme === undefined || pointing === this.#drawn) return;
    this.#drawn = pointing;
    this.#drawAll(pointing, this.#theme);
    this.#canvas.element.setAttribute("aria-label", `Pointing offsets: ${saidOf(pointing)}`);
  }

  #drawAll(pointing: MessageOf<"pointing">, theme: Theme): void {
    const context = this.#canvas.clear();
    const { scale } = theme;
    const { width, height } = this.#canvas;
    const [left, right, top, bottom] = [50 * scale, width - 14 * scale, 2 * scale, height - 44 * scale];
    const reach = reachOf(pointing);
    const xOf = linearScale(-reach, reach, left, right);
    const rowHeight = (bottom - top) / Math.max(1, pointing.antennas.length);

    context.font = theme.axisFont;
    context.textAlign = "center";
    context.textBaseline = "alphabetic";
    context.lineWidth = 1;
    const { values, decimals } = niceTicks(-reach, reach, 5);
    for (const value of values) {
      const x = Math.round(xOf(value)) + 0.5;
      context.strokeStyle = value === 0 ? theme.muted : theme.grid;
      stroke(context, [x, top], [x, bottom]);
      context.fillStyle = theme.muted;
      context.fillText(formatFixed(value, decimals), x, bottom + 18 * scale);
    }
    context.fillText(
      `Offset (unit of the topic), ±1 σ · ${formatClock(pointing.time)}`,
      (left + right) / 2,
      bottom + 38 * scale,
    );

    for (const [index, antenna] of pointing.antennas.entries()) {
      const middle = top + (index + 0.5) * rowHeight;
      context.strokeStyle = theme.grid;
      context.lineWidth = 1;
      if (index > 0)
        stroke(
          context,
          [left, Math.round(middle - rowHeight / 2) + 0.5],
          [right, Math.round(middle - rowHeight / 2) + 0.5],
        );
      context.font = theme.labelFont;
      context.fillStyle = theme.text;
      context.textAlign = "left";
      context.textBaseline = "middle";
      context.fillText(antenna, 0, middle);
      const [cross, elevation] = offsetsOf(pointing, index);
      const apart = Math.min(8 * scale, rowHeight / 5);
      const isWithoutFit = Number.isNaN(cross.value) && Number.isNaN(elevation.value);
      if (isWithoutFit) {
        context.font = theme.labelFont;
        context.textAlign = "center";
        const text = "no fit (NaN)";
        const half = context.measureText(text).width / 2 + 6 * scale;
        context.fillStyle = theme.panel;
        context.fillRect(xOf(0) - half, middle - 9 * scale, 2 * half, 18 * scale);
        context.fillStyle = theme.warning;
        context.fillText(text, xOf(0), middle);
        continue;
      }
      drawOffset(context, cross, xOf, middle - apart, theme, "circle");
      drawOffset(context, elevation, xOf, middle + apart, theme, "diamond");
    }
  }
}

function offsetsOf(pointing: MessageOf<"pointing">, index: number): [crossElevation: Offset, elevation: Offset] {
  const { crossElevation, crossElevationStd, elevation, elevationStd } = pointing;
  return [
    { value: crossElevation[index] ?? NaN, deviation: crossElevationStd[index] ?? NaN },
    { value: elevation[index] ?? NaN, deviation: elevationStd[index] ?? NaN },
  ];
}

/** How far the axis goes to both sides: as far as the error bars, rounded. */
function reachOf(pointing: MessageOf<"pointing">): number {
  const ends = pointing.antennas.flatMap((_antenna, index) =>
    offsetsOf(pointing, index).map(
      ({ value, deviation }) => Math.abs(value) + (Number.isNaN(deviation) ? 0 : deviation),
    ),
  );
  const most = ends.reduce((far, end) => (Number.isFinite(end) ? Math.max(far, end) : far), 0);
  if (most === 0) return 1;
  const step = niceStep(most / 4);
  return Math.ceil((most * 1.02) / step) * step;
}

function drawOffset(
  context: CanvasRenderingContext2D,
  { value, deviation }: Offset,
  xOf: (value: number) => number,
  y: number,
  theme: Theme,
  shape: "circle" | "diamond",
): void {
  if (Number.isNaN(value)) return;
  const colour = shape === "circle" ? theme.crossElevation : theme.elevation;
  const { scale } = theme;
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = 1.7 * scale;
  if (Number.isFinite(deviation)) {
    const [from, to, cap] = [xOf(value - deviation), xOf(value + deviation), 3.5 * scale];
    stroke(context, [from, y], [to, y]);
    stroke(context, [from, y - cap], [from, y + cap]);
    stroke(context, [to, y - cap], [to, y + cap]);
  }
  const [x, radius] = [xOf(value), 4.5 * scale];
  context.beginPath();
  if (shape === "circle") context.arc(x, y, radius, 0, 2 * Math.PI);
  else {
    const reach = radius * 1.3;
    context.moveTo(x, y - reach);
    context.lineTo(x + reach, y);
    context.lineTo(x, y + reach);
    context.lineTo(x - reach, y);
    context.closePath();
  }
  context.fill();
}

type Place = readonly [x: number, y: number];

function stroke(context: CanvasRenderingContext2D, from: Place, to: Place): void {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}

function saidOf(pointing: MessageOf<"pointing">): string {
  const text = ({ value, deviation }: Offset): string =>
    Number.isNaN(value) ? "no fit" : `${formatFixed(value, 2)} ± ${formatFixed(deviation, 2)}`;
  return pointing.antennas
    .map((antenna, index) => {
      const [cross, elevation] = offsetsOf(pointing, index);
      return `${antenna}: cross-elevation ${text(cross)}, elevation ${text(elevation)}`;
    })
    .join("; ");
}
