import { mkdir, readFile, writeFile } from "node:fs/promises";
import { arch, cpus, loadavg, platform, release, totalmem } from "node:os";
import { join } from "node:path";

import type { NemesisResult } from "./nemesis.ts";

const directory = join(import.meta.dirname, "..", "results");

/** The last run of a nemesis, one line of `results/runs.jsonl`. */
export interface Run {
  readonly result: NemesisResult;
  readonly form: string;
  readonly seed: number;
  readonly minutes: number;
  readonly date: string;
  readonly node: string;
  readonly machine: string;
  /** The load average of the last five minutes: how many processes wanted a core. Other programs may run meanwhile. */
  readonly load?: number;
}

/** Describes a run that has just ended. */
export function runOf(result: NemesisResult, form: string, seed: number, startedAt: number): Run {
  return {
    result,
    form,
    seed,
    minutes: Number(((performance.now() - startedAt) / 60_000).toFixed(1)),
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    load: Number(loadavg()[1]?.toFixed(1)),
    machine: `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${release()} ${arch()}`,
  };
}

/** Reads a file of results that has one JSON value per line; none when there is no file yet. */
export async function readResults<T>(name: string): Promise<T[]> {
  const text = await readFile(join(directory, name), "utf8").catch(() => "");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): T => JSON.parse(line));
}

/**
 * Puts a value into such a file, in the place of the one with the same key. The lines are sorted by key, so that a new
 * run changes one line.
 */
export async function keepResult<T>(name: string, value: T, keyOf: (value: T) => string): Promise<T[]> {
  const others = (await readResults<T>(name)).filter((other) => keyOf(other) !== keyOf(value));
  const all = [...others, value].toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  await writeResult(name, all.map((each) => `${JSON.stringify(each)}\n`).join(""));
  return all;
}

/** Writes a file into the results. */
export async function writeResult(name: string, text: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, name), text);
}
