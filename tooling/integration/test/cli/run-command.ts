import { PassThrough, Readable, Writable } from "node:stream";
import { Output, run } from "@dataqueues/cli";
import type { Terminal } from "@dataqueues/cli";

/** What a command is given. */
export interface CommandOptions extends Partial<Pick<Terminal, "env" | "transport">> {
  /** What is piped in; without it there is a pipe that says nothing. */
  readonly stdin?: string | Uint8Array;
}

/** What a command left behind. */
export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly outBytes: Uint8Array;
  readonly err: string;
}

/** Runs the command `dataqueues` in this process. */
export async function runCommand(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const { stdin = "", env = {}, transport } = options;
  const written = { out: [] as Uint8Array[], err: [] as Uint8Array[] };
  const output = (chunks: Uint8Array[]): Output =>
    new Output(
      new Writable({
        write(chunk: Uint8Array, _encoding, done) {
          chunks.push(chunk);
          done();
        },
      }),
      env,
    );
  const code = await run(args, {
    stdin: stdin.length === 0 ? new PassThrough().end() : Readable.from([Buffer.from(stdin)]),
    stdout: output(written.out),
    stderr: output(written.err),
    env,
    signal: new AbortController().signal,
    transport,
  });
  const outBytes = Buffer.concat(written.out);
  return { code, out: outBytes.toString(), outBytes, err: Buffer.concat(written.err).toString() };
}
