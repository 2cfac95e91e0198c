import { NaT, NdArray, RecordArray, descrToDtype } from "@dataqueues/arrays";
import type { Item, ScalarDType } from "@dataqueues/arrays";
import type { SchemaElement } from "hyparquet-writer";

/** A column of a parquet file: its schema, the column itself first and then what is in it. */
export interface ParquetColumn {
  readonly name: string;
  readonly schema: readonly SchemaElement[];
}

/** A value as cells of a parquet file. */
export interface ParquetValue {
  /** The same for values that fit into the same columns. */
  readonly kind: string;
  readonly columns: readonly ParquetColumn[];
  /** One for each column. */
  readonly cells: readonly unknown[];
}

/** A column of text, or of JSON: polars and DuckDB take what is marked as JSON for bytes. */
export function textColumn(name: string): ParquetColumn {
  return { name, schema: [{ name, ...optional, type: "BYTE_ARRAY", converted_type: "UTF8" }] };
}

/** The columns and cells for a value; undefined for one that has no form but JSON. */
export function parquetValue(value: unknown): ParquetValue | undefined {
  if (typeof value === "string") return { kind: "text", columns: [textColumn("value")], cells: [value] };
  if (typeof value === "number") return single("number", "DOUBLE", value);
  if (typeof value === "boolean") return single("boolean", "BOOLEAN", value);
  if (value instanceof NdArray) {
    const list = listOf("value", value);
    return list && withShape(`array of ${list.kind}`, value, [list]);
  }
  if (!(value instanceof RecordArray)) return undefined;
  const lists = value.names.map((name) => {
    const field = value.field(name);
    return field instanceof NdArray ? listOf(`value_${name}`, field) : undefined;
  });
  if (!lists.every((list) => list !== undefined)) return undefined;
  return withShape(`rows of ${JSON.stringify(lists.map(({ name, kind }) => [name, kind]))}`, value, lists);
}

const optional = { repetition_type: "OPTIONAL" } as const;

function single(kind: string, type: "DOUBLE" | "BOOLEAN", value: number | boolean): ParquetValue {
  return { kind, columns: [{ name: "value", schema: [{ name: "value", ...optional, type }] }], cells: [value] };
}

/** Lists beside the dtype and the shape that make them an array again. */
function withShape(kind: string, { dtype, shape }: NdArray | RecordArray, lists: readonly ParquetList[]): ParquetValue {
  const printed = typeof dtype === "string" ? dtype : JSON.stringify(dtype);
  return {
    kind,
    columns: [...lists, textColumn("dtype"), { name: "shape", schema: listSchema("shape", { type: "INT64" }) }],
    cells: [...lists.map(({ items }) => items), printed, shape.map(BigInt)],
  };
}

interface ParquetList extends ParquetColumn {
  readonly kind: string;
  readonly items: readonly unknown[];
}

type ItemElement = Omit<SchemaElement, "name" | "repetition_type">;

function listOf(name: string, array: NdArray): ParquetList | undefined {
  const dtype = descrToDtype(array.dtype);
  if (dtype.kind === "struct") return undefined;
  const element = elementOf(dtype);
  if (element === undefined) return undefined;
  return { name, schema: listSchema(name, element), kind: JSON.stringify(element), items: itemsOf(array, dtype) };
}

function listSchema(name: string, element: ItemElement): SchemaElement[] {
  return [
    { name, ...optional, converted_type: "LIST", num_children: 1 },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", ...optional, ...element },
  ];
}

/** Parquet's units of time by numpy's. */
const timeUnits = { "[ms]": "MILLIS", "[us]": "MICROS", "[ns]": "NANOS" } as const;

/** The parquet type that holds the items of a dtype; complex numbers are two of them each. */
function elementOf({ kind, itemsize, unit }: ScalarDType): ItemElement | undefined {
  switch (kind) {
    case "b":
      return { type: "BOOLEAN" };
    case "f":
      return { type: itemsize === 8 ? "DOUBLE" : "FLOAT" };
    case "c":
      return { type: itemsize === 16 ? "DOUBLE" : "FLOAT" };
    case "i":
      return itemsize === 8 ? { type: "INT64" } : { type: "INT32" };
    case "u":
      if (itemsize === 8) return { type: "INT64", converted_type: "UINT_64" };
      return itemsize === 4 ? { type: "INT64" } : { type: "INT32" };
    case "M": {
      const parquetUnit = Object.entries(timeUnits).find(([name]) => name === unit)?.[1];
      if (parquetUnit === undefined) return { type: "INT64" };
      return { type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: parquetUnit } };
    }
    case "m":
      return { type: "INT64" };
    case "S":
    case "U":
      return { type: "BYTE_ARRAY", converted_type: "UTF8" };
    default:
      return undefined;
  }
}

function itemsOf(array: NdArray, { kind, itemsize }: ScalarDType): unknown[] {
  if (kind === "c") return Array.from<unknown>(array.data);
  if (kind === "u" && itemsize === 4) return Array.from(array, BigInt as (item: Item) => bigint);
  if (kind === "M" || kind === "m") return Array.from(array, (item) => (item === NaT ? null : item));
  if (kind === "f" && itemsize > 2) return Array.from<unknown>(array.data);
  return Array.from<unknown>(array);
}
