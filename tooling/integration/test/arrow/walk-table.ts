import type { Dataset } from "@dataqueues/arrays";
import { arrow, fromTable } from "@dataqueues/codec-arrow";
import { tableFromIPC, tableToIPC } from "apache-arrow";
import type { Table } from "apache-arrow";

import { tellTable } from "./tell-values.ts";

/**
 * Uses a table in the ways that its users do: rows, columns, single values, text, slices, and the table written again.
 *
 * @throws Error if something does not work, or if the table that was written is another one.
 */
export function walkTable(table: Table): void {
  for (const row of table) JSON.stringify(row?.toJSON(), withoutBigInts);
  for (const { name } of table.schema.fields) {
    const column = table.getChild(name);
    column?.toArray();
    column?.toJSON();
    String(column);
  }
  String(table);
  table.toArray();
  const contents = tellColumns(table);
  const again = tellColumns(tableFromIPC(tableToIPC(table)));
  if (again !== contents) throw new Error("what was accepted changes");
  walkSlice(table.slice(1));
}

/** A slice arrives as it was sent. */
function walkSlice(slice: Table): void {
  if (slice.schema.names.includes("")) return;
  const arrived = tellColumns(arrow().decode(arrow().encode(slice)));
  if (arrived !== tellColumns(slice)) throw new Error("a slice changes on its way");
}

/** The Dataset of a table has all its values. */
export function walkDataset(table: Table): Dataset {
  const dataset = fromTable(table);
  for (const { data } of [...Object.values(dataset.coords), ...Object.values(dataset.dataVars)]) {
    if (Array.from(data).length !== data.size) throw new Error("a value is missing");
  }
  String(dataset);
  return dataset;
}

/** The values. Names that are empty are not written by apache-arrow, and read as null, also in structs. */
function tellColumns(table: Table): string {
  return JSON.stringify(tellTable(table).columns.map(({ values }) => values)).replaceAll('["",', "[null,");
}

function withoutBigInts(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
