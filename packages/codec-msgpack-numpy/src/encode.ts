import { NdArray, parseDtype, RecordArray } from "@dataqueues/arrays";
import type { Descr, FieldDescr, FieldName } from "@dataqueues/arrays";

import { refuse } from "./refuse.ts";
import { Writer } from "./writer.ts";

const maxDepth = 64;
const utf8: TextEncoder = new TextEncoder();
const keys: Readonly<Record<"nd" | "type" | "kind" | "shape" | "data", Uint8Array>> = {
  nd: utf8.encode("nd"),
  type: utf8.encode("type"),
  kind: utf8.encode("kind"),
  shape: utf8.encode("shape"),
  data: utf8.encode("data"),
};

/**
 * Writes what `msgpack_numpy.packb` writes: arrays as maps with bytes as keys, integers in their shortest form, other
 * numbers as float64, `Uint8Array` as bytes.
 *
 * @throws FormatError naming the place of what the format has no form for
 */
export function encode(value: unknown): Uint8Array {
  const data = value instanceof NdArray || value instanceof RecordArray ? value.data.byteLength : 0;
  const writer = new Writer(data + 256);
  write(writer, value, "$", 0);
  return writer.finish();
}

function write(writer: Writer, value: unknown, path: string, depth: number): void {
  if (depth > maxDepth) throw refuse("depth", `${path}: deeper than ${maxDepth} levels`, { path });
  switch (typeof value) {
    case "string":
      return writer.string(text(value, path));
    case "boolean":
      return writer.boolean(value);
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? writer.integer(value) : writer.float(value);
    case "bigint":
      if (value >= -(2n ** 63n) && value < 2n ** 64n) return writer.integer(value);
      throw refuse("type", `${path}: ${value} does not fit 64 bits`, { path });
    case "object":
      return writeObject(writer, value, path, depth);
    default:
      throw refuse("type", `${path}: msgpack has no form for ${typeof value}`, { path });
  }
}

function writeObject(writer: Writer, value: object | null, path: string, depth: number): void {
  if (value === null) return writer.nil();
  if (value instanceof NdArray) return writeArray(writer, value.dtype, value.shape, value.bytes);
  if (value instanceof RecordArray) return writeArray(writer, value.dtype, value.shape, value.data);
  if (value instanceof Uint8Array) return writer.binary(value);
  // A typed array says what its items are; it goes as an array of one dimension, as numpy's would.
  if (isTypedArray(value)) return write(writer, NdArray.from(value), path, depth);
  if (Array.isArray(value)) {
    writer.arrayHeader(value.length);
    for (let index = 0; index < value.length; index += 1) write(writer, value[index], `${path}[${index}]`, depth + 1);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw refuse("type", `${path}: msgpack has no form for a ${value.constructor?.name ?? "object"}`, { path });
  }
  const entries = Object.entries(value);
  writer.mapHeader(entries.length);
  for (const [key, item] of entries) {
    writer.string(text(key, path));
    write(writer, item, `${path}.${key}`, depth + 1);
  }
}

/** The keys in the order in which Python's dict has them. */
function writeArray(writer: Writer, dtype: Descr, shape: readonly number[], bytes: Uint8Array): void {
  parseDtype(dtype);
  writer.mapHeader(5);
  writer.binary(keys.nd);
  writer.boolean(true);
  writer.binary(keys.type);
  writeDescr(writer, dtype);
  writer.binary(keys.kind);
  writer.binary(typeof dtype === "string" ? new Uint8Array() : Uint8Array.of(0x56));
  writer.binary(keys.shape);
  writeShape(writer, shape);
  writer.binary(keys.data);
  writer.binary(bytes);
}

/** Strings, sizes and lists of them, as deep as the descr is. */
function writeDescr(writer: Writer, descr: Descr | FieldDescr | FieldName | readonly number[] | number): void {
  if (typeof descr === "string") return writer.string(utf8.encode(descr));
  if (typeof descr === "number") return writer.integer(descr);
  writer.arrayHeader(descr.length);
  for (const part of descr) writeDescr(writer, part);
}

function writeShape(writer: Writer, shape: readonly number[]): void {
  writer.arrayHeader(shape.length);
  for (const size of shape) writer.integer(size);
}

function text(value: string, path: string): Uint8Array {
  if (value.isWellFormed()) return utf8.encode(value);
  throw refuse("utf8", `${path}: half of a surrogate pair has no UTF-8 form`, { path });
}

function isTypedArray(value: object): value is Float64Array {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}
