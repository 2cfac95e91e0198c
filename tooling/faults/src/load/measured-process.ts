import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

import type { Said, Sample } from "./sample.ts";

/** What a process took while it ran, and what it had to say at its end. */
export interface Measured {
  readonly samples: readonly Sample[];
  readonly result: Readonly<Record<string, number>>;
  /** How long it went on after it had told its result, when everything was closed and nothing was left to do. */
  readonly endedAfterMs: number;
}

/**
 * Runs a program of this directory in a process of its own, with a heap of its own, and takes its samples.
 *
 * @throws Error when it fails, or does not end by itself within the time
 */
export async function measuredProcess(program: string, argument: unknown, withinMs: number): Promise<Measured> {
  const options = ["--conditions=@dataqueues/source", "--expose-gc", "--unhandled-rejections=strict"];
  const child = spawn(process.execPath, [...options, join(import.meta.dirname, program), JSON.stringify(argument)], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: withinMs,
  });
  const exited = once(child, "exit");
  const samples: Sample[] = [];
  let result: Measured["result"] | undefined;
  let toldAt = 0;
  for await (const line of createInterface(child.stdout)) {
    const said: Said = JSON.parse(line);
    if ("sample" in said) samples.push(said.sample);
    else {
      ({ result } = said);
      toldAt = performance.now();
    }
  }
  const [code, signal] = await exited;
  if (code !== 0 || result === undefined)
    throw new Error(`${program} ended with ${code ?? signal} within ${withinMs} ms`);
  return { samples, result, endedAfterMs: performance.now() - toldAt };
}
