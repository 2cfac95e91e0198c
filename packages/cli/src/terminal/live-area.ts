import type { Output } from "./output.ts";

/** Lines at the bottom of a terminal that are drawn again in place. */
export class LiveArea {
  readonly #output: Output;
  #lines = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Draws these lines in the place of the last ones. */
  async update(lines: readonly string[]): Promise<void> {
    const back = this.#lines === 0 ? "" : `\x1b[${this.#lines}A`;
    this.#lines = lines.length;
    await this.#output.write(`${back}\x1b[J${lines.map((line) => `${line}\n`).join("")}`);
  }

  /** Leaves the last lines where they are. */
  end(): void {
    this.#lines = 0;
  }
}
