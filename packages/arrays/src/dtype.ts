import { readCommaString } from "./comma-string.ts";
import { formatError } from "./errors.ts";
import { show } from "./invalid-argument.ts";
import { commonScalars, maxItemsize, parseScalar } from "./scalar-dtype.ts";
import type { Descr, DType, Field, FieldDescr } from "./types.ts";
import { isList } from "./types.ts";

const noShape: readonly number[] = [];
const maxDepth = 32;
/** The form in which numpy writes most dtypes. They have neither commas nor shapes, so looking for those is skipped. */
const usual = /^[<>|][a-zA-Z]\d+$/;

/**
 * Reads numpy's description of a dtype: every string that `numpy.dtype` takes on 64-bit Linux (`<f8`, `d`, `float64`,
 * `datetime64[ns]`, `i4,f8`), and the lists of fields in npy headers.
 *
 * @throws FormatError with code `pickle-refused` for objects, also within fields, and with code `dtype` for anything else
 *   that is not one of numpy's fixed-size dtypes; `longdouble` is refused because its bytes differ between machines
 */
export function descrToDtype(descr: unknown): DType {
  const { dtype, shape } = parseSubarray(descr, noShape, "shape", 0);
  if (shape.length > 0) throw formatError("dtype", "only the dtype of a field can be a subarray");
  return dtype;
}

/** Reads a dtype that may be a subarray. A subarray of a subarray has the dimensions of both. */
function parseSubarray(
  descr: unknown,
  outer: readonly number[],
  name: string,
  depth: number,
): { readonly dtype: DType; readonly shape: readonly number[] } {
  const common = typeof descr === "string" && outer === noShape ? commonScalars.get(descr) : undefined;
  if (common !== undefined) return { dtype: common, shape: noShape };
  let base = typeof descr === "string" && !usual.test(descr) ? readCommaString(descr) : descr;
  let shape = outer;
  for (let level = depth; isSubarray(base) && level <= maxDepth; level += 1) {
    shape = [...shape, ...checkShape(base[1], name)];
    base = typeof base[0] === "string" ? readCommaString(base[0]) : base[0];
  }
  const dtype = parse(base, depth);
  if (shape !== noShape && dtype.kind !== "struct" && dtype.itemsize === 0) {
    throw formatError("dtype", `${name}: numpy has no subarray of items without bytes`);
  }
  return { dtype, shape };
}

function parse(descr: unknown, depth: number): DType {
  if (typeof descr === "string") return parseScalar(descr);
  if (!isList(descr) || depth >= maxDepth)
    throw formatError("dtype", 'dtype must be a text such as "<f8" or a list of fields, at most 32 levels deep');
  const names = new Set<string>();
  const fields: Field[] = [];
  let unnamed = 0;
  let offset = 0;
  for (const entry of descr) {
    const field = parseField(entry, offset, depth + 1);
    fields.push(field);
    if (field.name === "") unnamed += 1;
    else if (names.add(field.name).size + unnamed < fields.length) {
      throw formatError("dtype", `two fields are named ${field.name}`);
    }
    offset += field.dtype.itemsize * field.count;
  }
  if (offset > maxItemsize)
    throw formatError("dtype", `a row has ${offset} bytes, and numpy's have at most ${maxItemsize}`);
  return { kind: "struct", itemsize: offset, fields };
}

function parseField(entry: unknown, offset: number, depth: number): Field {
  const field: readonly unknown[] = isList(entry) ? entry : [];
  const label = field[0];
  const [title, name] = isList(label) && label.length === 2 ? label : [undefined, label];
  if (typeof name !== "string" || !(title === undefined || typeof title === "string")) {
    throw formatError("dtype", "a field of a structured dtype has no name");
  }
  const outer = field[2] === undefined ? noShape : checkShape(field[2], `shape of field ${name}`);
  const { dtype, shape } = parseSubarray(field[1], outer, `shape of field ${name}`, depth);
  if (shape.some((size) => size > maxItemsize))
    throw formatError("dtype", `shape of field ${name}: numpy has no subarray so large`);
  const count = shape === noShape ? 1 : shapeSize(shape, `shape of field ${name}`);
  return { name, title, offset, dtype, shape, count };
}

/** Whether a descr is a subarray, `[base, sizes]`, rather than a list of fields. */
function isSubarray(descr: unknown): descr is readonly [unknown, readonly unknown[]] {
  return isList(descr) && descr.length === 2 && isList(descr[1]) && descr[1].every((size) => typeof size === "number");
}

/** The string that numpy writes for a dtype, or the list of fields for a structured one. */
export function dtypeToDescr(dtype: DType): Descr {
  if (dtype.kind !== "struct") return dtype.str;
  return dtype.fields.map(({ name, title, dtype: format, shape }): FieldDescr => {
    const label = title === undefined ? name : ([title, name] as const);
    return shape.length === 0 ? [label, dtypeToDescr(format)] : [label, dtypeToDescr(format), shape];
  });
}

const names: ReadonlyMap<string, string> = new Map([
  ["b", "bool"],
  ["i", "int"],
  ["u", "uint"],
  ["f", "float"],
  ["c", "complex"],
  ["M", "datetime64"],
  ["m", "timedelta64"],
]);

/** The name of a dtype as Python prints it, `str(numpy.dtype("<f8"))`: `float64`, `bool`, `datetime64[ns]`, `<U3`, `|S2`. */
export function dtypeName(dtype: string): string {
  const parsed = descrToDtype(dtype);
  const name = names.get(parsed.kind);
  if (parsed.kind === "struct") return dtype;
  if (name === undefined || parsed.bigEndian) return parsed.str;
  if (parsed.kind === "M" || parsed.kind === "m") return name + parsed.unit;
  return parsed.kind === "b" ? name : `${name}${8 * parsed.itemsize}`;
}

/**
 * The dtype string for any name that Python has for it, `numpy.dtype("float64").str`: `<f8`.
 *
 * @throws FormatError unless it is a dtype of fixed-size items
 */
export function dtypeFromName(name: string): string {
  const dtype = descrToDtype(name);
  if (dtype.kind !== "struct") return dtype.str;
  throw formatError("dtype", `${name} is not a dtype of single items`);
}

/** Whether a descr is already written as numpy prints the dtype that was read from it. */
export function isPrinted(descr: Descr, dtype: DType): boolean {
  if (typeof descr === "string") return dtype.kind !== "struct" && dtype.str === descr;
  if (isSubarray(descr)) return descr[1].length > 0 && isPrinted(descr[0], dtype);
  if (dtype.kind !== "struct") return false;
  return dtype.fields.every((field, index) => {
    const [, format, shape] = descr[index] ?? [];
    return format !== undefined && shape?.length !== 0 && isPrinted(format, field.dtype);
  });
}

/** The same dtype with little-endian items. */
export function littleEndian<Type extends DType>(dtype: Type): Type;
export function littleEndian(dtype: DType): DType {
  if (dtype.kind !== "struct") return dtype.bigEndian ? parseScalar(dtype.str.replace(">", "<")) : dtype;
  return { ...dtype, fields: dtype.fields.map((field) => ({ ...field, dtype: littleEndian(field.dtype) })) };
}

/**
 * The number of items in an array of this shape.
 *
 * @throws FormatError with code `shape` unless it is a list of at most 64 sizes whose product is a safe integer
 */
export function shapeSize(shape: unknown, what = "shape"): number {
  let product = 1;
  let counted = 1;
  for (const size of checkShape(shape, what)) {
    product *= size;
    // As in numpy, a size of 0 does not make up for others that are too large.
    counted *= size === 0 ? 1 : size;
  }
  if (Number.isSafeInteger(counted)) return product;
  throw formatError("shape", `${what} has too many items to count`);
}

function checkShape(shape: unknown, what: string): readonly number[] {
  if (isList(shape) && shape.length <= 64 && shape.every(isSize)) return shape;
  throw formatError("shape", `${what} must be a list of at most 64 whole numbers from 0 on, not ${show(shape)}`);
}

function isSize(size: unknown): size is number {
  return Number.isSafeInteger(size) && Number(size) >= 0;
}
