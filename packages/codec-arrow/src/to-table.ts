import { invalidArgument } from "@dataqueues/arrays";
import type { DataArray, Dataset } from "@dataqueues/arrays";
import { asDataset, readOptions, toColumns } from "@dataqueues/arrow-ipc";
import type { DatasetColumn } from "@dataqueues/arrow-ipc";
import { Field, List, makeData, RecordBatch, Schema, Struct, Table } from "apache-arrow";
import type { Data } from "apache-arrow";
import { valuesData } from "./values-data.ts";

/** The limits of {@link toTable}, the same as those of `xarray()`, so that what it makes can be sent. */
export interface ToTableOptions {
  /** The most bytes that text may take at numpy's fixed width: 64 MiB by default. */
  readonly maxTextBytes?: number | undefined;
  /** The most characters of the JSON that describes the Dataset: 4 Mi by default. */
  readonly maxDescriptionLength?: number | undefined;
}

/**
 * A Dataset as apache-arrow's Table, the same as in the messages of `xarray()`: one row, with a list for each variable,
 * and the description of the Dataset in the schema's metadata. Numbers, booleans and datetimes are views of the Dataset's
 * memory; text is converted. A DataArray becomes the Table of a Dataset with that one variable.
 *
 * {@link fromTable} makes the Dataset of it again, and `xarray().encode(table)` its message.
 *
 * @throws TypeError for a dtype, a name or an attribute that has no form in the table, for a Dataset over the limits, and
 *   for an option that makes no sense
 *
 * @example
 * ```ts
 * const dataset = new Dataset({ dataVars: { power: ["channel", new Float32Array([1.5, 2.5])] } });
 * const table = toTable(dataset);
 * table.getChild("power")?.get(0)?.toArray(); // Float32Array [1.5, 2.5], in the Dataset's memory
 * ```
 */
export function toTable(value: Dataset | DataArray, options: ToTableOptions = {}): Table {
  const limits = readOptions(options);
  const dataset = asDataset(value);
  if (dataset === undefined) throw invalidArgument("dataset", "a Dataset or a DataArray", value);
  const { columns, metadata } = toColumns(dataset, limits);
  const lists = columns.map((column) => ({ name: column.name, data: listData(column) }));
  const schema = new Schema(
    lists.map(({ name, data }) => new Field(name, data.type, false)),
    new Map(metadata),
  );
  const children = lists.map(({ data }) => data);
  const row = makeData({ type: new Struct(schema.fields), length: 1, nullCount: 0, children });
  return new Table(schema, new RecordBatch(schema, row));
}

/** One list of all values of a variable. */
function listData(column: DatasetColumn): Data<List> {
  const child = valuesData(column);
  const type = new List(new Field("item", child.type, false));
  return makeData({ type, length: 1, nullCount: 0, valueOffsets: Int32Array.of(0, column.length), child });
}
