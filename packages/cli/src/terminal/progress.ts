import type { Output } from "./output.ts";

/** How far long work is. */
export interface Progress {
  readonly records: number;
  readonly bytes: number;
  /** From 0 to 1, where the end is known. */
  readonly part?: number | undefined;
}

/** A line about long work that a person watches; nothing where no terminal is. */
export class ProgressLine {
  readonly #output: Output;
  readonly #verb: string;

  /** @param verb - what is being done: `sent`, `recorded` */
  constructor(output: Output, verb: string) {
    this.#output = output;
    this.#verb = verb;
  }

  /** Shows where the work is; more often than ten times a second has no effect. */
  update(progress: Progress): void {
    if (this.#output.isTerminal) void this.#output.write(`\r${this.#verb} ${progress.records}`);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#output.isTerminal) void this.#output.write("\r");
  }
}
