import { MapRow, StructRow, Vector } from "apache-arrow";
import type { Field, Table } from "apache-arrow";

/** What is in a table, as `arrow_tables.py` tells it, too. */
export interface TableContents {
  readonly metadata: readonly (readonly [key: string, value: string])[];
  readonly rows: number;
  readonly columns: readonly ColumnContents[];
}

interface ColumnContents {
  readonly name: string;
  readonly nullable: boolean;
  readonly metadata: TableContents["metadata"];
  readonly values: readonly unknown[];
}

/** Tells what is in a table: the values that `get` gives, one after the other. */
export function tellTable(table: Table): TableContents {
  return {
    metadata: tellMetadata(table.schema),
    rows: table.numRows,
    columns: table.schema.fields.map((field, index) => ({
      name: field.name,
      nullable: field.nullable,
      metadata: tellMetadata(field),
      values: Array.from({ length: table.numRows }, (_, row) => tellValue(table.getChildAt(index)?.get(row))),
    })),
  };
}

function tellMetadata({ metadata }: Pick<Field, "metadata">): [string, string][] {
  return [...metadata].toSorted(([one], [other]) => (one < other ? -1 : 1));
}

/** A value in JSON: bytes, decimals and intervals in hex, a bigint with `n`, structs and maps as pairs. */
export function tellValue(value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  }
  // Structs and maps give a pair for each entry.
  if (Array.isArray(value) || value instanceof Vector || value instanceof MapRow || value instanceof StructRow) {
    return Array.from<unknown, unknown>(value, tellValue);
  }
  throw new TypeError("this is no value of Arrow");
}
