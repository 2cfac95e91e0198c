import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { buffer, text } from "node:stream/consumers";

import { python } from "./python.ts";

/** The folder of the scripts that are given by name. */
export const scripts: string = join(import.meta.dirname, "..", "scripts");

/** Options of a run. */
export interface RunOptions {
  /** The standard input of the script; empty by default. */
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** Milliseconds until the script is killed and the call rejects; two minutes by default. */
  readonly timeoutMs?: number;
}

/**
 * Runs a Python script to its end and resolves with its standard output as text.
 *
 * @param script a file of `scripts/` by name, or an absolute path.
 * @throws Error if the script fails, with its standard error, or if it takes too long.
 */
export async function runPython(
  script: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<string> {
  return new TextDecoder().decode(await runPythonForBytes(script, args, options));
}

/** Like `runPython`, but resolves with bytes. */
export async function runPythonForBytes(
  script: string,
  args: readonly string[] = [],
  { input = "", signal, timeoutMs = 120_000 }: RunOptions = {},
): Promise<Uint8Array> {
  const interpreter = await python();
  const timeout = AbortSignal.timeout(timeoutMs);
  const child = spawn(interpreter, [resolve(scripts, script), ...args], {
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    killSignal: "SIGKILL",
  });
  // Only the exit code matters if a script ends without reading all of its input.
  child.stdin.on("error", () => undefined).end(input);
  const ended = new Promise<string>((settle, reject) => {
    child.once("error", reject);
    child.once("close", (code, killedBy) => settle(`${killedBy ?? code}`));
  });
  const [how, output, errors] = await Promise.all([ended, buffer(child.stdout), text(child.stderr)]).catch(
    (cause: unknown) => {
      signal?.throwIfAborted();
      const what = timeout.aborted ? `took longer than ${timeoutMs} ms` : "could not be run";
      throw new Error(`${script} ${what}`, { cause });
    },
  );
  if (how !== "0") throw new Error(`${script} ended with ${how}:\n${errors}`);
  return output;
}
