import { isTypedArray, NdArray, RecordArray } from "@dataqueues/arrays";
import type { Descr, FieldDescr } from "@dataqueues/arrays";

import { dictMemory, listMemory, memoryOf } from "./budget.ts";
import { BytesKey, isOtherKey, nameOf } from "./dict.ts";
import type { EncodeOptions } from "./encode-options.ts";
import { Extensions } from "./extensions.ts";
import type { WrittenExtension } from "./extensions.ts";
import type { Path } from "./format-error.ts";
import { pathError } from "./format-error.ts";
import { checkLimits } from "./limits.ts";
import { Complex, Extension, Float64, NumpyScalar } from "./python-values.ts";
import { Writer } from "./writer.ts";

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** The parts of dicts that are the same for all arrays, scalars or complex numbers: their headers and keys. */
const arrayStart: Uint8Array = latin1("\x85\xc4\x02nd\xc3\xc4\x04type");
const kindOfItems: Uint8Array = latin1("\xc4\x04kind\xc4\0\xc4\x05shape");
const kindOfRows: Uint8Array = latin1("\xc4\x04kind\xc4\x01V\xc4\x05shape");
const dataKey: Uint8Array = latin1("\xc4\x04data");
const scalarStart: Uint8Array = latin1("\x83\xc4\x02nd\xc2\xc4\x04type");
const complexStart: Uint8Array = latin1("\x82\xc4\x07complex\xc3\xc4\x04data");

type Dict = Readonly<Record<string, unknown>>;

/**
 * Writes what `msgpack_numpy.packb` writes: arrays as maps with bytes as keys, integers in their shortest form, other
 * numbers as float64, `Uint8Array` as bytes, any other typed array as an array of one dimension. {@link Float64},
 * {@link Complex}, {@link NumpyScalar} and {@link Extension} represent values that JavaScript does not have. The keys of a
 * Map may be text and bytes, and numbers, booleans, null and those four, which Python reads with `strict_map_key=False`.
 * A Date becomes a timestamp; `extensionCodec` can give other objects a form.
 *
 * @throws FormatError with code `type`, `key`, `depth`, `too-many-items`, `utf8`, `dtype` or `extension`, and the path to a
 *   value that the format cannot carry, or that `decode` would refuse with the same limits
 * @throws TypeError that names an invalid option
 */
export function encode(value: unknown, options: EncodeOptions = {}): Uint8Array {
  return encoder(options)(value);
}

/** {@link encode} with these options for many values. */
export function encoder(options: EncodeOptions): (value: unknown) => Uint8Array {
  const limits = checkLimits(options);
  const extensions = new Extensions(options);
  return (value) => {
    const writer = new Writer(limits, extensions);
    if (writer.maxLevels < 0) throw tooDeep(writer, []);
    write(writer, value, []);
    return writer.finish();
  };
}

function write(writer: Writer, value: unknown, path: Path): void {
  if (writer.extensions.comesFirst && mayBeExtension(value) && writeByExtension(writer, value, path)) return;
  switch (typeof value) {
    case "string":
      return writeText(writer, value, path);
    case "boolean":
      return writer.boolean(value);
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? writer.integer(value) : writer.float(value);
    case "bigint":
      if (value >= -(2n ** 63n) && value < 2n ** 64n) return writer.integer(value);
      return writeOther(writer, value, path);
    case "object":
      return value === null ? writer.nil() : writeObject(writer, value, path);
    case "undefined":
      throw pathError("type", path, refusalOf(value));
    default:
      return writeOther(writer, value, path);
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
  if (value instanceof Uint8Array) return writeBytes(writer, value, path);
  // A typed array has a dtype of its own, so it is written as an array of one dimension.
  if (isTypedArray(value)) return write(writer, NdArray.from(value), path);
  if (value instanceof Float64) return writer.float(value.value);
  if (value instanceof Extension) return writeExtension(writer, value, path);
  if (value instanceof Complex) return writeComplex(writer, value, path);
  if (value instanceof NumpyScalar) return writeScalar(writer, value, path);
  if (value instanceof Map) return writeMap(writer, value, path);
  writeOther(writer, value, path);
}

/** The classes that have a form of their own. */
const ownClasses = [NdArray, RecordArray, Float64, Extension, Complex, NumpyScalar] as const;

/** Whether an ExtensionCodec of the user is asked for a value: not for those that msgpack-numpy or this package has a form for. */
function mayBeExtension(value: unknown): boolean {
  if (typeof value !== "object") return ["bigint", "function", "symbol"].includes(typeof value);
  if (value === null || isTypedArray(value)) return false;
  return !ownClasses.some((own) => value instanceof own);
}

function writeByExtension(writer: Writer, value: unknown, path: Path): boolean {
  const { budget, depth, extensions, position } = writer;
  const extension = extensions.encode(value, path, { budget, depth: depth + path.length }, position);
  if (extension !== undefined) writeExtension(writer, extension, path);
  return extension !== undefined;
}

/** Writes a value that has no form but that of an extension. */
function writeOther(writer: Writer, value: unknown, path: Path): void {
  const wasAsked = writer.extensions.comesFirst;
  if (wasAsked || !writeByExtension(writer, value, path)) throw pathError("type", path, refusalOf(value));
}

function refusalOf(value: unknown): string {
  if (typeof value === "bigint") return `${value} does not fit 64 bits`;
  if (typeof value !== "object" || value === null) return `msgpack has no form for ${typeof value}`;
  return `msgpack has no form for a ${value.constructor?.name ?? "object"}`;
}

function writeList(writer: Writer, list: readonly unknown[], path: Path): void {
  const level = path.length;
  enter(writer, path, list.length, listMemory(list.length));
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
  enter(writer, path, 2 * keys.length, dictMemory(keys.length));
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
  enter(writer, path, 2 * map.size, dictMemory(map.size) + otherMemory(map));
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
  if (!isOtherKey(key)) throw pathError("type", path, `a key is ${nameOf(key)}, which Python does not read`);
  if (typeof key === "bigint" && map.has(Number(key)) && BigInt(Number(key)) === key) {
    throw pathError("key", path, `${key} is a key as a number and as a bigint, which are equal in Python`);
  }
}

function checkName(key: string, path: Path): void {
  if (key === "__proto__") throw pathError("key", path, "__proto__ cannot be a key, because decode refuses it");
}

/** Writes the keys in the order of Python's dict. */
function writeArray(writer: Writer, dtype: Descr, shape: readonly number[], bytes: Uint8Array, path: Path): void {
  // msgpack_numpy describes numpy's void as a single field without a name.
  const descr = typeof dtype === "string" && dtype.startsWith("|V") ? [["", dtype] as const] : dtype;
  beginDict(writer, path, 5);
  writer.raw(arrayStart);
  writeDescr(writer, descr, path);
  spend(writer, path, 0, memoryOf.bytes);
  writer.raw(typeof descr === "string" ? kindOfItems : kindOfRows);
  writeDescr(writer, shape, path);
  writer.raw(dataKey);
  writeBytes(writer, bytes, path);
}

function writeScalar(writer: Writer, { array }: NumpyScalar, path: Path): void {
  beginDict(writer, path, 3);
  writer.raw(scalarStart);
  writeText(writer, array.dtype, path);
  writer.raw(dataKey);
  writeBytes(writer, array.bytes, path);
}

function writeComplex(writer: Writer, value: Complex, path: Path): void {
  beginDict(writer, path, 2);
  writer.raw(complexStart);
  writeText(writer, value.toString(), path);
}

type DescrPart = string | number | readonly DescrPart[];

/** Writes names, formats and sizes in nested lists, `level` levels below the value at the path. */
function writeDescr(writer: Writer, part: DescrPart, path: Path, level = 1): void {
  if (typeof part === "string") return writeText(writer, part, path);
  if (typeof part === "number") return writer.integer(part);
  enter(writer, path, part.length, listMemory(part.length), level);
  writer.arrayHeader(part.length);
  for (const each of part) writeDescr(writer, each, path, level + 1);
}

/** Begins a list or dict, `level` levels below the value at the path. @throws FormatError if `decode` would refuse it. */
function enter(writer: Writer, path: Path, items: number, memory: number, level = 0): void {
  spend(writer, path, items, memory);
  if (path.length + level >= writer.maxLevels) throw tooDeep(writer, path);
}

function tooDeep({ maxDepth }: Writer, path: Path): Error {
  return pathError("depth", path, `values nest deeper than maxDepth allows, which is ${maxDepth}`);
}

/** @throws FormatError for more items or memory than `decode` would accept */
function spend(writer: Writer, path: Path, items: number, memory: number): void {
  if (writer.budget.spend(items, memory)) return;
  const advice = "arrays take less, or raise it here and where it is read";
  throw pathError("too-many-items", path, `${writer.budget.excess}; ${advice}`);
}

/** @throws FormatError for titles and for subarrays of subarrays, which Python writes but cannot read again */
function checkFields(fields: readonly FieldDescr[], path: Path): void {
  for (const [name, format] of fields) {
    const isSubarray = typeof format !== "string" && typeof format[0] === "string";
    if (typeof name !== "string" || isSubarray) {
      const what = typeof name === "string" ? "a subarray of a subarray" : "a title";
      throw pathError("dtype", path, `field ${String(name)} has ${what}, which msgpack_numpy cannot read`);
    }
    if (typeof format !== "string") checkFields(format as readonly FieldDescr[], path);
  }
}

/** Begins a dict that represents another value. */
function beginDict(writer: Writer, path: Path, entries: number): void {
  enter(writer, path, 2 * entries, dictMemory(entries));
}

/** The memory that a Map takes in addition to a dict. The reader makes one if a key is neither text nor bytes. */
function otherMemory(map: ReadonlyMap<unknown, unknown>): number {
  for (const key of map.keys()) {
    if (typeof key !== "string" && !(key instanceof Uint8Array)) return memoryOf.map + memoryOf.mapEntry * map.size;
  }
  return 0;
}

function writeBytes(writer: Writer, value: Uint8Array, path: Path): void {
  spend(writer, path, 0, memoryOf.bytes);
  writer.binary(value);
}

function writeExtension(writer: Writer, { type, data, isAligned }: WrittenExtension, path: Path): void {
  spend(writer, path, 0, memoryOf.bytes);
  writer.extension(type, data, isAligned);
}

function writeText(writer: Writer, value: string, path: Path): void {
  if (!writer.text(value)) throw pathError("utf8", path, "half of a surrogate pair has no UTF-8 form");
}
