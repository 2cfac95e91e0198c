import { readCommaString } from "./comma-string.ts";
import { show } from "./invalid-argument.ts";
import { refuse } from "./refuse.ts";
import { commonScalars, maxItemsize, parseScalar } from "./scalar-dtype.ts";
import type { ScalarDType } from "./scalar-dtype.ts";

/**
 * numpy's description of a dtype: a string such as `<f8`, the list of a structured dtype's fields, or, within a field, a
 * subarray of a dtype: `["<f8", [5]]`.
 */
export type Descr = string | readonly FieldDescr[] | readonly [base: Descr, shape: readonly number[]];

/** A field as in numpy's descr: its name (or title and name), its format, and the shape of a subarray. */
export type FieldDescr =
  | readonly [name: FieldName, format: Descr]
  | readonly [name: FieldName, format: Descr, shape: readonly number[]];

/** The name of a field, or numpy's pair of a title and the name. */
export type FieldName = string | readonly [title: string, name: string];

/** A dtype whose items are rows of fields. */
export interface StructuredDType {
  readonly kind: "struct";
  readonly itemsize: number;
  readonly fields: readonly Field[];
}

/** A field of a row: where it is, and how many items of what dtype it has. */
export interface Field {
  readonly name: string;
  /** numpy's second name of a field, rarely used. */
  readonly title?: string | undefined;
  /** Byte offset in the row. */
  readonly offset: number;
  readonly dtype: DType;
  /** The shape of a subarray, empty for a plain field. */
  readonly shape: readonly number[];
  /** Items of the subarray, 1 for a plain field. */
  readonly count: number;
}

/** What a dtype string or a descr says: one scalar an item, or fields. */
export type DType = ScalarDType | StructuredDType;

const noShape: readonly number[] = [];
const maxDepth = 32;
/** What numpy writes for most dtypes, which need not be looked through for commas and sizes. */
const usual = /^[<>|][a-zA-Z]\d+$/;

/**
 * Reads numpy's description of a dtype: all that `numpy.dtype` takes on 64-bit Linux for a string (`<f8`, `d`, `float64`,
 * `datetime64[ns]`, `i4,f8`), and the lists of fields that npy has.
 *
 * @throws FormatError with code `pickle-refused` for objects wherever they hide, `dtype` for anything else that is not
 *   one of numpy's fixed-size dtypes (`longdouble` is not: its bytes differ from machine to machine)
 */
export function descrToDtype(descr: unknown): DType {
  const { dtype, shape } = parseSubarray(descr, noShape, "shape", 0);
  if (shape.length > 0) throw refuse("dtype", "a subarray is a dtype of fields only");
  return dtype;
}

/** A dtype that may be a subarray. A subarray of a subarray is one of both their dimensions. */
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
    throw refuse("dtype", `${name}: numpy has no subarray of items without bytes`);
  }
  return { dtype, shape };
}

function parse(descr: unknown, depth: number): DType {
  if (typeof descr === "string") return parseScalar(descr);
  if (!isList(descr) || depth >= maxDepth)
    throw refuse("dtype", 'dtype must be a text such as "<f8" or a list of fields, at most 32 levels deep');
  const names = new Set<string>();
  const fields: Field[] = [];
  let unnamed = 0;
  let offset = 0;
  for (const entry of descr) {
    const field = parseField(entry, offset, depth + 1);
    fields.push(field);
    if (field.name === "") unnamed += 1;
    else if (names.add(field.name).size + unnamed < fields.length) {
      throw refuse("dtype", `two fields are named ${field.name}`);
    }
    offset += field.dtype.itemsize * field.count;
  }
  if (offset > maxItemsize) throw refuse("dtype", `a row has ${offset} bytes, and numpy's have at most ${maxItemsize}`);
  return { kind: "struct", itemsize: offset, fields };
}

function parseField(entry: unknown, offset: number, depth: number): Field {
  const field: readonly unknown[] = isList(entry) ? entry : [];
  const label = field[0];
  const [title, name] = isList(label) && label.length === 2 ? label : [undefined, label];
  if (typeof name !== "string" || !(title === undefined || typeof title === "string")) {
    throw refuse("dtype", "a field of a structured dtype has no name");
  }
  const outer = field[2] === undefined ? noShape : checkShape(field[2], `shape of field ${name}`);
  const { dtype, shape } = parseSubarray(field[1], outer, `shape of field ${name}`, depth);
  if (shape.some((size) => size > maxItemsize))
    throw refuse("dtype", `shape of field ${name}: numpy has no subarray so large`);
  const count = shape === noShape ? 1 : shapeSize(shape, `shape of field ${name}`);
  return { name, title, offset, dtype, shape, count };
}

/** Tells a subarray, a dtype with a list of sizes, from a list of fields, none of which is a list of sizes. */
function isSubarray(descr: unknown): descr is readonly [unknown, readonly unknown[]] {
  return isList(descr) && descr.length === 2 && isList(descr[1]) && descr[1].every((size) => typeof size === "number");
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** The string that numpy writes for a dtype, or the descr of a structured one. */
export function dtypeToDescr(dtype: DType): Descr {
  if (dtype.kind !== "struct") return dtype.str;
  return dtype.fields.map(({ name, title, dtype: format, shape }): FieldDescr => {
    const label = title === undefined ? name : ([title, name] as const);
    return shape.length === 0 ? [label, dtypeToDescr(format)] : [label, dtypeToDescr(format), shape];
  });
}

/** Whether a descr is written as numpy prints the dtype that was read from it. */
export function isPrinted(descr: Descr, dtype: DType): boolean {
  if (typeof descr === "string") return dtype.kind !== "struct" && dtype.str === descr;
  if (isSubarray(descr)) return descr[1].length > 0 && isPrinted(descr[0], dtype);
  if (dtype.kind !== "struct") return false;
  return dtype.fields.every((field, index) => {
    const [, format, shape] = descr[index] ?? [];
    return format !== undefined && shape?.length !== 0 && isPrinted(format, field.dtype);
  });
}

/** The same dtype with the least significant byte first. */
export function littleEndian<Type extends DType>(dtype: Type): Type;
export function littleEndian(dtype: DType): DType {
  if (dtype.kind !== "struct") return dtype.bigEndian ? parseScalar(dtype.str.replace(">", "<")) : dtype;
  return { ...dtype, fields: dtype.fields.map((field) => ({ ...field, dtype: littleEndian(field.dtype) })) };
}

/**
 * How many items an array of this shape has.
 *
 * @throws FormatError with code `shape` when it is no list of at most 64 sizes, or too large to count
 */
export function shapeSize(shape: unknown, what = "shape"): number {
  let product = 1;
  let counted = 1;
  for (const size of checkShape(shape, what)) {
    product *= size;
    // Zeros do not make an impossible shape possible: numpy's rule, too.
    counted *= size === 0 ? 1 : size;
  }
  if (Number.isSafeInteger(counted)) return product;
  throw refuse("shape", `${what} has too many items to count`);
}

function checkShape(shape: unknown, what: string): readonly number[] {
  if (isList(shape) && shape.length <= 64 && shape.every(isSize)) return shape;
  throw refuse("shape", `${what} must be a list of at most 64 whole numbers from 0 on, not ${show(shape)}`);
}

function isSize(size: unknown): size is number {
  return Number.isSafeInteger(size) && Number(size) >= 0;
}
