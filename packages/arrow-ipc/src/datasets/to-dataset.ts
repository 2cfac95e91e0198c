import type { Dataset } from "@dataqueues/arrays";
import type { ArrowTable } from "./arrow-table.ts";
import { keys } from "./metadata.ts";
import { readDataset } from "./read-dataset.ts";
import { readLongTable } from "./read-long-table.ts";
import type { ReadOptions } from "./read-values.ts";

/**
 * The Dataset in a table: of one row with a list for each variable, as {@link toColumns} makes it, or the one that
 * xarray itself exports for a DataArray.
 *
 * @throws FormatError for a table that is neither
 */
export function toDataset(table: ArrowTable, options: ReadOptions): Dataset {
  const read = table.metadata.has(keys.longTable) ? readLongTable : readDataset;
  return read(table, options);
}
