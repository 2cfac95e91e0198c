import { invalidArgument } from "@dataqueues/arrays";
import type { Copy, Dataset } from "@dataqueues/arrays";
import { isDatasetTable, isTable, readOptions, readRows, tableColumns, toDataset } from "@dataqueues/arrow-ipc";
import type { ArrowTableLike } from "@dataqueues/arrow-ipc";

/** How {@link fromTable} makes a Dataset. */
export interface FromTableOptions {
  /**
   * `auto`, the default: arrays are views of the Table's buffers. `always`: copies. `never`: an error where bytes are not
   * aligned, and for several batches; text, bools of an ordinary table, and values with nulls are converted nevertheless.
   */
  readonly copy?: Copy | undefined;
  /** The most bytes that text may take at numpy's fixed width: 64 MiB by default. */
  readonly maxTextBytes?: number | undefined;
  /** The most characters of the JSON that describes a Dataset: 4 Mi by default. */
  readonly maxDescriptionLength?: number | undefined;
  /**
   * The dimension of an ordinary table's rows: `index` by default, as pandas names it. A column of this name becomes the
   * coordinate along it, as after `set_index` in pandas.
   */
  readonly dim?: string | undefined;
}

/**
 * apache-arrow's Table as a Dataset. Numbers and times are views of the Table's buffers, text gets numpy's fixed width.
 *
 * - The Table of a Dataset, from {@link toTable}, or from an `xarray()` message that `arrow()` or apache-arrow itself has
 *   read, becomes that Dataset again; so does the table that xarray exports for a DataArray.
 * - Of any other Table, each column becomes a variable along the dimension `index`, as pandas' `to_xarray()` makes it,
 *   but without numbers for the rows. Nulls become NaN among floats, and NaT among times. Text in a dictionary, which
 *   pandas and polars call categories, becomes text.
 *
 * Several batches are copied into one. Any version of apache-arrow may have made the Table.
 *
 * @throws FormatError that names the column, and its type or what is wrong with it: for types that no variable has, for
 *   nulls among other values, for lists in an ordinary table, and for a Table that does not fit to its description;
 *   TypeError for an object that is not a Table, and for an option that makes no sense
 *
 * @example
 * ```ts
 * const table = tableFromArrays({ time: [0, 0.5], power: Float32Array.of(1.5, 2.5) });
 * const dataset = fromTable(table, { dim: "time" });
 * dataset.get("power").sel({ time: 0.5 }).data.at(); // 2.5
 * ```
 */
export function fromTable(table: ArrowTableLike, options: FromTableOptions = {}): Dataset {
  const read = readOptions(options);
  const { dim = "index" } = options;
  if (typeof dim !== "string") throw invalidArgument("dim", "a text", dim);
  if (!isTable(table)) throw invalidArgument("table", "apache-arrow's Table", table);
  const columns = tableColumns(table, read);
  return isDatasetTable(table) ? toDataset(columns, read) : readRows(columns, dim, read);
}
