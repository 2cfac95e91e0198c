import { NdArray, parseDtype, RecordArray } from "@dataqueues/arrays";
import type { Copy, FieldDescr } from "@dataqueues/arrays";
import { Decoder } from "@msgpack/msgpack";

import { prescan } from "./prescan.ts";
import { refuse } from "./refuse.ts";

/** Goes before keys that were bytes, so that they differ from text with the same letters, as they do in Python. */
const bytesMark = "\0b:";

/**
 * Reads what `msgpack_numpy.packb` wrote. Arrays become {@link NdArray} and {@link RecordArray}, numpy scalars numbers,
 * dicts objects, 64-bit integers beyond 2^53 bigint.
 *
 * @throws FormatError with a code and the offset or path
 */
export function decode(bytes: Uint8Array, copy: Copy = "auto"): unknown {
  prescan(bytes);
  let found = false;
  const decoder = new Decoder({
    useBigInt64: true,
    mapKeyConverter: (key) => {
      found ||= key instanceof Uint8Array;
      return toKey(key);
    },
  });
  // A plain Uint8Array, so that binary values are not of some subclass of it.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return revive(decoder.decode(plain), "$", copy, found);
  } catch (cause) {
    if (cause instanceof Error && cause.name === "FormatError") throw cause;
    throw refuse("format", `not msgpack: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function toKey(key: unknown): string {
  if (typeof key === "string") {
    if (key === "__proto__" || key.startsWith("\0")) throw refuse("key", `a dict has the key ${JSON.stringify(key)}`);
    return key;
  }
  if (key instanceof Uint8Array) return `${bytesMark}${new TextDecoder("utf-8", { fatal: true }).decode(key)}`;
  throw refuse("key", `a dict has a key of type ${typeof key}; only text and bytes can be`);
}

/** Puts arrays, scalars and numbers in the place of what stands for them. */
function revive(value: unknown, path: string, copy: Copy, hasMarks: boolean): unknown {
  if (typeof value === "bigint") {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }
  if (Array.isArray(value)) return value.map((item, index) => revive(item, `${path}[${index}]`, copy, hasMarks));
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  const fields = new Map(Object.entries(value));
  if (hasMarks && fields.has(`${bytesMark}nd`)) {
    const array = toArray(fields, path, copy);
    if (array !== undefined) return array;
  }
  const complex = hasMarks ? fields.get(`${bytesMark}data`) : undefined;
  if (fields.has(`${bytesMark}complex`) && typeof complex === "string") return toComplex(complex, path);
  const object: Record<string, unknown> = {};
  for (const [key, item] of fields) {
    const name = key.startsWith(bytesMark) ? key.slice(bytesMark.length) : key;
    if (Object.hasOwn(object, name))
      throw refuse("key-collision", `${path}: ${name} is a key as text and as bytes`, { path });
    Object.defineProperty(object, name, {
      value: revive(item, `${path}.${name}`, copy, hasMarks),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}

/** The array or scalar that a map stands for; undefined when parts of it are missing: Python leaves it a dict, too. */
function toArray(fields: ReadonlyMap<string, unknown>, path: string, copy: Copy): unknown {
  const field = (name: string): unknown => fields.get(`${bytesMark}${name}`);
  const [nd, type, kind, shape, data] = [field("nd"), field("type"), field("kind"), field("shape"), field("data")];
  if (typeof nd !== "boolean" || type === undefined || data === undefined || (nd && shape === undefined))
    return undefined;
  if (kind instanceof Uint8Array && kind[0] === 0x4f) {
    throw refuse("pickle-refused", `${path}: object arrays are pickled, and pickles run code: refused`, { path });
  }
  parseDtype(type);
  if (!(data instanceof Uint8Array))
    throw refuse("size-mismatch", `${path}: the data of an array are not bytes`, { path });
  if (!nd && typeof type === "string") return NdArray.fromBytes(type, [], data).item(0);
  const sizes: unknown = revive(shape, path, copy, true);
  if (!Array.isArray(sizes)) throw refuse("shape", `${path}: an array's shape is no list`, { path });
  if (typeof type === "string") return NdArray.fromBytes(type, sizes, data, copy);
  const descr = revive(type, path, copy, true) as readonly FieldDescr[];
  return new RecordArray(descr, sizes, copy === "always" ? data.slice() : data);
}

/** Python's repr of a complex number: `(1+2j)`, `2j`, `(nan+infj)`. */
function toComplex(text: string, path: string): { re: number; im: number } {
  const [, re = "0", im = ""] =
    /^\(?([+-]?(?:nan|inf|[\d.]+(?:e[+-]?\d+)?)(?=[+-]))?([+-]?(?:nan|inf|[\d.]+(?:e[+-]?\d+)?))j\)?$/.exec(text) ?? [];
  if (im === "") throw refuse("format", `${path}: ${JSON.stringify(text)} is no complex number`, { path });
  const number = (part: string): number =>
    Number(part.replace("inf", "Infinity").replace("nan", "NaN").replace(/^\+/, ""));
  return { re: number(re), im: number(im) };
}
