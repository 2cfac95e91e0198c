import type { DisplayState } from "./display-state.ts";
import { formatDuration } from "./format.ts";
import { make, setText } from "./page-elements.ts";

/** Older values than these are marked with their age. */
const oldMs = 5000;

/** How a panel tells the age of what it shows. */
interface AgeOptions {
  /** Values that come seldom are old only when nothing can come any more. */
  readonly isSeldom?: boolean | undefined;
}

/** Says in a panel when it has nothing to show, or how old it is; greys it when the connection is lost. */
export class PanelState {
  readonly #panel: HTMLElement;
  readonly #empty: HTMLElement;
  readonly #age: HTMLElement;

  constructor(panel: HTMLElement) {
    this.#panel = panel;
    this.#empty = make("p", "empty");
    this.#age = make("span", "age");
    this.#empty.hidden = this.#age.hidden = true;
    panel.append(this.#empty);
    panel.querySelector("h2")?.after(this.#age);
  }

  /**
   * @param time - when the newest values were measured, ms since 1970; undefined if there are none
   * @param nothing - what to say then
   */
  show(
    { connection, pausedAt }: DisplayState,
    time: number | undefined,
    nothing: string,
    { isSeldom = false }: AgeOptions = {},
  ): void {
    const age = time === undefined ? 0 : Date.now() - time;
    const isLost = connection.state === "lost" || connection.state === "refused";
    this.#panel.classList.toggle("stale", isLost);
    this.#panel.classList.toggle("without-data", time === undefined);
    this.#empty.hidden = time !== undefined;
    setText(this.#empty, nothing);
    const isPaused = pausedAt !== undefined && connection.state === "connected";
    this.#age.hidden = age < oldMs || isPaused || (isSeldom && !isLost);
    setText(this.#age, `${formatDuration(age)} old`);
  }
}
