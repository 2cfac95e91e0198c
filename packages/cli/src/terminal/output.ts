import { once } from "node:events";
import type { Writable } from "node:stream";
import { styleText } from "node:util";

/** A stream of Node with what a terminal's stream has more. */
export type OutputStream = Writable & { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined };

/** The names of colours and styles, as Node has them. */
export type Style = Extract<Parameters<typeof styleText>[0], string>;

/** One of a program's two outputs: text for a person, or for another program. */
export class Output {
  readonly #stream: OutputStream;
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(stream: OutputStream, env: Readonly<Record<string, string | undefined>>) {
    this.#stream = stream;
    this.#env = env;
  }

  /** Whether a person looks at it. */
  get isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  /** The width in characters: without a limit where no terminal is. */
  get columns(): number {
    return this.isTerminal ? (this.#stream.columns ?? 80) : Infinity;
  }

  /** Colours are for terminals, unless `NO_COLOR` is set (https://no-color.org). */
  get hasColours(): boolean {
    const { NO_COLOR, TERM } = this.#env;
    return this.isTerminal && !NO_COLOR && TERM !== "dumb";
  }

  style(style: Style, text: string): string {
    return this.hasColours ? styleText(style, text, { validateStream: false }) : text;
  }

  /** Writes, and waits while the reader is slower. */
  async write(text: string | Uint8Array): Promise<void> {
    if (!this.#stream.write(text)) await once(this.#stream, "drain");
  }
}
