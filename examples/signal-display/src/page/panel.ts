import type { ToPage } from "../display-messages.ts";
import type { DisplayState } from "./display-state.ts";
import type { Theme } from "./theme.ts";

/** What makes a panel draw again: a message, another view, or the clock, once a second. */
export type Occasion = ToPage["type"] | "view" | "clock";

/** A part of the page that shows something of the state. */
export interface Panel {
  readonly occasions: readonly Occasion[];
  draw(state: DisplayState): void;
  /** The size or the colours have changed; `draw` follows. */
  restyle(theme: Theme): void;
}
