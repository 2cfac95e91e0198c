import { FormatError, NdArray, RecordArray } from "@dataqueues/arrays";
import type { Copy, FieldDescr, Item } from "@dataqueues/arrays";

import type { DecodeOptions } from "./decode-options.ts";
import type { Dict } from "./dict.ts";
import { formatError } from "./format-error.ts";
import { Complex, NumpyScalar } from "./python-values.ts";
import { toSafeNumber } from "./reader.ts";

/**
 * The array, scalar or complex number that a dict with bytes as keys represents; undefined if a key is missing, in which
 * case Python returns the dict as well.
 *
 * @throws FormatError with code `pickle-refused`, `dtype`, `shape`, `size-mismatch` or `format`
 */
export function fromMarkers(markers: Dict, offset: number, options: DecodeOptions): unknown {
  const { nd, type, shape, data } = markers;
  if (typeof nd === "boolean" && type !== undefined && data !== undefined && (!nd || shape !== undefined)) {
    try {
      return nd ? toArray(markers, options) : toScalar(type, data, options);
    } catch (cause) {
      if (!(cause instanceof FormatError)) throw cause;
      throw formatError(cause.code, cause.message, { offset, cause });
    }
  }
  if (markers["complex"] === undefined || data === undefined) return undefined;
  const complex = typeof data === "string" ? Complex.parse(data) : undefined;
  if (complex === undefined)
    throw formatError("format", `the dict at byte ${offset} does not contain a complex number`, { offset });
  return complex;
}

function toArray({ type, kind, shape, data }: Dict, { copy }: DecodeOptions): NdArray | RecordArray {
  if (kind === "O" || (kind instanceof Uint8Array && kind[0] === 0x4f)) {
    throw formatError("pickle-refused", "object arrays are pickled, and pickles run code: refused");
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
 * The value of a numpy scalar that `encode` writes as the same value of Python. A time keeps its unit as a NumpyScalar, and
 * bytes do not become text. Integers become numbers or bigints, as those of Python do.
 */
function plain(scalar: NdArray): unknown {
  const item = scalar.item(0);
  switch (scalar.dtype[1]) {
    case "i":
    case "u":
      return typeof item === "bigint" ? toSafeNumber(item) : item;
    case "c":
      return isComplex(item) ? new Complex(item.re, item.im) : item;
    case "S":
      return withoutPadding(scalar.bytes);
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

/** numpy pads bytes with zeros at the end. */
function withoutPadding(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
}

/** Makes an array of an unchecked type and shape from a message; the constructors check them. */
function make(type: unknown, shape: unknown, bytes: Uint8Array, copy: Copy | undefined): NdArray | RecordArray {
  const sizes = shape as readonly number[];
  if (typeof type === "string") return NdArray.fromBytes(type, sizes, bytes, copy);
  const [[name, format] = []] = Array.isArray(type) && type.length === 1 ? (type as readonly unknown[][]) : [];
  // A single field without a name is numpy's void: plain bytes.
  if (name === "" && typeof format === "string") return NdArray.fromBytes(format, sizes, bytes, copy);
  return new RecordArray(type as readonly FieldDescr[], sizes, copy === "always" ? new Uint8Array(bytes) : bytes);
}

function toBytes(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  // The data of a masked array are another array, which has no mask.
  if (data instanceof NdArray) return data.bytes;
  throw formatError("size-mismatch", "the data of an array are not bytes");
}
