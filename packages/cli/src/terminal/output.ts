import type { Writable } from "node:stream";
import { styleText } from "node:util";

/** A stream of Node with what a terminal's stream has more. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
};

/** The names of colours and styles, as Node has them. */
export type Style = Extract<Parameters<typeof styleText>[0], string>;

/** How an output is used. */
export interface OutputOptions {
  /** Whether nothing fails when it cannot be written, as for progress and remarks: false by default. */
  readonly isOptional?: boolean | undefined;
  /** Called once, when the output was closed by its reader or cannot be written. */
  readonly onEnd?: ((reason: Error) => void) | undefined;
}

/** Whoever read the output has gone, as `head` goes after its lines. There is nobody to tell, and nothing has failed. */
export class OutputClosed extends Error {
  override readonly name: string = "OutputClosed";

  constructor(cause?: unknown) {
    super("the output was closed by its reader", { cause });
  }
}

/** One of a program's two outputs: text for a person, or for another program. */
export class Output {
  readonly #stream: OutputStream;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #isOptional: boolean;
  #end: Error | undefined;
  #waiting: (() => void)[] = [];

  constructor(
    stream: OutputStream,
    env: Readonly<Record<string, string | undefined>>,
    { isOptional = false, onEnd }: OutputOptions = {},
  ) {
    this.#stream = stream;
    this.#env = env;
    this.#isOptional = isOptional;
    const end = (reason: Error): void => {
      if (this.#end === undefined) {
        this.#end = reason;
        onEnd?.(reason);
      }
      this.#release();
    };
    // Without a listener an error of the stream would end the process.
    stream.on("error", (error: NodeJS.ErrnoException) => end(error.code === "EPIPE" ? new OutputClosed(error) : error));
    stream.on("close", () => end(new OutputClosed()));
    stream.on("drain", () => this.#release());
  }

  /** Whether a person looks at it. */
  get isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  /** The width in characters, as it is now: without a limit where no terminal is. */
  get columns(): number {
    return this.isTerminal ? this.#stream.columns || 80 : Infinity;
  }

  /** The height in lines, as it is now: without a limit where no terminal is. */
  get rows(): number {
    return this.isTerminal ? this.#stream.rows || 24 : Infinity;
  }

  /** Colours are for terminals, unless `NO_COLOR` is set (https://no-color.org). */
  get hasColours(): boolean {
    const { NO_COLOR, TERM } = this.#env;
    return this.isTerminal && !NO_COLOR && TERM !== "dumb";
  }

  /** The text in a colour or style, where there are colours; else as it is. */
  style(style: Style, text: string): string {
    return this.hasColours ? styleText(style, text, { validateStream: false }) : text;
  }

  /**
   * Writes, and waits while the reader is slower.
   *
   * @throws OutputClosed when the reader has gone, or the stream's error, unless the output is optional
   */
  async write(text: string | Uint8Array): Promise<void> {
    if (this.#end === undefined && !this.#stream.write(text)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (this.#end !== undefined && !this.#isOptional) throw this.#end;
  }

  /** Waits until all that was written has left the process. Never rejects. */
  async flush(): Promise<void> {
    if (this.#end !== undefined || this.#stream.writableLength === 0) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      this.#stream.write("", () => resolve());
    });
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
