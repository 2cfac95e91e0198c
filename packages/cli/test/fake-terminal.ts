import { PassThrough, Readable, Writable } from "node:stream";
import type { Transport } from "@dataqueues/core";

import { Output } from "../src/terminal/output.ts";
import type { Terminal } from "../src/terminal/terminal.ts";

/** What a test gives a command. */
export interface FakeTerminalOptions {
  readonly transport?: Transport;
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** The width of a terminal that a person looks at; without it the outputs are pipes. */
  readonly columns?: number;
}

/** A terminal in memory, with what was written to it. */
export interface FakeTerminal extends Terminal {
  out(): string;
  outBytes(): Uint8Array;
  err(): string;
}

/** A terminal that keeps what commands write. */
export function fakeTerminal(options: FakeTerminalOptions = {}): FakeTerminal {
  const { transport, stdin, env = {}, signal = new AbortController().signal, columns } = options;
  const out: Uint8Array[] = [];
  const err: Uint8Array[] = [];
  const output = (chunks: Uint8Array[]): Output => {
    const stream = new Writable({
      write(chunk: Uint8Array, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
    return new Output(columns === undefined ? stream : Object.assign(stream, { isTTY: true, columns }), env);
  };
  return {
    stdin:
      stdin === undefined ? Object.assign(new PassThrough(), { isTTY: true }) : Readable.from([Buffer.from(stdin)]),
    stdout: output(out),
    stderr: output(err),
    env,
    signal,
    transport,
    out: () => Buffer.concat(out).toString(),
    outBytes: () => Buffer.concat(out),
    err: () => Buffer.concat(err).toString(),
  };
}
