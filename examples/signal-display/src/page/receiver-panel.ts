import type { DisplayState } from "./display-state.ts";
import { formatCount, formatFixed, formatSi } from "./format.ts";
import type { Quantity } from "./format.ts";
import { byId, setText } from "./page-elements.ts";
import { PanelCanvas } from "./panel-canvas.ts";
import { PanelState } from "./panel-state.ts";
import type { Occasion, Panel } from "./panel.ts";
import type { Theme } from "./theme.ts";
import { linearScale, niceTicks } from "./ticks.ts";

/** What the receiver and the processor say of themselves, and how much comes in. */
export class ReceiverPanel implements Panel {
  readonly occasions: readonly Occasion[] = ["receiver", "receiverHistory", "processing", "clock", "connection"];
  readonly #panel: HTMLElement = byId("receiver", HTMLElement);
  readonly #canvas: PanelCanvas = new PanelCanvas(byId("input-canvas", HTMLCanvasElement));
  readonly #receiving: HTMLElement = byId("receiver-state", HTMLElement);
  readonly #state: PanelState = new PanelState(this.#panel);
  #theme: Theme | undefined;

  restyle(theme: Theme): void {
    this.#theme = theme;
    this.#canvas.fit();
  }

  draw(state: DisplayState): void {
    const { receiver, processing } = state;
    this.#state.show(state, receiver?.time ?? processing?.time, "No statistics yet");
    const word = receiver?.stats.state ?? "";
    setText(this.#receiving, word);
    this.#receiving.dataset["state"] = /receiv|run|start/i.test(word) ? "going" : "standing";
    const { totalMegabytes, heaps, incompleteHeaps } = receiver?.stats ?? {};
    const share =
      heaps === undefined || incompleteHeaps === undefined ? undefined : (100 * incompleteHeaps) / Math.max(1, heaps);
    this.#tile("received", formatSi(totalMegabytes === undefined ? undefined : totalMegabytes * 1e6, "B"));
    this.#tile("heaps", formatSi(heaps));
    this.#tile("incomplete", { figure: formatFixed(share, 2), unit: "%" });
    this.#tile("payloads", { figure: formatCount(processing?.stats.payloadsReceived), unit: "" });
    this.#tile("time-slices", { figure: formatCount(processing?.stats.timeSlices), unit: "" });
    this.#tile("last-payload", { figure: formatFixed(processing?.stats.secondsSinceLastPayload, 1), unit: "s ago" });
    const rates = state.input.rates();
    this.#tile("input", { figure: formatFixed(rates.at(-1), 0), unit: "MB/s" });
    this.#drawInput(rates);
  }

  #tile(name: string, { figure, unit }: Quantity): void {
    const tile = this.#panel.querySelector(`[data-tile="${name}"]`);
    const [figureField, unitField] = [tile?.querySelector(".figure"), tile?.querySelector(".unit")];
    if (figureField) setText(figureField, figure);
    if (unitField) setText(unitField, unit);
  }

  /** The rates of the last minutes, from zero, the newest at the right. */
  #drawInput(rates: readonly number[]): void {
    const context = this.#canvas.clear();
    const finite = rates.filter((rate) => Number.isFinite(rate));
    if (this.#theme === undefined || finite.length < 2) return;
    const { accent, scale } = this.#theme;
    const { width, height } = this.#canvas;
    const most = finite.reduce((high, rate) => Math.max(high, rate), 1);
    const top = niceTicks(0, most * 1.2, 4).values.at(-1) ?? most;
    const yOf = linearScale(0, Math.max(most * 1.05, top), height, 0);
    const xOf = linearScale(0, rates.length - 1, 0, width);
    context.strokeStyle = context.fillStyle = accent;
    context.lineWidth = 1.5 * scale;
    context.lineJoin = "round";
    for (const [from, to] of runsOf(rates)) {
      context.beginPath();
      for (let at = from; at <= to; at += 1) context.lineTo(xOf(at), yOf(rates[at] ?? 0));
      context.stroke();
      context.lineTo(xOf(to), height);
      context.lineTo(xOf(from), height);
      context.globalAlpha = 0.16;
      context.fill();
      context.globalAlpha = 1;
    }
  }
}

/** The first and last places of numbers that follow each other without NaN. */
function runsOf(rates: readonly number[]): [from: number, to: number][] {
  const runs: [number, number][] = [];
  for (const [at, rate] of rates.entries()) {
    const last = runs.at(-1);
    if (!Number.isFinite(rate)) continue;
    if (last !== undefined && last[1] === at - 1) last[1] = at;
    else runs.push([at, at]);
  }
  return runs;
}
