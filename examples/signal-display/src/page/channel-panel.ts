import type { Range } from "./steady-range.ts";
import { ChannelPlot } from "./channel-plot.ts";
import type { ChannelPlotOptions } from "./channel-plot.ts";
import type { Channels, DisplayState } from "./display-state.ts";
import { frequencyOf } from "./frequency-cursor.ts";
import type { FrequencyCursor } from "./frequency-cursor.ts";
import { formatBaseline, formatFixed } from "./format.ts";
import { make, setText } from "./page-elements.ts";
import type { Occasion, Panel } from "./panel.ts";
import { PanelState } from "./panel-state.ts";
import { polarisationStyle } from "./theme.ts";
import type { Theme } from "./theme.ts";

/** What makes a panel the one of spectra, amplitudes or phases. */
export interface ChannelPanelOptions extends Pick<ChannelPlotOptions, "label" | "marks" | "ticks"> {
  readonly type: Channels["type"];
  /** The panel in the page, with a `.plot` and a `.values` in it. */
  readonly panel: HTMLElement;
  readonly unit: string;
  readonly decimals: number;
  /** Whether values in the title have boxes with names and marks: the key for the panels below. */
  readonly isKey: boolean;
  /** The vertical axis for values. */
  readonly rangeOf: (values: Float32Array) => Range | undefined;
}

/** A panel with a plot of channels, and the values at the cursor in its title. */
export class ChannelPanel implements Panel {
  readonly occasions: readonly Occasion[];
  readonly #options: ChannelPanelOptions;
  readonly #cursor: FrequencyCursor;
  readonly #state: PanelState;
  readonly #box: HTMLElement;
  readonly #title: HTMLElement;
  /** Names the baseline that is shown, where there is one. */
  readonly #baseline: HTMLElement | null;
  #theme: Theme | undefined;
  #plot: ChannelPlot | undefined;
  #shown: Channels | undefined;

  constructor(options: ChannelPanelOptions, cursor: FrequencyCursor) {
    this.occasions = [options.type, "view", "clock", "connection"];
    this.#options = options;
    this.#cursor = cursor;
    const { panel } = options;
    this.#state = new PanelState(panel);
    this.#box = panel.querySelector<HTMLElement>(".plot") ?? panel;
    this.#title = panel.querySelector<HTMLElement>(".values") ?? panel;
    this.#baseline = panel.querySelector(".baseline");
    cursor.onMove(() => this.#showCursor());
    this.#box.addEventListener("keydown", (event) => this.#onKey(event));
  }

  restyle(theme: Theme): void {
    this.#theme = theme;
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#shown = undefined;
  }

  draw(state: DisplayState): void {
    const channels = state.channels(this.#options.type);
    this.#state.show(state, channels?.time, `No ${this.#options.type} yet`);
    if (this.#baseline !== null) setText(this.#baseline, formatBaseline(state.view.baseline));
    if (channels === this.#shown || this.#theme === undefined) return;
    this.#shown = channels;
    const range = channels === undefined ? undefined : this.#options.rangeOf(channels.values);
    if (channels === undefined || range === undefined) {
      this.#plot?.destroy();
      this.#plot = undefined;
      this.#showValues();
      return;
    }
    if (this.#plot?.fits(channels) !== true) {
      this.#plot?.destroy();
      this.#plot = this.#newPlot(channels, range, this.#theme);
    }
    this.#plot.show(channels, range, this.#cursor.channelOn(channels.axis));
    this.#showValues();
  }

  #newPlot(channels: Channels, range: Range, theme: Theme): ChannelPlot {
    const { label, marks, ticks } = this.#options;
    const onChannel = (channel: number): void => {
      if (this.#shown !== undefined) this.#cursor.moveTo(channel, this.#shown.axis);
    };
    return new ChannelPlot(this.#box, { theme, label, marks, ticks, onChannel }, channels, range);
  }

  #showCursor(): void {
    if (this.#shown === undefined) return;
    this.#plot?.moveCursor(this.#cursor.channelOn(this.#shown.axis));
    this.#showValues();
  }

  /** Writes frequency and values at the cursor into the title, and says them for those who do not see it. */
  #showValues(): void {
    const { decimals, unit, isKey } = this.#options;
    const polarisations = this.#shown?.polarisations ?? [];
    const wanted = polarisations.length + (isKey ? 0 : 2);
    if (this.#title.childElementCount !== wanted || this.#title.dataset["of"] !== polarisations.join()) {
      this.#makeValues(polarisations);
    }
    if (this.#shown === undefined) return;
    const { axis, values } = this.#shown;
    const channel = this.#cursor.channelOn(axis);
    const frequency = `${formatFixed(frequencyOf(channel, axis) / 1e6, 1)} MHz`;
    const said = polarisations.map((name, row) => {
      const text = formatFixed(values[row * axis.count + channel], decimals);
      const field = this.#title.querySelector(`[data-row="${row}"]`);
      if (field !== null) setText(field, text);
      return `${name} ${text}`;
    });
    const field = this.#title.querySelector(".frequency");
    if (field !== null) setText(field, frequency);
    if (this.#box.tabIndex === 0) {
      this.#box.setAttribute("aria-valuemax", String(axis.count - 1));
      this.#box.setAttribute("aria-valuenow", String(channel));
      this.#box.setAttribute("aria-valuetext", `${frequency}: ${said.join(", ")} ${unit}`);
    }
  }

  #makeValues(polarisations: readonly string[]): void {
    const { unit, isKey } = this.#options;
    this.#title.dataset["of"] = polarisations.join();
    const fields = polarisations.map((name, row) => {
      const value = make("span", "value");
      value.dataset["row"] = String(row);
      value.classList.add(`polarisation-${name.toLowerCase()}`);
      if (!isKey) return value;
      const key = make("span", "key");
      key.append(markOf(this.#theme, name, row), make("span", "name", name), value);
      return key;
    });
    const around = polarisations.length === 0 || isKey ? [] : [make("span", "frequency"), make("span", "unit", unit)];
    this.#title.replaceChildren(...around.slice(0, 1), ...fields, ...around.slice(1));
  }

  #onKey(event: KeyboardEvent): void {
    if (this.#shown === undefined || this.#box.tabIndex !== 0) return;
    const { axis } = this.#shown;
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
      PageDown: -32,
      PageUp: 32,
      Home: -axis.count,
      End: axis.count,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.#cursor.moveTo(this.#cursor.channelOn(axis) + step, axis);
  }
}

/** A piece of a polarisation's line, for the key. */
function markOf(theme: Theme | undefined, name: string, row: number): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 18 4");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("mark", `polarisation-${name.toLowerCase()}`);
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", "M0 2H18");
  if (theme !== undefined) line.setAttribute("stroke-dasharray", polarisationStyle(theme, name, row).dash.join(" "));
  svg.append(line);
  return svg;
}
