import { DataArray, Dataset, NdArray, RecordArray, isTypedArray } from "@dataqueues/arrays";
import { printHeader } from "@dataqueues/codec-npy";

import type { AddedRecord, ExportedRecord, Exporter } from "./exporter.ts";
import { NpzColumn } from "./npz-column.ts";
import { NpzKeys } from "./npz-keys.ts";
import type { OutputFile } from "./output-file.ts";
import { ZipWriter } from "./zip-writer.ts";

/** What an npz file has of one topic. */
interface TopicColumns {
  readonly prefix: string;
  readonly columns: Map<string, NpzColumn>;
  readonly keys: NpzKeys;
  rows: number;
}

/** The members that describe the records, with their dtypes. */
const recordColumns = [
  ["offset", "<i8"],
  ["partition", "<i4"],
  ["timestamp", "<M8[ms]"],
] as const;

/**
 * Writes the arrays of topics into one npz file, which `numpy.load` reads. The arrays wait in files until all records are there,
 * because an array's shape stands before its items.
 */
export class NpzExporter implements Exporter {
  readonly #output: OutputFile;
  readonly #topics: ReadonlyMap<string, TopicColumns>;
  #columns = 0;
  #tombstones = 0;
  #hasDatasets = false;

  constructor(output: OutputFile, topics: readonly string[]) {
    this.#output = output;
    this.#topics = new Map(
      topics.map((topic, index) => {
        const prefix = topics.length > 1 ? `${topic}/` : "";
        return [topic, { prefix, columns: new Map(), keys: new NpzKeys(output.folder, index), rows: 0 }];
      }),
    );
  }

  get remarks(): readonly string[] {
    const tombstones = this.#tombstones === 1 ? "1 tombstone has" : `${this.#tombstones} tombstones have`;
    return [
      ...(this.#tombstones > 0 ? [`${tombstones} no value and ${this.#tombstones === 1 ? "is" : "are"} left out`] : []),
      ...(this.#hasDatasets
        ? ["npz keeps the variables of Datasets, not their dims and attrs: --to jsonl has them"]
        : []),
    ];
  }

  async add({ message, value, error }: ExportedRecord): Promise<AddedRecord> {
    if (error !== undefined) return { isAdded: false, reason: error };
    if (value === null && message.value === null) {
      this.#tombstones += 1;
      return { isAdded: false };
    }
    const arrays = arraysOf(value);
    if (arrays === undefined)
      return { isAdded: false, reason: "npz takes arrays, numbers and Datasets: use --to jsonl or --to parquet" };
    const topic = this.#topics.get(message.topic);
    if (topic === undefined) return { isAdded: false, reason: `topic ${message.topic} was not asked for` };
    this.#hasDatasets ||= value instanceof Dataset || value instanceof DataArray;
    const row = topic.rows++;
    await topic.keys.add(message.key);
    const { offset, partition, timestamp } = message;
    const described = { offset, partition, timestamp: BigInt(timestamp) };
    for (const [name, dtype] of recordColumns) arrays.set(name, NdArray.fromItems(dtype, [], [described[name]]));
    for (const [name, array] of arrays) {
      const column = topic.columns.get(name) ?? new NpzColumn(this.#output.folder, this.#columns++);
      topic.columns.set(name, column);
      await column.add(row, array);
    }
    return { isAdded: true };
  }

  async finish(): Promise<void> {
    const zip = new ZipWriter((bytes) => this.#output.write(bytes));
    for (const { prefix, columns, keys, rows } of this.#topics.values()) {
      for (const [name, column] of columns) await column.write(zip, prefix + name, rows);
      if (rows === 0) {
        for (const [name, dtype] of recordColumns) await zip.add(`${prefix}${name}.npy`, emptyColumn(dtype));
      }
      await keys.write(zip, prefix);
    }
    await zip.end();
  }
}

function emptyColumn(dtype: string): Uint8Array[] {
  return [printHeader(dtype, [0])];
}

/** The arrays of a value by their names in the file; undefined for a value that is none. */
function arraysOf(value: unknown): Map<string, NdArray | RecordArray> | undefined {
  if (value instanceof NdArray || value instanceof RecordArray) return new Map([["values", value]]);
  if (typeof value === "number" || typeof value === "boolean") return new Map([["values", NdArray.from(value)]]);
  if (isTypedArray(value) && !(value instanceof Uint8Array)) return new Map([["values", NdArray.from(value)]]);
  if (value instanceof Dataset) {
    const variables = [...Object.entries(value.dataVars), ...Object.entries(value.coords)];
    return new Map(variables.map(([name, { data }]) => [`values/${name}`, data]));
  }
  if (!(value instanceof DataArray)) return undefined;
  const coords = Object.entries(value.coords).map(([name, { data }]) => [`values/${name}`, data] as const);
  return new Map([["values", value.variable.data], ...coords]);
}
