import { setMaxListeners } from "node:events";

import { exitCodes } from "./exit-codes.ts";
import { errorLine } from "./print/error-line.ts";
import { run } from "./run.ts";
import { Output, OutputClosed } from "./terminal/output.ts";

/** How long a process may take to end by itself once its command is done; sockets that are being closed need a moment. */
const endTimeoutMs = 2_000;

/** Runs the command that this process was started with, and ends the process with its exit code. */
export async function runProcess(): Promise<void> {
  // As many requests as there are topics may wait for one signal; Node 20 takes more than ten for a leak, and says so.
  setMaxListeners(0);
  const stop = new AbortController();
  const stdout = new Output(process.stdout, process.env, {
    onEnd: (reason) => {
      if (reason instanceof OutputClosed) stop.abort(reason);
    },
  });
  const stderr = new Output(process.stderr, process.env, { isOptional: true });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      // The second time somebody is in a hurry.
      if (stop.signal.aborted) process.exit(exitCodes.interrupted);
      stop.abort(new DOMException(`interrupted by ${signal}`, "AbortError"));
    });
  }
  // A mistake of ours, or of a codec's module, that no command caught.
  process.on("uncaughtException", (error) => {
    process.stderr.write(`dataqueues: ${errorLine(error)}\n`);
    if (process.argv.includes("--verbose")) process.stderr.write(`${error.stack}\n`);
    process.exit(exitCodes.failed);
  });
  const code = await run(process.argv.slice(2), {
    // Node opens it on first use, which takes time.
    get stdin() {
      return process.stdin;
    },
    stdout,
    stderr,
    env: process.env,
    signal: stop.signal,
  });
  await Promise.all([stdout.flush(), stderr.flush()]);
  process.exitCode = code;
  setTimeout(() => process.exit(code), endTimeoutMs).unref();
}
