import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What the process of viewers is told. */
export interface ViewersOptions {
  readonly port: number;
  readonly topics: readonly string[];
  readonly viewers: number;
  /** Whether a viewer that reads nothing and one that asks as fast as it can are among them. */
  readonly bad: boolean;
  readonly warmUpMs: number;
  readonly measuredMs: number;
}

/** What viewers found in the time that counts. */
export interface ViewersResult {
  readonly seconds: number;
  /** What came to all viewers together. */
  readonly megabytesPerSecond: number;
  /** The records of the viewer that got the fewest. */
  readonly fewestRecords: number;
  readonly gaps: number;
  /** Of what viewers got, in milliseconds: median, 95 %, longest. */
  readonly ages: readonly [number, number, number];
  readonly hostileAnswersPerSecond: number;
}

/** Runs viewers in a process of their own. `onMeasuring` is called when the time that counts begins. */
export async function runViewers(options: ViewersOptions, onMeasuring: () => void): Promise<ViewersResult> {
  const script = join(import.meta.dirname, "viewers-main.ts");
  const child = spawn(process.execPath, ["--conditions=@dataqueues/source", script, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: options.warmUpMs + options.measuredMs + 60_000,
  });
  let result: ViewersResult | undefined;
  for await (const line of createInterface(child.stdout)) {
    if (line === "measuring") onMeasuring();
    else result = JSON.parse(line);
  }
  if (result === undefined) throw new Error("the process of viewers ended without a result");
  return result;
}
