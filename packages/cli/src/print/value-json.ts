import { DataArray, Dataset, NaT, NdArray, RecordArray, isTypedArray } from "@dataqueues/arrays";
import type { NestedValues, Variables } from "@dataqueues/arrays";

import { safeText } from "./safe-text.ts";

/**
 * A value as JSON in one line, for programs in any language.
 *
 * | value                   | JSON                                                                                            |
 * | ----------------------- | ----------------------------------------------------------------------------------------------- |
 * | JSON, text              | as it is; integers of any size with all their digits                                            |
 * | NaN, infinities         | `"NaN"`, `"Infinity"`, `"-Infinity"`, as JSON has none                                          |
 * | array                   | `{"dtype": "<f4", "shape": [2, 3], "data": [[…], […]]}`, nested as numpy's `tolist()`           |
 * | structured array        | `{"dtype": [["name", "<U8"], …], "shape": […], "data": [{"name": …}, …]}`                       |
 * | times                   | numbers of the dtype's unit, `"NaT"` for none: `numpy.array(data, dtype)` makes times of them   |
 * | complex numbers         | `{"re": 1, "im": 2}`                                                                            |
 * | Dataset                 | `{"dims": {…}, "coords": {…}, "data_vars": {…}, "attrs": {…}}`, the names of xarray's `to_dict()` |
 * | bytes                   | `{"base64": "…"}`                                                                               |
 *
 * Characters that a terminal would act on are escaped.
 */
export function valueToJson(value: unknown): string {
  switch (typeof value) {
    case "string":
      // Nothing is left for it to escape but what JSON escapes by `\u` as well.
      return safeText(JSON.stringify(value));
    case "number":
      return numberToJson(value);
    case "bigint":
      return String(value);
    case "boolean":
      return String(value);
    case "object":
      return value === null ? "null" : objectToJson(value);
    default:
      return "null";
  }
}

function numberToJson(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

function objectToJson(value: object): string {
  if (value instanceof NdArray || value instanceof RecordArray) return arrayToJson(value);
  if (value instanceof Dataset) {
    return recordToJson([
      ["dims", valueToJson(value.sizes)],
      ["coords", variablesToJson(value.coords)],
      ["data_vars", variablesToJson(value.dataVars)],
      ["attrs", valueToJson(value.attrs)],
    ]);
  }
  if (value instanceof DataArray) {
    const { name, variable, coords } = value;
    return recordToJson([
      ["name", valueToJson(name ?? null)],
      ...variableEntries(variable),
      ["coords", variablesToJson(coords)],
    ]);
  }
  if (value instanceof Uint8Array)
    return recordToJson([["base64", JSON.stringify(Buffer.from(value).toString("base64"))]]);
  if (isTypedArray(value)) return arrayToJson(NdArray.from(value));
  if (Array.isArray(value)) return `[${value.map(valueToJson).join(",")}]`;
  const entries: Iterable<readonly [unknown, unknown]> = value instanceof Map ? value : Object.entries(value);
  return recordToJson(Array.from(entries, ([name, item]) => [keyOf(name), valueToJson(item)]));
}

function arrayToJson(array: NdArray | RecordArray): string {
  return recordToJson([
    ["dtype", valueToJson(array.dtype)],
    ["shape", valueToJson(array.shape)],
    ["data", array instanceof NdArray ? itemsToJson(array) : rowsToJson(array)],
  ]);
}

/** The items nested as the shape says. */
function itemsToJson(array: NdArray): string {
  const isTime = /[Mm]8/.test(array.dtype);
  const nested = (values: NestedValues): string => {
    if (Array.isArray(values)) return `[${values.map(nested).join(",")}]`;
    return isTime && values === NaT ? '"NaT"' : valueToJson(values);
  };
  return nested(array.toList());
}

function rowsToJson(array: RecordArray): string {
  return nest(Array.from(array, rowToJson), array.shape);
}

/** A field of a row: a subarray is a nested list, a nested structure an object. */
function fieldToJson(item: unknown): string {
  if (item instanceof NdArray) return itemsToJson(item);
  return item instanceof RecordArray ? rowsToJson(item) : isRow(item) ? rowToJson(item) : valueToJson(item);
}

function isRow(item: unknown): item is Readonly<Record<string, unknown>> {
  return (
    typeof item === "object" && item !== null && Object.getPrototypeOf(item) === Object.prototype && !("re" in item)
  );
}

function rowToJson(row: Readonly<Record<string, unknown>>): string {
  return recordToJson(Object.entries(row).map(([name, item]) => [name, fieldToJson(item)]));
}

/** Texts in brackets as a shape nests them. */
function nest(texts: readonly string[], [size, ...inner]: readonly number[]): string {
  if (size === undefined) return texts[0] ?? "null";
  const width = texts.length / size;
  const parts = Array.from({ length: size }, (_, index) =>
    nest(texts.slice(index * width, (index + 1) * width), inner),
  );
  return `[${parts.join(",")}]`;
}

function variablesToJson(variables: Variables): string {
  return recordToJson(
    Object.entries(variables).map(([name, variable]) => [name, recordToJson(variableEntries(variable))]),
  );
}

function variableEntries({ dims, data, attrs }: Variables[string]): [name: string, json: string][] {
  return [
    ["dims", valueToJson(dims)],
    ["dtype", valueToJson(data.dtype)],
    ["attrs", valueToJson(attrs)],
    ["data", itemsToJson(data)],
  ];
}

function recordToJson(entries: readonly (readonly [name: string, json: string])[]): string {
  return `{${entries.map(([name, json]) => `${valueToJson(name)}:${json}`).join(",")}}`;
}

/** JSON's names are texts; what else Python's dicts have for keys is printed. */
function keyOf(name: unknown): string {
  return typeof name === "string" ? name : valueToJson(name);
}
