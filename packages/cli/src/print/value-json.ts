import type { DataArray, Dataset, NdArray, RecordArray, Variable } from "@dataqueues/arrays";
import { isTypedArray, NaT, shapeSize } from "@dataqueues/arrays";

import { isComplex, isDataArray, isDataset, isNdArray, isNumpyScalar, isRecordArray } from "./recognise.ts";
import { formatDatetime } from "./numpy/format-datetime.ts";
import { safeText } from "./safe-text.ts";

/** How deep values nest at most: deeper ones would overflow the stack, and one that contains itself would never end. */
const maxDepth = 1_200;

/**
 * A value of any codec as JSON that every reader takes: integers with all digits, NaN and infinities as text, arrays as
 * `{"dtype", "shape", "data"}` with the lists of numpy's `tolist()`, Datasets with the names of xarray's `to_dict()`, complex
 * numbers as `{"re", "im"}`, bytes as `{"base64"}`, times in ISO 8601. Control characters are escaped, so that a terminal may show it.
 *
 * @throws RangeError for a value that nests deeper than 1,200 levels, or whose text is longer than a JavaScript string
 */
export function valueToJson(value: unknown): string {
  return print(value, 0);
}

/** Text as JSON, without a character that does something to a terminal. */
export function textToJson(text: string): string {
  return safeText(JSON.stringify(text));
}

function print(value: unknown, depth: number): string {
  if (depth > maxDepth) throw new RangeError(`the value nests deeper than ${maxDepth} levels, or contains itself`);
  switch (typeof value) {
    case "string":
      return textToJson(value);
    case "number":
      return printNumber(value);
    case "bigint":
    case "boolean":
      return String(value);
    case "object":
      return value === null ? "null" : printObject(value, depth + 1);
    default:
      return "null";
  }
}

function printObject(value: object, depth: number): string {
  if (Array.isArray(value)) return `[${Array.from(value, (item: unknown) => print(item, depth)).join(",")}]`;
  if (value instanceof Uint8Array) return bytesToJson(value);
  if (isTypedArray(value)) return print([...value], depth);
  if (isDataset(value)) return datasetToJson(value, depth);
  if (isDataArray(value)) return dataArrayToJson(value, depth);
  if (isNdArray(value)) return arrayToJson(value);
  if (isRecordArray(value)) return rowsToJson(value);
  if (isNumpyScalar(value)) return arrayToJson(value.array);
  if (isComplex(value)) return complexToJson(value.re, value.im);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "null" : textToJson(value.toISOString());
  if (value instanceof Map) {
    // Python's json.dumps writes keys so that are no text.
    return printEntries(Array.from(value, ([key, item]: [unknown, unknown]) => [keyText(key), print(item, depth)]));
  }
  if (value instanceof Set) return print([...value], depth);
  const plain: unknown = value.valueOf();
  if (typeof plain !== "object") return print(plain, depth);
  if ("toJSON" in value && typeof value.toJSON === "function") return print(value.toJSON(), depth);
  return printEntries(Object.entries(value).map(([key, item]: [string, unknown]) => [key, print(item, depth)]));
}

function printEntries(entries: readonly (readonly [key: string, json: string])[]): string {
  return `{${entries.map(([key, json]) => `${textToJson(key)}:${json}`).join(",")}}`;
}

function printNumber(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0.0" : String(value);
  return `"${value}"`;
}

function bytesToJson(bytes: Uint8Array): string {
  const { buffer, byteOffset, byteLength } = bytes;
  return `{"base64":"${Buffer.from(buffer, byteOffset, byteLength).toString("base64")}"}`;
}

function complexToJson(re: number, im: number): string {
  return `{"re":${printNumber(re)},"im":${printNumber(im)}}`;
}

function keyText(key: unknown): string {
  return typeof key === "string" ? key : print(key, 0);
}

function arrayToJson(array: NdArray): string {
  return printEntries([
    ["dtype", textToJson(array.dtype)],
    ["shape", `[${array.shape.join(",")}]`],
    ["data", itemsToJson(array)],
  ]);
}

function rowsToJson(array: RecordArray): string {
  return printEntries([
    ["dtype", print(array.dtype, 0)],
    ["shape", `[${array.shape.join(",")}]`],
    ["data", nest(array.shape, rowPrinter(array))],
  ]);
}

/** The items of an array in lists as deep as its shape. */
function itemsToJson(array: NdArray): string {
  return nest(array.shape, itemPrinter(array), (start, end) => plainNumbers(array, start, end));
}

/**
 * A list of numbers that JavaScript itself writes as JSON, which takes half the time; undefined if one of them is not finite or is
 * minus zero, and for items of other kinds.
 */
function plainNumbers({ dtype, data }: NdArray, start: number, end: number): string | undefined {
  if (!"iuf".includes(dtype.charAt(1)) || dtype === "<f2") return undefined;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return undefined;
  const numbers: number[] = Array.from(data.subarray(start, end), Number);
  return numbers.every((item) => Number.isFinite(item) && !Object.is(item, -0)) ? JSON.stringify(numbers) : undefined;
}

/**
 * Items in lists as deep as the shape.
 *
 * @param listOf - writes a whole list of the items from one index to before another, if it can
 */
function nest(
  shape: readonly number[],
  itemAt: (index: number) => string,
  listOf: (start: number, end: number) => string | undefined = () => undefined,
): string {
  const build = (axis: number, index: number): string => {
    const size = shape[axis];
    if (size === undefined) return itemAt(index);
    const list = axis === shape.length - 1 ? listOf(index * size, (index + 1) * size) : undefined;
    if (list !== undefined) return list;
    let text = "[";
    for (let at = 0; at < size; at += 1) text += (at > 0 ? "," : "") + build(axis + 1, index * size + at);
    return `${text}]`;
  };
  return build(0, 0);
}

function rowPrinter(array: RecordArray): (index: number) => string {
  const fields = array.names.map((name) => {
    const column = array.field(name);
    const shape = column.shape.slice(array.shape.length);
    const size = shapeSize(shape);
    const itemAt = isNdArray(column) ? itemPrinter(column) : rowPrinter(column);
    const title = `${textToJson(name)}:`;
    return (row: number): string => title + nest(shape, (index) => itemAt(row * size + index));
  });
  return (row) => `{${fields.map((fieldAt) => fieldAt(row)).join(",")}}`;
}

function itemPrinter(array: NdArray): (index: number) => string {
  const kind = array.dtype.charAt(1);
  const unit = array.dtype.slice(4, -1);
  return (index) => {
    if (kind === "S") return bytesItem(array, index);
    const item = array.item(index);
    if (typeof item === "number") return printNumber(item);
    if (typeof item === "string") return textToJson(item);
    if (item instanceof Uint8Array) return bytesToJson(item);
    if (typeof item === "object") return complexToJson(item.re, item.im);
    if (typeof item === "bigint" && (kind === "M" || kind === "m")) {
      if (item === NaT) return '"NaT"';
      if (kind === "M") return textToJson(formatDatetime(item, unit));
    }
    return String(item);
  };
}

/** Bytes of numpy's fixed width, without the zeros at their end: as text if they are ASCII, which is what they mostly hold. */
function bytesItem(array: NdArray, index: number): string {
  const item = array.item(index);
  const text = typeof item === "string" ? item : "";
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  return bytes.every((byte) => byte < 0x80) ? textToJson(text) : bytesToJson(bytes);
}

function variableToJson({ dims, dtype, attrs, data }: Variable, depth: number): string {
  return printEntries([
    ["dims", print(dims, depth)],
    ["dtype", textToJson(dtype)],
    ["attrs", print(attrs, depth)],
    ["data", itemsToJson(data)],
  ]);
}

function variablesToJson(variables: Readonly<Record<string, Variable>>, depth: number): string {
  return printEntries(Object.entries(variables).map(([name, variable]) => [name, variableToJson(variable, depth)]));
}

function datasetToJson({ sizes, coords, dataVars, attrs }: Dataset, depth: number): string {
  return printEntries([
    ["dims", print({ ...sizes }, depth)],
    ["coords", variablesToJson(coords, depth)],
    ["data_vars", variablesToJson(dataVars, depth)],
    ["attrs", print(attrs, depth)],
  ]);
}

function dataArrayToJson({ name, variable, coords }: DataArray, depth: number): string {
  const { dims, dtype, attrs, data } = variable;
  return printEntries([
    ["name", name === undefined ? "null" : textToJson(name)],
    ["dims", print(dims, depth)],
    ["dtype", textToJson(dtype)],
    ["attrs", print(attrs, depth)],
    ["data", itemsToJson(data)],
    ["coords", variablesToJson(coords, depth)],
  ]);
}
