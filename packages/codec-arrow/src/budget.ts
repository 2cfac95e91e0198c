import { formatError } from "./format-error.ts";

/** What a message may cost beside the memory of its bytes. */
export interface Limits {
  readonly maxArrays: number;
  readonly maxExpandedBytes: number;
}

/** What a value costs that has no bytes in the message, such as a null of a column without a type. */
export const valueWithoutBytes = 64;

/** What an array or value in memory costs at least. */
export const valueInMemory = 8;

/** The most characters that apache-arrow may compare, which compares the name of each column with all before it. */
const maxComparedCharacters = 2 ** 33;

/** Counts what a small message stands for, so that it cannot stand for gigabytes or for minutes. */
export class Budget {
  readonly #limits: Limits;
  #arrays = 0;
  #expandedBytes: number;
  #characters = 0;

  /** Bytes that are in the message anyway are not counted again: `messageLength` of them. */
  constructor(limits: Limits, messageLength: number) {
    this.#limits = limits;
    this.#expandedBytes = -messageLength;
  }

  takeArray(): void {
    const { maxArrays } = this.#limits;
    this.#arrays += 1;
    if (this.#arrays > maxArrays) {
      throw formatError("limit", `the table has more than ${maxArrays} arrays in its batches; maxArrays allows more`);
    }
  }

  /** Counts memory that the message does not hold, but that it takes to read it. */
  takeBytes(bytes: number, path?: string): void {
    const { maxExpandedBytes } = this.#limits;
    this.#expandedBytes += bytes;
    if (this.#expandedBytes <= maxExpandedBytes) return;
    const what = path === undefined ? "the table" : `column '${path}'`;
    const message = `${what} stands for more than ${maxExpandedBytes} bytes beyond those of the message`;
    throw formatError("limit", `${message}; maxExpandedBytes allows more`, path === undefined ? {} : { path });
  }

  takeComparisons(characters: number): void {
    this.#characters += characters;
    if (this.#characters > maxComparedCharacters) {
      throw formatError("limit", "the columns have too many and too long names");
    }
  }
}
