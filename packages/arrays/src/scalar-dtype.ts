import { formatError } from "./errors.ts";
import { readTimeUnit } from "./time-unit.ts";
import { typedArrays } from "./typed-arrays.ts";
import type { ScalarDType, ScalarKind } from "./types.ts";

/** The most bytes of an item: numpy counts them in C's int. */
export const maxItemsize = 2 ** 31 - 1;

/** numpy's names for each dtype on 64-bit Linux. They take no byte order. `a` is numpy 1's name for `S`. */
const names = byName(
  {
    b1: "bool bool_",
    i1: "int8 byte",
    i2: "int16 short",
    i4: "int32 intc",
    i8: "int64 int int_ intp long longlong",
    u1: "uint8 ubyte",
    u2: "uint16 ushort",
    u4: "uint32 uintc",
    u8: "uint64 uint uintp ulong ulonglong",
    f2: "float16 half",
    f4: "float32 single",
    f8: "float64 float double",
    f16: "float128 longdouble",
    c8: "complex64 csingle",
    c16: "complex128 complex cdouble",
    c32: "complex256 clongdouble",
    S0: "bytes bytes_ a",
    U0: "str str_ unicode",
    V0: "void",
    O8: "object object_",
  },
  " ",
);

/** numpy's one-letter names for each dtype. They may follow a byte order. */
const letters = byName(
  {
    b1: "?",
    i1: "b",
    i2: "h",
    i4: "i",
    i8: "lqpn",
    u1: "B",
    u2: "H",
    u4: "I",
    u8: "LQPN",
    f2: "e",
    f4: "f",
    f8: "d",
    f16: "g",
    c8: "F",
    c16: "D",
    c32: "G",
    S0: "S",
    S1: "c",
    U0: "U",
    V0: "V",
    O8: "O",
    M8: "M",
    m8: "m",
  },
  "",
);

/** A kind and a size. Spaces and a plus sign before the size are allowed, as in C's strtol. */
const sized = /^([biufcSaUVMmO])[ \t\n\v\f\r]*\+?(\d+)$/;
const kinds: ReadonlyMap<string, string> = new Map(
  Object.entries({ a: "S", M8: "M", datetime64: "M", m8: "m", timedelta64: "m" }),
);
const time = /^(M8|m8|datetime64|timedelta64)(.*)/s;

/** The fixed-size dtypes by what numpy prints for them, so that the most frequent ones are not parsed each time. */
export const commonScalars: ReadonlyMap<string, ScalarDType> = new Map(
  Object.entries(typedArrays)
    .flatMap(([kind, sizes]) => Object.keys(sizes).flatMap((size) => [`<${kind}${size}`, `>${kind}${size}`]))
    .map(readScalar)
    .map((dtype) => [dtype.str, dtype]),
);

/**
 * Reads every string that `numpy.dtype` takes for single values: `<f8`, `f8`, `d`, `float64`, `datetime64[ns]`.
 *
 * @throws FormatError with code `pickle-refused` for objects, `dtype` for any other string that is not such a dtype
 */
export function parseScalar(text: string): ScalarDType {
  return commonScalars.get(text) ?? readScalar(text);
}

function readScalar(text: string): ScalarDType {
  const order = "<>=|".includes(text.charAt(0)) ? text.charAt(0) : "";
  const code = text.slice(order.length);
  const found = sized.exec(code) ?? sized.exec(names.get(text) ?? letters.get(code) ?? "");
  const [, symbol = "", digits] = found ?? [];
  const [, timeCode, timeUnit = ""] = time.exec(code) ?? [];
  const unit = readTimeUnit(timeUnit);
  const kind = kinds.get(timeCode ?? symbol) ?? symbol;
  const size = timeCode === undefined ? Number(digits) : 8;
  if (kind === "O" && (size === 4 || size === 8)) {
    throw formatError("pickle-refused", "object arrays are pickled, and pickles run code: refused");
  }
  const itemsize = kind === "U" ? 4 * size : size;
  const allowed = typedArrays[kind];
  const fits = allowed === undefined ? "SUV".includes(kind) && itemsize <= maxItemsize : size in allowed;
  if (!fits || unit === undefined) {
    throw formatError("dtype", `${JSON.stringify(text.slice(0, 50))} ${whyNot(kind, size, code)}`);
  }
  const single = kind === "S" || kind === "V" || itemsize === 1;
  const bigEndian = order === ">" && !single;
  const str = `${single ? "|" : bigEndian ? ">" : "<"}${kind}${size}${unit}`;
  return { kind: kind as ScalarKind, itemsize, bigEndian, unit, str };
}

function byName(table: Readonly<Record<string, string>>, separator: string): ReadonlyMap<string, string> {
  const entries = Object.entries(table);
  return new Map(entries.flatMap(([code, all]) => all.split(separator).map((name): [string, string] => [name, code])));
}

function whyNot(kind: string, size: number, code: string): string {
  if ((kind === "f" && size === 16) || (kind === "c" && size === 32)) {
    return "is C's long double, whose bytes differ from machine to machine: write float64 or complex128";
  }
  if (code === "T") return "is text of any length, which numpy keeps outside of the array: write U";
  return "is not a dtype that can be read";
}
