import { FormatError } from "./format-error.ts";

/** numpy's description of a dtype: a string such as `<f8`, or the list of a structured dtype's fields. */
export type Descr = string | readonly FieldDescr[];

/** A field as in numpy's descr: its name, its format, and the shape of a subarray. */
export type FieldDescr =
  | readonly [name: string, format: Descr]
  | readonly [name: string, format: Descr, shape: readonly number[]];

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
  /** Byte offset in the row. */
  readonly offset: number;
  readonly dtype: DType;
  /** The shape of a subarray, empty for a plain field. */
  readonly shape: readonly number[];
  /** Items of the subarray, 1 for a plain field. */
  readonly count: number;
}

export type DType = ScalarDType | StructuredDType;

const form = /^([<>=|]?)([biufcSUVMmO?])(\d*)(\[[^\]]*\])?$/;

const sizes: Readonly<Record<string, readonly number[]>> = {
  b: [1],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  f: [2, 4, 8],
  c: [8, 16],
  M: [8],
  m: [8],
};

const maxDepth = 32;

/**
 * Reads numpy's description of a dtype.
 *
 * @throws FormatError with code `pickle-refused` for objects wherever they hide, `dtype` for anything else that is not
 *   one of numpy's fixed-size dtypes (`longdouble` is not: its bytes differ from machine to machine)
 */
export function parseDtype(descr: unknown, depth = 0): DType {
  if (typeof descr === "string") return parseScalar(descr);
  if (!Array.isArray(descr) || depth > maxDepth) throw refuse(`${JSON.stringify(descr)} is no dtype`);
  const fields: Field[] = [];
  let offset = 0;
  for (const entry of descr as readonly unknown[]) {
    const [name, format, shape = []] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
    if (typeof name !== "string") throw refuse("a field of a structured dtype has no name");
    if (fields.some((field) => field.name === name && name !== "")) throw refuse(`two fields are named ${name}`);
    const dtype = parseDtype(format, depth + 1);
    const count = productOf(shape, name);
    fields.push({ name, offset, dtype, shape: shape as readonly number[], count });
    offset += dtype.itemsize * count;
  }
  return { kind: "struct", itemsize: offset, fields };
}

/** The string that numpy writes for a dtype, always little-endian, or the descr of a structured one. */
export function printDtype(dtype: DType): Descr {
  if (dtype.kind !== "struct") return printScalar(dtype);
  return dtype.fields.map(({ name, dtype: format, shape }) =>
    shape.length === 0 ? ([name, printDtype(format)] as const) : ([name, printDtype(format), shape] as const),
  );
}

function parseScalar(text: string): ScalarDType {
  const [, order = "", kind = "", digits = "", unit = ""] = form.exec(text) ?? [];
  if (kind === "O") throw refuse("object arrays are pickled, and pickles run code: refused", "pickle-refused");
  const letter = kind === "?" ? "b" : kind;
  const size = kind === "?" ? 1 : Number(digits);
  const allowed = sizes[letter];
  const fits = allowed === undefined ? digits !== "" || kind === "V" : allowed.includes(size);
  if (!isScalarKind(letter) || !fits || (unit !== "" && letter !== "M" && letter !== "m")) {
    throw refuse(`${JSON.stringify(text)} is no dtype that can be read`);
  }
  return { kind: letter, itemsize: letter === "U" ? 4 * size : size, bigEndian: order === ">", unit };
}

function printScalar({ kind, itemsize, unit }: ScalarDType): string {
  const single = kind === "S" || kind === "V" || itemsize === 1;
  return `${single ? "|" : "<"}${kind}${kind === "U" ? itemsize / 4 : itemsize}${unit}`;
}

function isScalarKind(letter: string): letter is ScalarKind {
  return "biufcSUVMm".includes(letter) && letter.length === 1;
}

/**
 * How many items an array of this shape has.
 *
 * @throws FormatError with code `shape` when it is no list of at most 64 sizes, or too large to count
 */
export function productOf(shape: unknown, what = "array"): number {
  const sizesOf: readonly unknown[] = Array.isArray(shape) ? shape : [];
  let product = 1;
  for (const size of sizesOf) product *= typeof size === "number" && Number.isInteger(size) && size >= 0 ? size : NaN;
  if (Array.isArray(shape) && shape.length <= 64 && Number.isSafeInteger(product)) return product;
  throw refuse(`${what}: ${JSON.stringify(shape)} is no shape`, "shape");
}

function refuse(message: string, code = "dtype"): FormatError {
  return new FormatError(message, { codec: "numpy", code });
}
