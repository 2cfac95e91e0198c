import type { View } from "../display-messages.ts";
import type { DisplayState } from "./display-state.ts";
import { formatCount, formatFixed } from "./format.ts";
import { byId, make, setText } from "./page-elements.ts";
import type { Occasion, Panel } from "./panel.ts";
import { withoutWindow, withShown } from "./window-choice.ts";

/** Partitions that high-resolution windows may be on. */
const highResolution = [1, 2, 3, 4, 5];

interface Chip {
  readonly window: number;
  readonly group: HTMLElement;
  readonly show: HTMLButtonElement;
  readonly close: HTMLButtonElement | undefined;
}

/**
 * A toolbar that opens, shows and closes windows. One tab stop: left and right move, Enter shows a window and opens it before,
 * Delete closes it.
 */
export class WindowsChooser implements Panel {
  readonly occasions: readonly Occasion[] = ["view", "spectrum"];
  readonly #bar: HTMLElement = byId("windows", HTMLElement);
  readonly #resolution: HTMLElement = byId("resolution", HTMLElement);
  readonly #onView: (view: View) => void;
  readonly #chips: readonly Chip[];
  #view: View | undefined;

  constructor(onView: (view: View) => void) {
    this.#onView = onView;
    this.#chips = [0, ...highResolution].map((window) => this.#newChip(window));
    this.#bar.append(...this.#chips.map(({ group }) => group));
    this.#bar.addEventListener("keydown", (event) => this.#onKey(event));
    const [first] = this.#chips;
    if (first !== undefined) first.show.tabIndex = 0;
  }

  restyle(): void {
    // Buttons are styled by the style sheet.
  }

  draw(state: DisplayState): void {
    this.#view = state.view;
    for (const { window, group, show, close } of this.#chips) {
      const isOpen = state.view.windows.includes(window);
      const isShown = state.view.shown === window;
      group.classList.toggle("open", isOpen);
      group.classList.toggle("shown", isShown);
      show.setAttribute("aria-pressed", String(isShown));
      show.title = isShown ? "shown" : isOpen ? "open; click to show" : "closed; click to open and show";
      if (close !== undefined) close.hidden = !isOpen;
    }
    const axis = state.channels("spectrum")?.axis;
    const width = axis === undefined ? undefined : (axis.lastHz - axis.firstHz) / Math.max(1, axis.count - 1) / 1e3;
    setText(this.#resolution, axis === undefined ? "" : `${formatCount(axis.count)} × ${formatFixed(width, 1)} kHz`);
  }

  #newChip(window: number): Chip {
    const group = make("span", "chip");
    const show = make("button", "show", window === 0 ? "averaged" : String(window));
    show.type = "button";
    show.tabIndex = -1;
    show.setAttribute("aria-label", window === 0 ? "Averaged stream" : `Window ${window}`);
    show.addEventListener("click", () => this.#change((view) => withShown(view, window)));
    group.append(show);
    if (window === 0) return { window, group, show, close: undefined };
    const close = make("button", "close", "×");
    close.type = "button";
    close.tabIndex = -1;
    close.setAttribute("aria-label", `Close window ${window}`);
    close.addEventListener("click", () => this.#change((view) => withoutWindow(view, window)));
    group.append(close);
    return { window, group, show, close };
  }

  #change(change: (view: View) => View): void {
    if (this.#view !== undefined) this.#onView(change(this.#view));
  }

  #onKey(event: KeyboardEvent): void {
    const at = this.#chips.findIndex(({ show }) => show === document.activeElement);
    const chip = this.#chips[at];
    if (chip === undefined) return;
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.#change((view) => withoutWindow(view, chip.window));
      return;
    }
    const steps: Readonly<Record<string, number>> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: Infinity };
    const wanted = steps[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    const to = this.#chips[Math.min(this.#chips.length - 1, Math.max(0, wanted))];
    if (to === undefined) return;
    chip.show.tabIndex = -1;
    to.show.tabIndex = 0;
    to.show.focus();
  }
}
