import { refuse } from "./refuse.ts";
import { typedArrays } from "./typed-arrays.ts";

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

/** What kind of item: numpy's one-letter kinds. */
export type ScalarKind = "b" | "i" | "u" | "f" | "c" | "S" | "U" | "V" | "M" | "m";

/** A dtype with plain items. */
export interface ScalarDType {
  readonly kind: ScalarKind;
  /** Bytes of one item. */
  readonly itemsize: number;
  /** Whether items are stored with the most significant byte first. */
  readonly bigEndian: boolean;
  /** Of datetime64 and timedelta64, such as `[ns]`. */
  readonly unit: string;
  /** What numpy prints for it, such as `<f8`. */
  readonly str: string;
}

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

const form = /^([<>=|]?)([biufcSUVMmO?])(\d*)(\[\d*(?:[YMWDhms]|[munpfa]s)\])?$/;

/** Most dtypes that are met, so that they need not be read each time: those of one size each, by what numpy prints. */
const common: ReadonlyMap<string, ScalarDType> = new Map(
  Object.entries(typedArrays)
    .flatMap(([kind, sizes]) => Object.keys(sizes).flatMap((size) => [`<${kind}${size}`, `>${kind}${size}`]))
    .map(readScalar)
    .map((dtype) => [dtype.str, dtype]),
);

const noShape: readonly number[] = [];
const maxDepth = 32;

/**
 * Reads numpy's description of a dtype.
 *
 * @throws FormatError with code `pickle-refused` for objects wherever they hide, `dtype` for anything else that is not
 *   one of numpy's fixed-size dtypes (`longdouble` is not: its bytes differ from machine to machine)
 */
export function parseDtype(descr: unknown): DType {
  if (isSubarray(descr)) throw refuse("dtype", "a subarray is a dtype of fields only");
  return parse(descr, 0);
}

function parse(descr: unknown, depth: number): DType {
  if (typeof descr === "string") return parseScalar(descr);
  if (!isList(descr) || depth > maxDepth) throw refuse("dtype", "a dtype is neither a string nor a list of fields");
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
  if (!Number.isSafeInteger(offset)) throw refuse("dtype", "a row is too large to count its bytes");
  return { kind: "struct", itemsize: offset, fields };
}

function parseField(entry: unknown, offset: number, depth: number): Field {
  const field: readonly unknown[] = isList(entry) ? entry : [];
  const label = field[0];
  const [title, name] = isList(label) && label.length === 2 ? label : [undefined, label];
  if (typeof name !== "string" || !(title === undefined || typeof title === "string")) {
    throw refuse("dtype", "a field of a structured dtype has no name");
  }
  // A subarray of a subarray is one of both their dimensions.
  let base = field[1];
  let shape = field[2] === undefined ? noShape : checkShape(field[2], name);
  for (let level = depth; isSubarray(base) && level <= maxDepth; level += 1) {
    shape = [...shape, ...checkShape(base[1], name)];
    base = base[0];
  }
  const count = shape === noShape ? 1 : productOf(shape, name);
  return { name, title, offset, dtype: parse(base, depth), shape, count };
}

/** Tells a subarray, a dtype with a list of sizes, from a list of fields, none of which is a list of sizes. */
function isSubarray(descr: unknown): descr is readonly [unknown, readonly unknown[]] {
  return isList(descr) && descr.length === 2 && isList(descr[1]) && descr[1].every((size) => typeof size === "number");
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** The string that numpy writes for a dtype, or the descr of a structured one. */
export function printDtype(dtype: DType): Descr {
  if (dtype.kind !== "struct") return dtype.str;
  return dtype.fields.map(({ name, title, dtype: format, shape }): FieldDescr => {
    const label = title === undefined ? name : ([title, name] as const);
    return shape.length === 0 ? [label, printDtype(format)] : [label, printDtype(format), shape];
  });
}

/** The same dtype with the least significant byte first. */
export function littleEndian<Type extends DType>(dtype: Type): Type;
export function littleEndian(dtype: DType): DType {
  if (dtype.kind !== "struct") return dtype.bigEndian ? parseScalar(dtype.str.replace(">", "<")) : dtype;
  return { ...dtype, fields: dtype.fields.map((field) => ({ ...field, dtype: littleEndian(field.dtype) })) };
}

function parseScalar(text: string): ScalarDType {
  return common.get(text) ?? readScalar(text);
}

function readScalar(text: string): ScalarDType {
  const [, order = "", symbol = "", digits = "", unit = ""] = form.exec(text) ?? [];
  if (symbol === "O") throw refuse("pickle-refused", "object arrays are pickled, and pickles run code: refused");
  const kind = symbol === "?" ? "b" : symbol;
  const size = symbol === "?" ? 1 : Number(digits);
  const allowed = typedArrays[kind];
  const fits = allowed === undefined ? digits !== "" || kind === "V" : size in allowed;
  if (!fits || (unit !== "" && kind !== "M" && kind !== "m")) {
    throw refuse("dtype", `${JSON.stringify(text.slice(0, 50))} is no dtype that can be read`);
  }
  const itemsize = kind === "U" ? 4 * size : size;
  const single = kind === "S" || kind === "V" || itemsize === 1;
  const bigEndian = order === ">" && !single;
  const str = `${single ? "|" : bigEndian ? ">" : "<"}${kind}${size}${unit}`;
  return { kind: kind as ScalarKind, itemsize, bigEndian, unit, str };
}

/**
 * How many items an array of this shape has.
 *
 * @throws FormatError with code `shape` when it is no list of at most 64 sizes, or too large to count
 */
export function productOf(shape: unknown, what = "array"): number {
  let product = 1;
  let counted = 1;
  for (const size of checkShape(shape, what)) {
    product *= size;
    // Zeros do not make an impossible shape possible: numpy's rule, too.
    counted *= size === 0 ? 1 : size;
  }
  if (Number.isSafeInteger(counted)) return product;
  throw refuse("shape", `${what}: the shape has too many items to count`);
}

function checkShape(shape: unknown, what: string): readonly number[] {
  if (isList(shape) && shape.length <= 64 && shape.every(isSize)) return shape;
  throw refuse("shape", `${what}: the shape is no list of at most 64 sizes`);
}

function isSize(size: unknown): size is number {
  return Number.isSafeInteger(size) && Number(size) >= 0;
}
