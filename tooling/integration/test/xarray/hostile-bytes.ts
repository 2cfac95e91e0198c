// Decodes damaged vectors, in a process of its own with a small heap: `node hostile-bytes.ts SEED MUTANTS_OF_EACH`.
import { readFileSync } from "node:fs";
import { Dataset, FormatError } from "@dataqueues/arrays";
import type { DataArray } from "@dataqueues/arrays";
import { xarray } from "@dataqueues/codec-xarray";
import { xarrayDict } from "@dataqueues/codec-xarray-dict";
import { Mutants } from "../mutants.ts";
import type { Range } from "../mutants.ts";
import { repeatColumn } from "./repeat-column.ts";

interface SyncCodec {
  readonly name: string;
  encode(value: Dataset | DataArray): Uint8Array;
  decode(bytes: Uint8Array): Dataset;
}

const [seed = 0, mutants = 0] = process.argv.slice(2).map(Number);

/** The code of the error of `decode`; undefined if it gives a Dataset. */
function outcome(codec: SyncCodec, bytes: Uint8Array): string | undefined {
  let dataset: Dataset;
  try {
    dataset = codec.decode(bytes);
  } catch (error) {
    if (!(error instanceof FormatError) || error.code === "") throw error;
    return error.code;
  }
  if (!(dataset instanceof Dataset)) throw new Error("decode gave something else than a Dataset");
  assertWhole(codec, dataset);
  return undefined;
}

/** An accepted Dataset must be usable: all values are there, all text is valid, and it can be encoded again. */
function assertWhole(codec: SyncCodec, dataset: Dataset): void {
  for (const { dims, shape, data } of [...Object.values(dataset.coords), ...Object.values(dataset.dataVars)]) {
    if (Array.from(data).length !== data.size) throw new Error("a value is missing");
    if (dims.some((dim, axis) => dataset.sizes[dim] !== shape[axis])) throw new Error("the sizes disagree");
  }
  String(dataset);
  if (!codec.decode(codec.encode(dataset)).identical(dataset)) throw new Error("what was accepted changes");
}

const mutations = new Mutants(seed);

/** The ranges of the flatbuffers in an Arrow stream, without the JSON in the middle of the first. */
function flatbuffers(bytes: Uint8Array): Range[] {
  const view = new DataView(bytes.buffer);
  const schemaEnd = 8 + view.getInt32(4, true);
  const batchEnd = schemaEnd + 8 + view.getInt32(schemaEnd + 4, true);
  return [
    [8, Math.min(400, schemaEnd)],
    [Math.max(8, schemaEnd - 600), schemaEnd],
    [schemaEnd + 8, batchEnd],
  ];
}

/** Tries every truncation, and mutants: half of them changed anywhere, half in the `delicate` ranges. */
function attack(codec: SyncCodec, directory: string, delicate: (bytes: Uint8Array) => Range[]): object {
  const vectors = new URL(`../../../../packages/${directory}/test/vectors/`, import.meta.url);
  const manifest: { vectors: { file: string }[] } = JSON.parse(readFileSync(new URL("manifest.json", vectors), "utf8"));
  const codes: Record<string, number> = {};
  const counts = { truncations: 0, mutants: 0, valid: 0, slowestMs: 0 };
  for (const { file } of manifest.vectors) {
    const bytes = new Uint8Array(readFileSync(new URL(file, vectors)));
    for (let length = 0; length < bytes.length; length++) {
      counts.truncations++;
      if (outcome(codec, bytes.subarray(0, length)) === undefined)
        throw new Error(`${length} bytes of ${file} suffice`);
    }
    const ranges = delicate(bytes);
    for (let count = 0; count < mutants; count++) {
      counts.mutants++;
      const range = (count % 2 === 0 ? ranges[mutations.below(ranges.length)] : undefined) ?? [0, bytes.length];
      const start = process.cpuUsage();
      const code = outcome(codec, mutations.mutate(bytes, range));
      const { user, system } = process.cpuUsage(start);
      counts.slowestMs = Math.max(counts.slowestMs, (user + system) / 1000);
      if (code === undefined) counts.valid++;
      else codes[code] = (codes[code] ?? 0) + 1;
    }
  }
  return { ...counts, codes };
}

const oneColumn = xarray().encode(new Dataset({ dataVars: { v: ["x", [1, 2]] } }));
const results = {
  // 10 MB.
  columnRepeated: outcome(xarray(), repeatColumn(oneColumn, 2_500_000)),
  xarray: attack(xarray(), "codec-xarray", flatbuffers),
  // All lengths are in the first bytes of a vector or between its arrays.
  xarrayDict: attack(xarrayDict(), "codec-xarray-dict", (bytes) => [[0, Math.min(200, bytes.length)]]),
};
process.stdout.write(JSON.stringify(results));
