import { BaselineMatrix } from "./baseline-matrix.ts";
import type { MatrixCell } from "./baseline-matrix.ts";
import type { DisplayState, MessageOf } from "./display-state.ts";
import { formatBaseline } from "./format.ts";
import { byId, make } from "./page-elements.ts";
import { PanelCanvas } from "./panel-canvas.ts";
import { PanelState } from "./panel-state.ts";
import type { Occasion, Panel } from "./panel.ts";
import { SteadyRange } from "./steady-range.ts";
import type { Range } from "./steady-range.ts";
import type { Theme } from "./theme.ts";
import { linearScale } from "./ticks.ts";

/** All baselines as small plots in a square, and the chooser of the one in the large plots. One tab stop; arrows move inside. */
export class BaselinesPanel implements Panel {
  readonly occasions: readonly Occasion[] = ["thumbnails", "view", "clock", "connection"];
  readonly #onChoose: (baseline: string) => void;
  readonly #grid: HTMLElement = byId("baseline-grid", HTMLElement);
  readonly #canvas: PanelCanvas = new PanelCanvas(byId("baseline-canvas", HTMLCanvasElement));
  readonly #state: PanelState = new PanelState(byId("baselines", HTMLElement));
  readonly #crossRange: SteadyRange = new SteadyRange({ step: 2, below: 0.01, above: 0.004 });
  readonly #autoRange: SteadyRange = new SteadyRange({ step: 2, below: 0.01, above: 0.004 });
  #theme: Theme | undefined;
  #matrix: BaselineMatrix = new BaselineMatrix([]);
  #cells: HTMLElement[] = [];
  #tabStop = 0;
  #baseline = "";
  #drawn: readonly unknown[] = [];

  /** @param onChoose - called with the name of a baseline, as the topics have it */
  constructor(onChoose: (baseline: string) => void) {
    this.#onChoose = onChoose;
    this.#grid.addEventListener("click", ({ target }) => {
      if (target instanceof HTMLElement) this.#choose(this.#cells.indexOf(target));
    });
    this.#grid.addEventListener("keydown", (event) => this.#onKey(event));
  }

  restyle(theme: Theme): void {
    this.#theme = theme;
    this.#canvas.fit();
    this.#drawn = [];
  }

  draw(state: DisplayState): void {
    const [amplitude, phase] = [state.thumbnails("amplitude"), state.thumbnails("phase")];
    const known = (amplitude ?? phase)?.baselines ?? [];
    this.#state.show(state, (amplitude ?? phase)?.time, "No baselines yet");
    if (known.length > 0 && this.#isOther(known)) this.#make(known);
    const { baseline } = state.view;
    if (known.length > 0 && !known.includes(baseline)) {
      this.#chooseFirst();
      return;
    }
    if (baseline !== this.#baseline) this.#mark(baseline);
    const inputs = [amplitude, phase, baseline];
    if (this.#theme === undefined || inputs.every((input, index) => input === this.#drawn[index])) return;
    this.#drawn = inputs;
    this.#canvas.clear();
    if (amplitude !== undefined) this.#drawAmplitudes(amplitude, this.#theme);
    if (phase !== undefined) this.#drawPhases(phase, this.#theme);
  }

  #isOther(baselines: readonly string[]): boolean {
    return new BaselineMatrix(baselines).antennas.join() !== this.#matrix.antennas.join();
  }

  #make(baselines: readonly string[]): void {
    this.#matrix = new BaselineMatrix(baselines);
    const { antennas, cells } = this.#matrix;
    this.#grid.style.setProperty("--antennas", String(antennas.length));
    const header = make("div", "row");
    header.setAttribute("role", "row");
    header.append(headerCell("", "columnheader"), ...antennas.map((antenna) => headerCell(antenna, "columnheader")));
    const rows = antennas.map((antenna, row) => {
      const line = make("div", "row");
      line.setAttribute("role", "row");
      const own = cells.filter((cell) => cell.row === row).map(cellElement);
      line.append(headerCell(antenna, "rowheader"), ...own);
      return line;
    });
    this.#grid.replaceChildren(header, ...rows);
    this.#cells = [...this.#grid.querySelectorAll<HTMLElement>("[role=gridcell]")];
    this.#canvas.fit();
    this.#baseline = "";
    this.#drawn = [];
  }

  /** The outermost antennas: mostly the longest baseline. */
  #chooseFirst(): void {
    const { antennas, cells } = this.#matrix;
    const found =
      cells[antennas.length - 1]?.baseline ?? cells.find(({ baseline }) => baseline !== undefined)?.baseline;
    if (found !== undefined) this.#onChoose(found);
  }

  #mark(baseline: string): void {
    this.#baseline = baseline;
    for (const [index, cell] of this.#cells.entries()) {
      cell.setAttribute("aria-selected", String(this.#matrix.cells[index]?.baseline === baseline));
    }
    const isChosen = this.#matrix.cells[this.#tabStop]?.baseline === baseline;
    const chosen = this.#matrix.cellOf(baseline);
    if (!isChosen && chosen !== undefined) this.#setTabStop(this.#matrix.cells.indexOf(chosen));
    else this.#setTabStop(this.#tabStop);
  }

  #setTabStop(index: number): void {
    this.#tabStop = index;
    for (const [at, cell] of this.#cells.entries()) cell.tabIndex = at === index ? 0 : -1;
  }

  #choose(index: number): void {
    const baseline = this.#matrix.cells[index]?.baseline;
    if (baseline === undefined) return;
    this.#setTabStop(index);
    this.#onChoose(baseline);
  }

  #onKey(event: KeyboardEvent): void {
    const from = this.#cells.findIndex((cell) => cell === document.activeElement);
    if (from === -1) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#choose(from);
      return;
    }
    const to = this.#matrix.move(from, event.key);
    if (to === undefined) return;
    event.preventDefault();
    this.#setTabStop(to);
    this.#cells[to]?.focus();
  }

  #drawAmplitudes({ baselines, points, values }: MessageOf<"thumbnails">, theme: Theme): void {
    const rowsOf = (isAuto: boolean): Float32Array => {
      const places = baselines.flatMap((baseline, place) => (isAutocorrelation(baseline) === isAuto ? [place] : []));
      return joinRows(values, points, places);
    };
    const [cross, auto] = [this.#crossRange.follow(rowsOf(false)), this.#autoRange.follow(rowsOf(true))];
    const { context } = this.#canvas;
    context.lineWidth = 1.2 * theme.scale;
    context.lineJoin = "round";
    this.#eachCell(baselines, points, values, (cell, row, box) => {
      const range = cell.kind === "autocorrelation" ? auto : cross;
      if (cell.kind === "phase" || range === undefined) return;
      context.strokeStyle = cell.kind === "autocorrelation" ? theme.muted : theme.accent;
      strokeRow(context, row, box, range);
    });
  }

  #drawPhases({ baselines, points, values }: MessageOf<"thumbnails">, theme: Theme): void {
    const { context } = this.#canvas;
    const side = Math.max(1, 1.5 * theme.scale);
    context.fillStyle = theme.accent;
    this.#eachCell(baselines, points, values, (cell, row, { left, top, width, height }) => {
      if (cell.kind !== "phase") return;
      const yOf = linearScale(-180, 180, top + height, top);
      for (const [point, value] of row.entries()) {
        if (Number.isNaN(value)) continue;
        const x = left + (width * point) / Math.max(1, points - 1);
        context.fillRect(x - side / 2, yOf(value) - side / 2, side, side);
      }
    });
  }

  #eachCell(
    baselines: readonly string[],
    points: number,
    values: Float32Array,
    draw: (cell: MatrixCell, row: Float32Array, box: Box) => void,
  ): void {
    const places = new Map(baselines.map((baseline, index) => [baseline, index]));
    const origin = this.#canvas.element.getBoundingClientRect();
    for (const [index, cell] of this.#matrix.cells.entries()) {
      const place = cell.baseline === undefined ? undefined : places.get(cell.baseline);
      const element = this.#cells[index];
      if (place === undefined || element === undefined) continue;
      const { left, top, width, height } = element.getBoundingClientRect();
      const inset = Math.min(6, width / 8);
      draw(cell, values.subarray(place * points, (place + 1) * points), {
        left: left - origin.left + inset,
        top: top - origin.top + inset,
        width: width - 2 * inset,
        height: height - 2 * inset,
      });
    }
  }
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function strokeRow(context: CanvasRenderingContext2D, row: Float32Array, box: Box, { min, max }: Range): void {
  const yOf = linearScale(min, max, box.top + box.height, box.top);
  context.beginPath();
  let isDrawing = false;
  for (const [point, value] of row.entries()) {
    if (Number.isNaN(value)) {
      isDrawing = false;
      continue;
    }
    const x = box.left + (box.width * point) / Math.max(1, row.length - 1);
    const y = yOf(Math.min(max, Math.max(min, value)));
    if (isDrawing) context.lineTo(x, y);
    else context.moveTo(x, y);
    isDrawing = true;
  }
  context.stroke();
}

function isAutocorrelation(baseline: string): boolean {
  const [first, second] = baseline.split("_");
  return first === second;
}

function joinRows(values: Float32Array, points: number, places: readonly number[]): Float32Array {
  const joined = new Float32Array(places.length * points);
  for (const [index, place] of places.entries()) {
    joined.set(values.subarray(place * points, (place + 1) * points), index * points);
  }
  return joined;
}

function headerCell(text: string, role: "columnheader" | "rowheader"): HTMLElement {
  const cell = make("div", "header", text);
  cell.setAttribute("role", role);
  return cell;
}

function cellElement({ baseline, kind }: MatrixCell): HTMLElement {
  const cell = make("div", `cell ${kind}`);
  cell.setAttribute("role", "gridcell");
  cell.tabIndex = -1;
  if (baseline === undefined) cell.setAttribute("aria-disabled", "true");
  else cell.setAttribute("aria-label", `${formatBaseline(baseline)}, ${kind}`);
  return cell;
}
