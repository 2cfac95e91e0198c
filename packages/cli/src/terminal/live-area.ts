import stringWidth from "string-width";

import { fit } from "../print/fit.ts";
import type { Output } from "./output.ts";

/**
 * Lines that are drawn again in the same place, for what a person watches. Where no terminal is, they follow each other.
 *
 * @example
 * ```ts
 * const area = new LiveArea(terminal.stdout);
 * await area.update(["topic  rate", "gains  12.3 k/s"]);
 * await area.end();
 * ```
 */
export class LiveArea {
  readonly #output: Output;
  /** The widths of the lines that are above the cursor. */
  #drawn: readonly number[] = [];

  constructor(output: Output) {
    this.#output = output;
  }

  /** Draws lines in the place of those before. What is wider or higher than the terminal is cut. */
  async update(lines: readonly string[]): Promise<void> {
    const { isTerminal, columns, rows } = this.#output;
    if (!isTerminal) {
      await this.#output.write(lines.map((line) => `${line}\n`).join(""));
      return;
    }
    // The cursor is below the last line, and cannot go back above the first one of the screen.
    const shown =
      lines.length < rows ? lines : [...lines.slice(0, rows - 2), `… ${lines.length - rows + 2} more lines`];
    const fitted = shown.map((line) => fit(line, columns));
    // Where the terminal has become narrower meanwhile, lines have become several.
    const height = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    const up = height === 0 ? "" : `\x1b[${Math.min(height, rows - 1)}A`;
    this.#drawn = fitted.map((line) => stringWidth(line));
    await this.#output.write(`${up}\r${fitted.map((line) => `${line}\x1b[K\n`).join("")}\x1b[J`);
  }

  /** Leaves the last lines where they are; what is written next comes below. */
  end(): void {
    this.#drawn = [];
  }
}
