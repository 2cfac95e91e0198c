import type { ArrowTable } from "../datasets/arrow-table.ts";
import { formatError } from "../datasets/format-error.ts";
import { keys } from "../datasets/metadata.ts";
import type { ReadOptions } from "../datasets/read-values.ts";
import type { ArrowTableLike } from "./arrow-table-like.ts";
import { concatArrays } from "./concat-arrays.ts";
import { countOf, listOf, membersOf, textMapOf } from "./members.ts";
import { DataReader } from "./read-data.ts";
import { readTableField } from "./table-field.ts";

/**
 * The columns of apache-arrow's `Table`, as views of its buffers. Several batches are copied into one. Large and view
 * types are read as the plain ones, and text in a dictionary as the text.
 *
 * @throws TypeError that names the member of an object that is not a Table; FormatError for a type that no variable has,
 *   for buffers that are too short for what the table says, and for several batches if `copy` is "never"
 */
export function tableColumns(table: ArrowTableLike, { copy, maxTextBytes }: ReadOptions): ArrowTable {
  const { schema, batches } = membersOf("table", table);
  const fields = listOf("table.schema.fields", membersOf("table.schema", schema)["fields"]).map((field, index) =>
    readTableField(`table.schema.fields[${index}]`, field),
  );
  const parts = listOf("table.batches", batches).map((batch, index) => {
    const path = `table.batches[${index}].data`;
    const data = membersOf(path, membersOf(`table.batches[${index}]`, batch)["data"]);
    const rows = countOf(`${path}.length`, data["length"]);
    return { path: `${path}.children`, rows, children: listOf(`${path}.children`, data["children"]) };
  });
  if (copy === "never" && parts.length > 1) {
    throw formatError("copy", `the table has ${parts.length} batches, which are put together, and copying is off`);
  }
  const reader = new DataReader(maxTextBytes);
  const columns = fields.map((field, column) => {
    const arrays = parts.map(({ path, rows, children }) => {
      const array = reader.read(field, `${path}[${column}]`, children[column]);
      if (array.length === rows) return array;
      throw formatError("size-mismatch", `column '${field.name}' has ${array.length} values in ${rows} rows`);
    });
    return concatArrays(field, arrays);
  });
  return { metadata: readMetadata(table), rows: parts.reduce((total, { rows }) => total + rows, 0), columns };
}

/** Whether a table has the description of a Dataset or DataArray in its metadata, so that `toDataset` reads it. */
export function isDatasetTable(table: ArrowTableLike): boolean {
  return readMetadata(table).has(keys.description);
}

function readMetadata(table: ArrowTableLike): ReadonlyMap<string, string> {
  const { schema } = membersOf("table", table);
  return textMapOf("table.schema.metadata", membersOf("table.schema", schema)["metadata"]);
}
