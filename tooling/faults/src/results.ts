import { mkdir, readFile, writeFile } from "node:fs/promises";
import { arch, cpus, loadavg, platform, release, totalmem } from "node:os";
import { join } from "node:path";

import type { FaultRow } from "./fault.ts";

const directory = join(import.meta.dirname, "..", "results");

/** How a row of the report came about. */
export interface Run {
  readonly row: FaultRow;
  readonly form: string;
  readonly seed: number;
  readonly minutes: number;
  readonly date: string;
  readonly node: string;
  readonly machine: string;
  /** How many processes wanted a core, on average over the last five minutes: others may work on the machine too. */
  readonly load?: number;
}

/** What a fault that was run just now leaves in the results. */
export function runOf(row: FaultRow, form: string, seed: number, startedAt: number): Run {
  return {
    row,
    form,
    seed,
    minutes: Number(((performance.now() - startedAt) / 60_000).toFixed(1)),
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    load: Number(loadavg()[1]?.toFixed(1)),
    machine: `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${release()} ${arch()}`,
  };
}

/** Keeps a fault's last run, so that the report can be made of runs of single faults. */
export async function keepRun(run: Run): Promise<void> {
  await mkdir(join(directory, "runs"), { recursive: true });
  await writeFile(join(directory, "runs", `${run.row.fault}.json`), `${JSON.stringify(run, undefined, 2)}\n`);
}

/** The last run of a fault, if there was one. */
export async function lastRun(fault: string): Promise<Run | undefined> {
  const text = await readFile(join(directory, "runs", `${fault}.json`), "utf8").catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Writes a file into the results, beside the report. */
export async function writeResult(name: string, text: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, name), text);
}
