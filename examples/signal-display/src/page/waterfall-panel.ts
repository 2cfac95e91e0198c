import { gutters } from "./channel-plot.ts";
import type { DisplayState } from "./display-state.ts";
import { formatClock, formatFixed } from "./format.ts";
import { frequencyOf } from "./frequency-cursor.ts";
import type { FrequencyCursor } from "./frequency-cursor.ts";
import { byId, setText } from "./page-elements.ts";
import { PanelCanvas } from "./panel-canvas.ts";
import { PanelState } from "./panel-state.ts";
import type { Occasion, Panel } from "./panel.ts";
import { SteadyRange } from "./steady-range.ts";
import type { Range } from "./steady-range.ts";
import type { Theme } from "./theme.ts";
import { linearScale, niceTicks } from "./ticks.ts";
import { drawColourBar, WaterfallImage } from "./waterfall-image.ts";
import { waterfallSeconds } from "./waterfall-rows.ts";

/** Values this much older than the clock are not "now". */
const nowMs = 5000;

/** The spectrum of XX over the last minutes as colours, under the same frequency axis as the plots above it. */
export class WaterfallPanel implements Panel {
  readonly occasions: readonly Occasion[] = ["spectrum", "spectrumHistory", "view", "clock", "connection"];
  readonly #cursor: FrequencyCursor;
  readonly #canvas: PanelCanvas = new PanelCanvas(byId("waterfall-canvas", HTMLCanvasElement));
  readonly #cursorLine: HTMLElement = byId("waterfall-cursor", HTMLElement);
  readonly #value: HTMLElement = byId("waterfall-value", HTMLElement);
  readonly #state: PanelState = new PanelState(byId("waterfall", HTMLElement));
  #theme: Theme | undefined;
  #image: WaterfallImage | undefined;
  #range = new SteadyRange({ step: 2, below: 0.06, above: 0.02 });
  #shown: DisplayState["waterfall"];
  /** How many seconds above the newest row the pointer stands; 0 when it is elsewhere. */
  #secondsAgo = 0;

  constructor(cursor: FrequencyCursor) {
    this.#cursor = cursor;
    cursor.onMove(() => this.#showCursor());
    const { element } = this.#canvas;
    element.addEventListener("pointermove", (event) => this.#onPointer(event));
    element.addEventListener("pointerleave", () => {
      this.#secondsAgo = 0;
      this.#showCursor();
    });
  }

  restyle(theme: Theme): void {
    this.#theme = theme;
    this.#canvas.fit();
  }

  draw(state: DisplayState): void {
    const spectrum = state.channels("spectrum");
    const waterfall = state.waterfall;
    this.#state.show(state, waterfall?.rows.newestTime, "No spectrum yet");
    this.#cursorLine.hidden = waterfall === undefined;
    this.#shown = waterfall;
    const context = this.#canvas.clear();
    if (waterfall === undefined || this.#theme === undefined) return;
    const { rows, axis } = waterfall;
    if (this.#image?.isOf(rows) !== true) {
      this.#image = new WaterfallImage(rows);
      this.#range = new SteadyRange({ step: 2, below: 0.06, above: 0.02 });
    }
    const row = spectrum === undefined ? rows.slot(rows.newestSlot) : spectrum.values.subarray(0, axis.count);
    const range = this.#range.follow(row);
    if (range === undefined) return;
    this.#image.update(range);
    const { left, top, width, height } = this.#box();
    context.fillStyle = this.#theme.flagged;
    context.fillRect(left, top, width, height);
    this.#image.drawInto(context, left, top, width, height);
    this.#drawAxes(context, this.#theme, range, rows.newestTime ?? 0);
    this.#canvas.element.setAttribute(
      "aria-label",
      `Spectra of XX: ${rows.filledSeconds} of the last ${waterfallSeconds} seconds`,
    );
    this.#showCursor();
  }

  #box(): { left: number; top: number; width: number; height: number } {
    const scale = this.#theme?.scale ?? 1;
    const { width, height } = this.#canvas;
    const left = gutters.left * scale;
    const top = 4 * scale;
    const inner = Math.max(1, width - left - gutters.right * scale);
    return { left, top, width: inner, height: Math.max(1, height - top - 42 * scale) };
  }

  #drawAxes(context: CanvasRenderingContext2D, theme: Theme, range: Range, newestTime: number): void {
    const { scale } = theme;
    const { left, top, width, height } = this.#box();
    context.font = theme.axisFont;
    context.fillStyle = theme.muted;
    context.textBaseline = "middle";

    context.textAlign = "right";
    const isNow = Date.now() - newestTime < nowMs;
    const yOf = linearScale(0, waterfallSeconds / 60, top, top + height);
    const { values: minutes } = niceTicks(0, waterfallSeconds / 60, Math.min(5, height / (24 * scale)));
    for (const minute of minutes) {
      const y = Math.min(Math.max(yOf(minute), top + 6 * scale), top + height - 6 * scale);
      const text = minute > 0 ? formatFixed(-minute, 0) : isNow ? "now" : formatClock(newestTime).slice(0, 5);
      context.fillText(text, left - 8 * scale, y);
    }

    const { axis } = this.#shown ?? {};
    if (axis !== undefined) {
      const [first, last] = [axis.firstHz / 1e6, axis.lastHz / 1e6];
      const xOf = linearScale(first, last, left, left + width);
      const { values, decimals } = niceTicks(first, last, 8);
      context.textAlign = "center";
      context.textBaseline = "alphabetic";
      for (const value of values) context.fillText(formatFixed(value, decimals), xOf(value), top + height + 18 * scale);
      context.fillText("Frequency (MHz)", left + width / 2, top + height + 37 * scale);
    }
    this.#drawUpright(context, "Time (min)", 12 * scale, top + height / 2);

    const bar = { left: left + width + 12 * scale, width: 13 * scale };
    drawColourBar(context, bar.left, top, bar.width, height);
    context.fillStyle = theme.muted;
    context.textAlign = "left";
    context.textBaseline = "middle";
    const powerY = linearScale(range.min, range.max, top + height, top);
    const { values, decimals } = niceTicks(range.min, range.max, Math.max(2, Math.min(6, height / (32 * scale))));
    for (const value of values) {
      const y = Math.min(Math.max(powerY(value), top + 6 * scale), top + height - 6 * scale);
      context.fillText(formatFixed(value, decimals), bar.left + bar.width + 6 * scale, y);
    }
    this.#drawUpright(context, "Power (dB)", this.#canvas.width - 9 * scale, top + height / 2);
  }

  #drawUpright(context: CanvasRenderingContext2D, text: string, x: number, y: number): void {
    context.save();
    context.translate(x, y);
    context.rotate(-Math.PI / 2);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(text, 0, 0);
    context.restore();
  }

  #onPointer({ offsetX, offsetY }: PointerEvent): void {
    if (this.#shown === undefined) return;
    const { left, top, width, height } = this.#box();
    const [x, y] = [(offsetX - left) / width, (offsetY - top) / height];
    if (x < 0 || x > 1 || y < 0 || y >= 1) return;
    this.#secondsAgo = Math.floor(y * waterfallSeconds);
    const { axis } = this.#shown;
    this.#cursor.moveTo(Math.round(x * (axis.count - 1)), axis);
    this.#showCursor();
  }

  #showCursor(): void {
    if (this.#shown === undefined) return;
    const { axis, rows } = this.#shown;
    const channel = this.#cursor.channelOn(axis);
    const { left, top, width, height } = this.#box();
    const x = left + (axis.count <= 1 ? 0 : (channel / (axis.count - 1)) * width);
    this.#cursorLine.style.transform = `translate(${x}px, ${top}px)`;
    this.#cursorLine.style.height = `${height}px`;
    const ago = this.#secondsAgo;
    const when = ago === 0 ? "" : `, ${formatFixed(-ago, 0)} s`;
    const value = formatFixed(rows.valueAt(ago, channel), 1);
    setText(this.#value, `${formatFixed(frequencyOf(channel, axis) / 1e6, 1)} MHz${when}  ${value} dB`);
  }
}
