import { NdArray, RecordArray } from "@dataqueues/arrays";
import type { Descr, FieldDescr, FormatError } from "@dataqueues/arrays";

import { Complex } from "./complex.ts";
import { Extension } from "./extension.ts";
import { Float64 } from "./float64.ts";
import { BytesKey, isOtherKey, nameOf } from "./key.ts";
import { checkLimits } from "./limits.ts";
import type { Limits } from "./limits.ts";
import { NumpyScalar } from "./numpy-scalar.ts";
import { refuse } from "./refuse.ts";
import { Writer } from "./writer.ts";

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** Maps up to the value of their `type` or `data`, and the keys after it: bytes as keys, which are the same each time. */
const arrayStart: Uint8Array = latin1("\x85\xc4\x02nd\xc3\xc4\x04type");
const kindOfItems: Uint8Array = latin1("\xc4\x04kind\xc4\0\xc4\x05shape");
const kindOfRows: Uint8Array = latin1("\xc4\x04kind\xc4\x01V\xc4\x05shape");
const dataKey: Uint8Array = latin1("\xc4\x04data");
const scalarStart: Uint8Array = latin1("\x83\xc4\x02nd\xc2\xc4\x04type");
const complexStart: Uint8Array = latin1("\x82\xc4\x07complex\xc3\xc4\x04data");

/** What the reader finds in the dicts that stand for these. */
const itemsOf = { array: 10, scalar: 6, complex: 4 } as const;

/** Where a value is: keys and indices from the outermost value on. */
type Path = (string | number)[];

type Dict = Readonly<Record<string, unknown>>;

/**
 * Writes what `msgpack_numpy.packb` writes: arrays as maps with bytes as keys, integers in their shortest form, other
 * numbers as float64, `Uint8Array` as bytes, any other typed array as an array of one dimension. The keys of a Map may be
 * text, bytes, numbers, booleans, null (what is neither text nor bytes Python reads with `strict_map_key=False`); {@link Float64}, {@link Complex}, {@link NumpyScalar} and {@link Extension} stand for what
 * JavaScript has no value for.
 *
 * @throws FormatError with code `type`, `key`, `depth`, `too-many-items`, `utf8` or `dtype` and the path to what the format has
 *   no form for, or what `decode` with these limits would refuse
 * @throws TypeError that names a limit that makes no sense
 */
export function encode(value: unknown, limits: Limits = {}): Uint8Array {
  return encoder(limits)(value);
}

/** {@link encode} with these limits for many values. */
export function encoder(limits: Limits): (value: unknown) => Uint8Array {
  const checked = checkLimits(limits);
  return (value) => {
    const writer = new Writer(checked);
    write(writer, value, []);
    return writer.finish();
  };
}

function write(writer: Writer, value: unknown, path: Path): void {
  switch (typeof value) {
    case "string":
      return writeText(writer, value, path);
    case "boolean":
      return writer.boolean(value);
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? writer.integer(value) : writer.float(value);
    case "bigint":
      if (value >= -(2n ** 63n) && value < 2n ** 64n) return writer.integer(value);
      throw fail("type", path, `${value} does not fit 64 bits`);
    case "object":
      return value === null ? writer.nil() : writeObject(writer, value, path);
    default:
      throw fail("type", path, `msgpack has no form for ${typeof value}`);
  }
}

function writeObject(writer: Writer, value: object, path: Path): void {
  if (Array.isArray(value)) return writeList(writer, value, path);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return writeDict(writer, value as Dict, path);
  if (value instanceof NdArray) return writeArray(writer, value.dtype, value.shape, value.bytes, path);
  if (value instanceof RecordArray) {
    checkFields(value.dtype, path);
    return writeArray(writer, value.dtype, value.shape, value.data, path);
  }
  if (value instanceof Uint8Array) return writer.binary(value);
  // A typed array says what its items are; it goes as an array of one dimension, as numpy's would.
  if (isTypedArray(value)) return write(writer, NdArray.from(value), path);
  if (value instanceof Float64) return writer.float(value.value);
  if (value instanceof Extension) return writer.extension(value.type, value.data);
  if (value instanceof Complex) return writeComplex(writer, value, path);
  if (value instanceof NumpyScalar) return writeScalar(writer, value, path);
  if (value instanceof Map) return writeMap(writer, value, path);
  throw fail("type", path, `msgpack has no form for a ${value.constructor?.name ?? "object"}`);
}

function writeList(writer: Writer, list: readonly unknown[], path: Path): void {
  const level = path.length;
  enter(writer, path, list.length);
  writer.arrayHeader(list.length);
  for (let index = writer.floats(list); index < list.length; index += 1) {
    path[level] = index;
    write(writer, list[index], path);
  }
  path.length = level;
}

function writeDict(writer: Writer, dict: Dict, path: Path): void {
  const level = path.length;
  const keys = Object.keys(dict);
  enter(writer, path, 2 * keys.length);
  writer.mapHeader(keys.length);
  for (const key of keys) {
    path[level] = key;
    checkName(key, path);
    writeText(writer, key, path);
    write(writer, dict[key], path);
  }
  path.length = level;
}

function writeMap(writer: Writer, map: ReadonlyMap<unknown, unknown>, path: Path): void {
  const level = path.length;
  enter(writer, path, 2 * map.size);
  writer.mapHeader(map.size);
  for (const [key, value] of map) {
    path[level] = typeof key === "number" ? key : key instanceof Uint8Array ? BytesKey.of(key).text : String(key);
    checkKey(key, map, path);
    if (key instanceof Uint8Array) writer.binary(key);
    else write(writer, key, path);
    write(writer, value, path);
  }
  path.length = level;
}

function checkKey(key: unknown, map: ReadonlyMap<unknown, unknown>, path: Path): void {
  if (typeof key === "string" || key instanceof Uint8Array) return checkName(String(path.at(-1)), path);
  if (!isOtherKey(key)) throw fail("type", path, `a key is ${nameOf(key)}, which Python does not read`);
  if (typeof key === "bigint" && map.has(Number(key)) && BigInt(Number(key)) === key) {
    throw fail("key", path, `${key} is a key as number and as bigint, which are one in Python`);
  }
}

function checkName(key: string, path: Path): void {
  if (key === "__proto__") throw fail("key", path, "__proto__ is refused as a key when it is read");
}

/** The keys in the order in which Python's dict has them. */
function writeArray(writer: Writer, dtype: Descr, shape: readonly number[], bytes: Uint8Array, path: Path): void {
  // numpy's void has the descr of a single field without a name.
  const descr = typeof dtype === "string" && dtype.startsWith("|V") ? [["", dtype] as const] : dtype;
  enter(writer, path, itemsOf.array);
  writer.raw(arrayStart);
  writeDescr(writer, descr, path);
  writer.raw(typeof descr === "string" ? kindOfItems : kindOfRows);
  writeDescr(writer, shape, path);
  writer.raw(dataKey);
  writer.binary(bytes);
}

function writeScalar(writer: Writer, { array }: NumpyScalar, path: Path): void {
  enter(writer, path, itemsOf.scalar);
  writer.raw(scalarStart);
  writer.text(array.dtype);
  writer.raw(dataKey);
  writer.binary(array.bytes);
}

function writeComplex(writer: Writer, value: Complex, path: Path): void {
  enter(writer, path, itemsOf.complex);
  writer.raw(complexStart);
  writer.text(value.toString());
}

type DescrPart = string | number | readonly DescrPart[];

/** Names, formats and sizes, in lists as deep as the descr is, so many levels below the value. */
function writeDescr(writer: Writer, part: DescrPart, path: Path, level = 1): void {
  if (typeof part === "string") return writeText(writer, part, path);
  if (typeof part === "number") return writer.integer(part);
  enter(writer, path, part.length, level);
  writer.arrayHeader(part.length);
  for (const each of part) writeDescr(writer, each, path, level + 1);
}

/** Refuses more values or levels than the reader will have; `level` is below the value at the path. */
function enter(writer: Writer, path: Path, items: number, level = 0): void {
  writer.left -= items;
  if (writer.left < 0) {
    const what = `with this there are more values in lists and dicts than maxItems allows, which is ${writer.maxItems}`;
    throw fail("too-many-items", path, `${what}; arrays take less, or raise it here and where it is read`);
  }
  if (path.length + level >= writer.maxDepth) {
    throw fail("depth", path, `values nest deeper than maxDepth allows, which is ${writer.maxDepth}`);
  }
}

/** Refuses what Python writes but cannot read again: titles, and subarrays of subarrays. */
function checkFields(fields: readonly FieldDescr[], path: Path): void {
  for (const [name, format] of fields) {
    const isSubarray = typeof format !== "string" && typeof format[0] === "string";
    if (typeof name !== "string" || isSubarray) {
      const what = typeof name === "string" ? "a subarray of a subarray" : "a title";
      throw fail("dtype", path, `field ${String(name)} has ${what}, which msgpack_numpy cannot read`);
    }
    if (typeof format !== "string") checkFields(format as readonly FieldDescr[], path);
  }
}

function writeText(writer: Writer, value: string, path: Path): void {
  if (!writer.text(value)) throw fail("utf8", path, "half of a surrogate pair has no UTF-8 form");
}

function fail(code: string, path: Path, message: string): FormatError {
  const place = `$${path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("")}`;
  return refuse(code, `${place}: ${message}`, { path: place });
}

function isTypedArray(value: object): value is Float64Array {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}
