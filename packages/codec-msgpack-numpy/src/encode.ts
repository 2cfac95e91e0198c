import { NdArray, RecordArray } from "@dataqueues/arrays";
import type { Descr, FieldDescr } from "@dataqueues/arrays";

import { Complex } from "./complex.ts";
import { Extension } from "./extension.ts";
import { Float64 } from "./float64.ts";
import { NumpyScalar } from "./numpy-scalar.ts";
import { refuse } from "./refuse.ts";
import { Writer } from "./writer.ts";

const maxDepth = 64;
const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const [nd, type, kind, shapeKey, data, complex] = ["nd", "type", "kind", "shape", "data", "complex"].map(ascii);

/**
 * Writes what `msgpack_numpy.packb` writes: arrays as maps with bytes as keys, integers in their shortest form, other
 * numbers as float64, `Uint8Array` as bytes, any other typed array as an array of one dimension. A Map may have keys of
 * text and of bytes; {@link Float64}, {@link Complex}, {@link NumpyScalar} and {@link Extension} stand for what
 * JavaScript has no value for.
 *
 * @throws FormatError with code `type`, `depth`, `utf8` or `dtype` and the path to what the format has no form for
 */
export function encode(value: unknown): Uint8Array {
  const writer = new Writer();
  write(writer, value, "$", 0);
  return writer.finish();
}

function write(writer: Writer, value: unknown, path: string, depth: number): void {
  switch (typeof value) {
    case "string":
      return writeText(writer, value, path);
    case "boolean":
      return writer.boolean(value);
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? writer.integer(value) : writer.float(value);
    case "bigint":
      if (value >= -(2n ** 63n) && value < 2n ** 64n) return writer.integer(value);
      throw refuse("type", `${path}: ${value} does not fit 64 bits`, { path });
    case "object":
      if (depth > maxDepth) throw refuse("depth", `${path}: deeper than ${maxDepth} levels`, { path });
      return value === null ? writer.nil() : writeObject(writer, value, path, depth);
    default:
      throw refuse("type", `${path}: msgpack has no form for ${typeof value}`, { path });
  }
}

function writeObject(writer: Writer, value: object, path: string, depth: number): void {
  if (value instanceof NdArray) return writeArray(writer, value.dtype, value.shape, value.bytes);
  if (value instanceof RecordArray) {
    checkFields(value.dtype, path);
    return writeArray(writer, value.dtype, value.shape, value.data);
  }
  if (value instanceof Uint8Array) return writer.binary(value);
  // A typed array says what its items are; it goes as an array of one dimension, as numpy's would.
  if (isTypedArray(value)) return write(writer, NdArray.from(value), path, depth);
  if (Array.isArray(value)) {
    writer.arrayHeader(value.length);
    for (let index = 0; index < value.length; index += 1) write(writer, value[index], `${path}[${index}]`, depth + 1);
    return;
  }
  if (value instanceof Float64) return writer.float(value.value);
  if (value instanceof Extension) return writer.extension(value.type, value.data);
  if (value instanceof Complex) return writeComplex(writer, value);
  if (value instanceof NumpyScalar) return writeScalar(writer, value);
  if (value instanceof Map) return writeMap(writer, value, path, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw refuse("type", `${path}: msgpack has no form for a ${value.constructor?.name ?? "object"}`, { path });
  }
  const entries = Object.entries(value);
  writer.mapHeader(entries.length);
  for (const [key, item] of entries) {
    writeText(writer, key, path);
    write(writer, item, `${path}.${key}`, depth + 1);
  }
}

function writeMap(writer: Writer, map: ReadonlyMap<unknown, unknown>, path: string, depth: number): void {
  writer.mapHeader(map.size);
  for (const [key, item] of map) {
    if (key instanceof Uint8Array) writer.binary(key);
    else if (typeof key === "string") writeText(writer, key, path);
    else throw refuse("type", `${path}: a key is neither text nor bytes, which Python does not read`, { path });
    write(writer, item, `${path}.${String(key)}`, depth + 1);
  }
}

/** The keys in the order in which Python's dict has them. */
function writeArray(writer: Writer, dtype: Descr, shape: readonly number[], bytes: Uint8Array): void {
  // numpy's void has the descr of a single field without a name.
  const descr = typeof dtype === "string" && dtype.startsWith("|V") ? [["", dtype] as const] : dtype;
  writer.mapHeader(5);
  writer.binary(nd);
  writer.boolean(true);
  writer.binary(type);
  writeDescr(writer, descr);
  writer.binary(kind);
  writer.binary(ascii(typeof descr === "string" ? "" : "V"));
  writer.binary(shapeKey);
  writeDescr(writer, shape);
  writer.binary(data);
  writer.binary(bytes);
}

function writeScalar(writer: Writer, { array }: NumpyScalar): void {
  writer.mapHeader(3);
  writer.binary(nd);
  writer.boolean(false);
  writer.binary(type);
  writer.text(array.dtype);
  writer.binary(data);
  writer.binary(array.bytes);
}

function writeComplex(writer: Writer, value: Complex): void {
  writer.mapHeader(2);
  writer.binary(complex);
  writer.boolean(true);
  writer.binary(data);
  writer.text(value.toString());
}

type DescrPart = string | number | readonly DescrPart[];

/** Names, formats and sizes, in lists as deep as the descr is. */
function writeDescr(writer: Writer, part: DescrPart): void {
  if (typeof part === "string") return writer.text(part);
  if (typeof part === "number") return writer.integer(part);
  writer.arrayHeader(part.length);
  for (const each of part) writeDescr(writer, each);
}

/** Refuses what Python writes but cannot read again: titles, and subarrays of subarrays. */
function checkFields(fields: readonly FieldDescr[], path: string): void {
  for (const [name, format] of fields) {
    const isSubarray = typeof format !== "string" && typeof format[0] === "string";
    if (typeof name !== "string" || isSubarray) {
      const what = typeof name === "string" ? "a subarray of a subarray" : "a title";
      throw refuse("dtype", `${path}: field ${String(name)} has ${what}, which msgpack_numpy cannot read`, { path });
    }
    if (typeof format !== "string") checkFields(format as readonly FieldDescr[], path);
  }
}

function writeText(writer: Writer, value: string, path: string): void {
  if (!value.isWellFormed()) throw refuse("utf8", `${path}: half of a surrogate pair has no UTF-8 form`, { path });
  writer.text(value);
}

function isTypedArray(value: object): value is Float64Array {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}
