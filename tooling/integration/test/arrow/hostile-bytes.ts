// Decodes damaged tables and uses them, in a process of its own with a small heap: `node hostile-bytes.ts SEED MUTANTS_OF_EACH`.
import { FormatError } from "@dataqueues/arrays";
import { arrow } from "@dataqueues/codec-arrow";
import { PythonCounterpart } from "@dataqueues/tooling-python";
import type { Table } from "apache-arrow";

import { Mutants } from "../mutants.ts";
import type { Range } from "../mutants.ts";
import { walkTable } from "./walk-table.ts";

const [seed = 0, mutants = 0] = process.argv.slice(2).map(Number);
const mutations = new Mutants(seed);

/** Each is used in full, so they are small; random tables have all types in all places. */
const tables: readonly (readonly [table: string | number, form: string])[] = [
  ...["every-type", "metadata", "delta-dictionaries", "duckdb"].flatMap((name): [string, string][] => [
    [name, "stream"],
    [name, "file"],
  ]),
  ["replaced-dictionaries", "stream"],
  ["", "polars stream"],
  ["", "polars file"],
  ["", "feather"],
  ...Array.from({ length: 30 }, (_, table): [number, string] => [seed + table, table % 2 === 0 ? "stream" : "file"]),
];

/** The code of the error of `decode`; undefined if it gives a table, which then can be used. */
function outcome(bytes: Uint8Array): string | undefined {
  let table: Table;
  try {
    table = arrow().decode(bytes);
  } catch (error) {
    if (!(error instanceof FormatError) || error.code === "") throw error;
    return error.code;
  }
  walkTable(table);
  return undefined;
}

/** The same, with the bytes in the error if something else is thrown, or if it takes long. */
function attempt(name: string, bytes: Uint8Array): string | undefined {
  const start = process.cpuUsage();
  try {
    return outcome(bytes);
  } catch (cause) {
    throw new Error(`${name}: ${Buffer.from(bytes).toString("base64")}`, { cause });
  } finally {
    const { user, system } = process.cpuUsage(start);
    const ms = (user + system) / 1000;
    if (ms > counts.slowestMs) Object.assign(counts, { slowestMs: ms, slowest: name });
  }
}

/** The ranges of the flatbuffers: each follows a continuation and its length. The last one of a file is its footer. */
function flatbuffers(bytes: Uint8Array): Range[] {
  const view = new DataView(bytes.buffer);
  const ranges: Range[] = [];
  for (let at = 0; at + 8 < bytes.length; at += 8) {
    const length = view.getInt32(at + 4, true);
    if (view.getUint32(at, true) !== 0xffffffff || length <= 0 || at + 8 + length > bytes.length) continue;
    ranges.push([at, at + 8 + length]);
  }
  if (bytes[0] === 0xff) return ranges;
  const end = bytes.length - 10;
  return [...ranges, [end - view.getInt32(end, true), bytes.length]];
}

const python = await PythonCounterpart.start("arrow_counterpart.py");
const codes: Record<string, number> = {};
const counts = { truncations: 0, mutants: 0, valid: 0, slowestMs: 0, slowest: "" };
for (const [table, form] of tables) {
  const name = `${table} ${form}`;
  const { bytes } = await python.request({ ask: "make", table, form });
  const ranges = flatbuffers(bytes);
  // A stream that is cut between two messages, or before the eight bytes of its end, is one without an end.
  const starts = new Set(form.includes("stream") ? [...ranges.map(([start]) => start), bytes.length - 8] : []);
  const step = Math.max(1, bytes.length >> 11);
  for (let length = 0; length < bytes.length; length += step) {
    counts.truncations++;
    if (attempt(name, bytes.slice(0, length)) !== undefined || starts.has(length)) continue;
    throw new Error(`${length} bytes of ${name} suffice`);
  }
  for (let count = 0; count < mutants; count++) {
    counts.mutants++;
    const range = (count % 2 === 0 ? ranges[mutations.below(ranges.length)] : undefined) ?? [0, bytes.length];
    const code = attempt(name, mutations.mutate(bytes, range));
    if (code === undefined) counts.valid++;
    else codes[code] = (codes[code] ?? 0) + 1;
  }
}
await python.close();
process.stdout.write(JSON.stringify({ ...counts, codes }));
