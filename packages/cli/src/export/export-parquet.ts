import { ByteWriter, ParquetWriter } from "hyparquet-writer";

import { bytesCodec } from "../formats/named-codecs.ts";
import { headersToJson } from "../print/message-json.ts";
import { valueToJson } from "../print/value-json.ts";
import type { AddedRecord, ExportedRecord, Exporter } from "./exporter.ts";
import type { OutputFile } from "./output-file.ts";
import { parquetValue, textColumn } from "./parquet-value.ts";
import type { ParquetColumn, ParquetValue } from "./parquet-value.ts";

/** A row group is written once its values have so many bytes, or it has so many rows: it is in memory until then. */
const groupBytes = 4 << 20;
const groupRows = 50_000;

const optional = { repetition_type: "OPTIONAL" } as const;
const required = { repetition_type: "REQUIRED" } as const;
const utc = { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" } as const;

/** A row that waits to be written. */
interface Row {
  readonly record: readonly unknown[];
  /** Those of the value; undefined where it has none. */
  readonly cells: readonly unknown[] | undefined;
  readonly last: readonly unknown[];
}

/** What is known of a record beside its value. */
const recordColumns: readonly ParquetColumn[] = [
  { name: "topic", schema: [{ name: "topic", ...required, type: "BYTE_ARRAY", converted_type: "UTF8" }] },
  { name: "partition", schema: [{ name: "partition", ...required, type: "INT32" }] },
  { name: "offset", schema: [{ name: "offset", ...required, type: "INT64" }] },
  { name: "timestamp", schema: [{ name: "timestamp", ...required, type: "INT64", logical_type: utc }] },
  { name: "key", schema: [{ name: "key", ...optional, type: "BYTE_ARRAY" }] },
  textColumn("headers"),
  textColumn("encoding"),
];

/** Columns after those of the value. */
const lastColumns: readonly ParquetColumn[] = [textColumn("other_value"), textColumn("error")];

/**
 * Writes records as rows of a parquet file. The first value decides which columns the values have; a value that does not fit there
 * is in the column `other_value` as JSON.
 */
export class ParquetExporter implements Exporter {
  readonly remarks: readonly string[] = [];
  readonly #output: OutputFile;
  readonly #bytes: ByteWriter = new ByteWriter(1 << 20);
  #rows: Row[] = [];
  #pendingBytes = 0;
  #first: Pick<ParquetValue, "kind" | "columns"> | undefined;
  #writer: ParquetWriter | undefined;

  constructor(output: OutputFile) {
    this.#output = output;
  }

  async add({ message, value, codec, error }: ExportedRecord): Promise<AddedRecord> {
    const { topic, partition, offset, timestamp, key, headers } = message;
    const isValue = error === undefined && codec !== bytesCodec.name;
    const typed = message.value !== null && isValue ? (parquetValue(value) ?? jsonValue(value)) : undefined;
    this.#first ??= typed;
    const cells = typed?.kind === this.#first?.kind ? typed?.cells : undefined;
    const isOther = message.value !== null && cells === undefined;
    this.#rows.push({
      record: [
        topic,
        partition,
        offset,
        BigInt(timestamp),
        // The key is a view of all that was fetched with it.
        key && new Uint8Array(key),
        headers.length === 0 ? null : headersToJson(headers),
        codec,
      ],
      cells,
      last: [isOther ? valueToJson(value) : undefined, error],
    });
    this.#pendingBytes += message.value?.length ?? 0;
    if (this.#pendingBytes >= groupBytes || this.#rows.length >= groupRows) await this.#writeRows();
    return { isAdded: true };
  }

  async finish(): Promise<void> {
    await this.#writeRows();
    void this.#writer?.finish();
    await this.#flush();
  }

  async #writeRows(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    this.#pendingBytes = 0;
    this.#first ??= { kind: "json", columns: [textColumn("value")] };
    const valueColumns = this.#first.columns;
    const columns = [...recordColumns, ...valueColumns, ...lastColumns];
    const cells = rows.map(({ record, cells: values, last }) => [
      ...record,
      ...(values ?? valueColumns.map(() => undefined)),
      ...last,
    ]);
    this.#writer ??= new ParquetWriter({
      writer: this.#bytes,
      schema: [{ name: "root", num_children: columns.length }, ...columns.flatMap(({ schema }) => schema)],
      createdBy: "dataqueues",
    });
    void this.#writer.write({
      columnData: columns.map(({ name, schema }, index) => ({
        name,
        data: cells.map((row) => row[index]),
        // Measured values hardly ever come twice, and seldom get smaller: to look for that is what takes longest.
        ...(schema.length > 1 ? { encoding: "PLAIN", codec: "UNCOMPRESSED", statistics: false } : {}),
        offsetIndex: false,
      })),
      rowGroupSize: groupRows,
    });
    await this.#flush();
  }

  async #flush(): Promise<void> {
    await this.#output.write(this.#bytes.getBytes());
    this.#bytes.index = 0;
  }
}

function jsonValue(value: unknown): ParquetValue {
  return { kind: "json", columns: [textColumn("value")], cells: [valueToJson(value)] };
}
