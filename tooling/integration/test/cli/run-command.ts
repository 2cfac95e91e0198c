import { PassThrough, Readable, Writable } from "node:stream";
import { Output, run } from "@dataqueues/cli";
import type { Terminal } from "@dataqueues/cli";

/** What a command left behind. */
export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command `dataqueues` in this process; without `stdin` it stands at the end of a pipe that says nothing. */
export async function runCommand(args: readonly string[], stdin: string | Uint8Array = ""): Promise<CommandResult> {
  const written = { out: "", err: "" };
  const output = (name: "out" | "err"): Output =>
    new Output(
      new Writable({
        write(chunk: Uint8Array, _encoding, done) {
          written[name] += String(chunk);
          done();
        },
      }),
      {},
    );
  const terminal: Terminal = {
    stdin: stdin.length === 0 ? new PassThrough().end() : Readable.from([Buffer.from(stdin)]),
    stdout: output("out"),
    stderr: output("err"),
    env: {},
    signal: new AbortController().signal,
  };
  const code = await run(args, terminal);
  return { code, ...written };
}
