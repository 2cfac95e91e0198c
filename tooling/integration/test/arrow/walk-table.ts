import { Dataset, FormatError } from "@dataqueues/arrays";
import { arrow, fromTable } from "@dataqueues/codec-arrow";
import { tableFromIPC, tableToIPC } from "apache-arrow";
import type { Table } from "apache-arrow";

import { tellTable } from "./tell-values.ts";

/**
 * Uses a table in the ways that its users do: rows, columns, single values, text, slices, the table written again and as a
 * Dataset.
 *
 * @throws Error if something does not work, or if the table that was written is another one.
 */
export function walkTable(table: Table): void {
  for (const row of table) allowUnsafe(() => JSON.stringify(row?.toJSON(), withoutBigInts));
  for (const { name } of table.schema.fields) {
    const column = table.getChild(name);
    allowUnsafe(() => column?.toArray());
    allowUnsafe(() => column?.toJSON());
    allowUnsafe(() => String(column));
  }
  allowUnsafe(() => String(table));
  allowUnsafe(() => table.toArray());
  const contents = allowUnsafe(() => tellColumns(table));
  const again = allowUnsafe(() => tellColumns(tableFromIPC(tableToIPC(table))));
  if (again !== contents) throw new Error("what was accepted changes");
  walkSlice(table.slice(1));
  walkDataset(table);
}

/** A slice arrives as it was sent. */
function walkSlice(slice: Table): void {
  if (slice.schema.names.includes("")) return;
  const arrived = allowUnsafe(() => tellColumns(arrow().decode(arrow().encode(slice))));
  if (arrived !== allowUnsafe(() => tellColumns(slice))) throw new Error("a slice changes on its way");
}

/** The Dataset of a table has all its values, or there is a `FormatError`. */
function walkDataset(table: Table): void {
  try {
    const { coords, dataVars } = fromTable(table);
    for (const { data } of [...Object.values(coords), ...Object.values(dataVars)]) {
      if (Array.from(data).length !== data.size) throw new Error("a value is missing");
    }
    String(new Dataset({ coords, dataVars }));
  } catch (error) {
    if (!(error instanceof FormatError) || error.code === "") throw error;
  }
}

/** apache-arrow gives no timestamp that is not a safe integer of milliseconds: that is a legal value, and an error of `get`. */
function allowUnsafe<Value>(use: () => Value): Value | undefined {
  try {
    return use();
  } catch (error) {
    if (error instanceof TypeError && error.message.endsWith("is not safe to convert to a number.")) return undefined;
    throw error;
  }
}

/** The values. Names that are empty are not written by apache-arrow, and read as null, also in structs. */
function tellColumns(table: Table): string {
  return JSON.stringify(tellTable(table).columns.map(({ values }) => values)).replaceAll('["",', "[null,");
}

function withoutBigInts(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
