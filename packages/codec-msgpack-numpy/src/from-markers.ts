import { FormatError, NdArray, RecordArray } from "@dataqueues/arrays";
import type { Copy, FieldDescr, Item } from "@dataqueues/arrays";

import { Complex } from "./complex.ts";
import type { DecodeOptions } from "./decode-options.ts";
import { exact } from "./exact.ts";
import { NumpyScalar } from "./numpy-scalar.ts";
import type { Dict } from "./reader.ts";
import { refuse } from "./refuse.ts";

/**
 * The array, scalar or complex number that a dict with bytes as keys stands for; undefined when parts of it are missing,
 * in which case Python leaves it a dict, too.
 *
 * @throws FormatError with code `pickle-refused`, `dtype`, `shape`, `size-mismatch` or `format`
 */
export function fromMarkers(marks: Dict, offset: number, options: DecodeOptions): unknown {
  const { nd, type, shape, data } = marks;
  if (typeof nd === "boolean" && type !== undefined && data !== undefined && (!nd || shape !== undefined)) {
    try {
      return nd ? toArray(marks, options) : toScalar(type, data, options);
    } catch (cause) {
      if (!(cause instanceof FormatError)) throw cause;
      throw new FormatError(cause.message, { codec: "msgpack_numpy", code: cause.code, offset, cause });
    }
  }
  if (marks["complex"] === undefined || data === undefined) return undefined;
  const complex = typeof data === "string" ? Complex.parse(data) : undefined;
  if (complex === undefined) throw refuse("format", `no complex number is in the dict at byte ${offset}`, { offset });
  return complex;
}

function toArray({ type, kind, shape, data }: Dict, { copy }: DecodeOptions): NdArray | RecordArray {
  if (kind === "O" || (kind instanceof Uint8Array && kind[0] === 0x4f)) {
    throw refuse("pickle-refused", "object arrays are pickled, and pickles run code: refused");
  }
  return make(type, shape, toBytes(data), copy);
}

function toScalar(type: unknown, data: unknown, { copy, scalars }: DecodeOptions): unknown {
  const scalar = make(type, [], toBytes(data), copy === "never" ? "auto" : copy);
  if (scalar instanceof RecordArray) return scalar;
  if (scalars === "typed") return new NumpyScalar(scalar.dtype, scalar);
  return plain(scalar);
}

/**
 * The value that is written as the same in Python: no number for a time, which has a unit, and no text for bytes.
 * Integers become what those of Python do.
 */
function plain(scalar: NdArray): unknown {
  const item = scalar.item(0);
  switch (scalar.dtype[1]) {
    case "i":
    case "u":
      return typeof item === "bigint" ? exact(item) : item;
    case "c":
      return isComplex(item) ? new Complex(item.re, item.im) : item;
    case "S":
      return withoutEnd(scalar.bytes);
    case "M":
    case "m":
      return new NumpyScalar(scalar.dtype, scalar);
    default:
      return item;
  }
}

function isComplex(item: Item): item is Extract<Item, { readonly re: number }> {
  return typeof item === "object" && "re" in item;
}

/** numpy's bytes end before the zeros that fill them up. */
function withoutEnd(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
}

/** The type and shape are whatever the message has there: arrays check them. */
function make(type: unknown, shape: unknown, bytes: Uint8Array, copy: Copy | undefined): NdArray | RecordArray {
  const sizes = shape as readonly number[];
  if (typeof type === "string") return NdArray.fromBytes(type, sizes, bytes, copy);
  const [[name, format] = []] = Array.isArray(type) && type.length === 1 ? (type as readonly unknown[][]) : [];
  // The form of plain bytes, numpy's void: a single field without a name.
  if (name === "" && typeof format === "string") return NdArray.fromBytes(format, sizes, bytes, copy);
  return new RecordArray(type as readonly FieldDescr[], sizes, copy === "always" ? new Uint8Array(bytes) : bytes);
}

function toBytes(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  // What a masked array has as data is the array without its mask.
  if (data instanceof NdArray) return data.bytes;
  throw refuse("size-mismatch", "the data of an array are not bytes");
}
