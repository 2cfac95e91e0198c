import type { Range } from "./steady-range.ts";
import { viridisPixels, viridisStep, viridisSteps } from "./viridis.ts";
import { waterfallSeconds } from "./waterfall-rows.ts";
import type { WaterfallRows } from "./waterfall-rows.ts";

const pixels = viridisPixels();

/**
 * Rows of a waterfall as an image that is used as a ring: a new row changes one line of it. The newest row is above older ones,
 * round the end.
 */
export class WaterfallImage {
  readonly #rows: WaterfallRows;
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #line: ImageData;
  readonly #linePixels: Uint32Array;
  #range: Range | undefined;

  /** @throws Error when the browser has no canvas of two dimensions */
  constructor(rows: WaterfallRows) {
    this.#rows = rows;
    this.#canvas = document.createElement("canvas");
    [this.#canvas.width, this.#canvas.height] = [rows.channels, waterfallSeconds];
    const context = this.#canvas.getContext("2d");
    if (context === null) throw new Error("This browser gives no 2D context for a canvas.");
    this.#context = context;
    this.#line = new ImageData(rows.channels, 1);
    this.#linePixels = new Uint32Array(this.#line.data.buffer);
  }

  isOf(rows: WaterfallRows): boolean {
    return this.#rows === rows;
  }

  /** Takes over the rows that have changed; all of them for other colours. */
  update(range: Range): void {
    const changed = this.#rows.takeChanged();
    const isOtherRange = this.#range?.min !== range.min || this.#range.max !== range.max;
    this.#range = range;
    const slots = isOtherRange ? Array.from({ length: waterfallSeconds }, (_slot, at) => at) : changed;
    for (const slot of slots) this.#paint(slot, range);
  }

  /** Draws it into a box, the newest row at the top. */
  drawInto(context: CanvasRenderingContext2D, left: number, top: number, width: number, height: number): void {
    const { channels, newestSlot } = this.#rows;
    const newest = waterfallSeconds - 1 - newestSlot;
    const below = waterfallSeconds - newest;
    const middle = (height * below) / waterfallSeconds;
    context.drawImage(this.#canvas, 0, newest, channels, below, left, top, width, middle);
    if (newest > 0) context.drawImage(this.#canvas, 0, 0, channels, newest, left, top + middle, width, height - middle);
  }

  #paint(slot: number, { min, max }: Range): void {
    const values = this.#rows.slot(slot);
    for (let channel = 0; channel < values.length; channel += 1) {
      const value = values[channel] ?? NaN;
      this.#linePixels[channel] = Number.isNaN(value) ? 0 : (pixels[viridisStep(value, min, max)] ?? 0);
    }
    this.#context.putImageData(this.#line, 0, waterfallSeconds - 1 - slot);
  }
}

/** Paints the colours from top to bottom, the highest value at the top. */
export function drawColourBar(
  context: CanvasRenderingContext2D,
  left: number,
  top: number,
  width: number,
  height: number,
): void {
  const gradient = context.createLinearGradient(0, top + height, 0, top);
  for (let step = 0; step < viridisSteps; step += 15) {
    const pixel = pixels[step] ?? 0;
    const colour = `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;
    gradient.addColorStop(step / (viridisSteps - 1), colour);
  }
  context.fillStyle = gradient;
  context.fillRect(left, top, width, height);
}
