// Decodes damaged tables and uses them, in a process of its own with a small heap: `node hostile-bytes.ts SEED MUTANTS_OF_EACH`.
import { readFileSync } from "node:fs";
import { FormatError } from "@dataqueues/arrays";
import { arrow } from "@dataqueues/codec-arrow";
import { xarray } from "@dataqueues/codec-xarray";
import { PythonCounterpart } from "@dataqueues/tooling-python";
import { CompressionType, compressionRegistry, Table } from "apache-arrow";
import { decompressFrameSync } from "lz4-napi";

import { Mutants } from "../mutants.ts";
import type { Range } from "../mutants.ts";
import { walkDataset, walkTable } from "./walk-table.ts";

const [seed = 0, mutants = 0] = process.argv.slice(2).map(Number);
const mutations = new Mutants(seed);
compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: (bytes) => decompressFrameSync(Buffer.from(bytes)) });

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

/** The code of the error of `use`; undefined if it does its work. */
function codeOf(use: () => void): string | undefined {
  try {
    use();
    return undefined;
  } catch (error) {
    if (error instanceof FormatError && error.code !== "") return error.code;
    throw error;
  }
}

/** The code of the error of `decode`, or undefined: then the table can be used, and is a Dataset or refused as one. */
function decodeTable(bytes: Uint8Array): string | undefined {
  let table = new Table();
  const code = codeOf(() => {
    table = arrow().decode(bytes);
  });
  if (code !== undefined) return code;
  walkTable(table);
  codeOf(() => walkDataset(table));
  return undefined;
}

/** The code of the error of a Dataset's message, or undefined: then `xarray()` reads the same in it, and writes the same. */
function decodeDataset(bytes: Uint8Array): string | undefined {
  return codeOf(() => {
    // xarray() takes any time.
    const table = arrow({ times: "any" }).decode(bytes);
    const dataset = walkDataset(table);
    if (!table.schema.metadata.has("xarray")) return;
    const written = xarray().encode(table);
    if (Buffer.compare(written, xarray().encode(dataset)) !== 0) throw new Error("the Table is written in another way");
    codeOf(() => {
      if (!xarray().decode(bytes).identical(dataset)) throw new Error("xarray() reads something else");
    });
  });
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

const codes: Record<string, number> = {};
const counts = { truncations: 0, mutants: 0, valid: 0, slowestMs: 0, slowest: "" };

/** Tries truncations of a message, and mutants: half of them changed anywhere, half in the flatbuffers. */
function attack(name: string, bytes: Uint8Array, decode: (bytes: Uint8Array) => string | undefined): void {
  const attempt = (damaged: Uint8Array): string | undefined => {
    const start = process.cpuUsage();
    try {
      return decode(damaged);
    } catch (cause) {
      throw new Error(`${name}: ${Buffer.from(damaged).toString("base64")}`, { cause });
    } finally {
      const { user, system } = process.cpuUsage(start);
      const ms = (user + system) / 1000;
      if (ms > counts.slowestMs) Object.assign(counts, { slowestMs: ms, slowest: name });
    }
  };
  const ranges = flatbuffers(bytes);
  // A stream that is cut between two messages, or before the eight bytes of its end, is one without an end.
  const starts = new Set(bytes[0] === 0xff ? [...ranges.map(([start]) => start), bytes.length - 8] : []);
  const step = Math.max(1, bytes.length >> 11);
  for (let length = 0; length < bytes.length; length += step) {
    counts.truncations++;
    if (attempt(bytes.slice(0, length)) !== undefined || starts.has(length)) continue;
    throw new Error(`${length} bytes of ${name} suffice`);
  }
  for (let count = 0; count < mutants; count++) {
    counts.mutants++;
    const range = (count % 2 === 0 ? ranges[mutations.below(ranges.length)] : undefined) ?? [0, bytes.length];
    const code = attempt(mutations.mutate(bytes, range));
    if (code === undefined) counts.valid++;
    else codes[code] = (codes[code] ?? 0) + 1;
  }
}

const python = await PythonCounterpart.start("arrow_counterpart.py");
for (const [table, form] of tables) {
  const { bytes } = await python.request({ ask: "make", table, form });
  attack(`${table} ${form}`, bytes, decodeTable);
}
await python.close();

const vectors = new URL("../../../../packages/codec-xarray/test/vectors/", import.meta.url);
const manifest: { vectors: { file: string }[] } = JSON.parse(readFileSync(new URL("manifest.json", vectors), "utf8"));
for (const { file } of manifest.vectors) {
  attack(file, new Uint8Array(readFileSync(new URL(file, vectors))), decodeDataset);
}
process.stdout.write(JSON.stringify({ ...counts, codes }));
