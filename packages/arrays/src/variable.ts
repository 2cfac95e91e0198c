import type { Attributes } from "./attributes.ts";
import { equivalent } from "./attributes.ts";
import { DatasetError } from "./errors.ts";
import type { Indexer } from "./indexing.ts";
import { positions, take } from "./indexing.ts";
import { checkDims, checkRecord, invalidArgument } from "./invalid-argument.ts";
import { NdArray } from "./ndarray.ts";

/** An array whose dimensions have names, as `xarray.Variable`. A Dataset consists of them. */
export class Variable {
  readonly dims: readonly string[];
  readonly data: NdArray;
  readonly attrs: Attributes;

  /**
   * @param dims - one name for each dimension of `data`; a single one may be given as a string
   * @throws DatasetError when there are too few, too many or equal names, TypeError for arguments of the wrong type
   */
  constructor(dims: string | readonly string[], data: NdArray, attrs: Attributes = {}) {
    if (dims === undefined) throw invalidArgument("dims", "a text or a list of texts", dims);
    checkDims("dims", dims);
    if (!(data instanceof NdArray)) throw invalidArgument("data", "an NdArray", data);
    checkRecord("attrs", attrs);
    this.dims = typeof dims === "string" ? [dims] : [...dims];
    this.data = data;
    this.attrs = attrs;
    const problems = dimensionProblems(this.dims, data);
    if (problems.length > 0) throw new DatasetError("this variable is not consistent", problems);
  }

  /** numpy's dtype string, such as `<f8`. */
  get dtype(): string {
    return this.data.dtype;
  }

  /** The length along each dimension, in the order of `dims`. */
  get shape(): readonly number[] {
    return this.data.shape;
  }

  /** The number of items. */
  get size(): number {
    return this.data.size;
  }

  /** The length of each dimension. */
  get sizes(): Readonly<Record<string, number>> {
    const sizes: Record<string, number> = Object.create(null);
    this.dims.forEach((dim, axis) => (sizes[dim] = this.shape[axis] ?? 0));
    return sizes;
  }

  /** A copy of the part at the given positions. Dimensions that this variable does not have are ignored. */
  isel(indexers: Readonly<Record<string, Indexer>>): Variable {
    const taken = this.dims.map((dim, axis) => {
      const indexer = Object.hasOwn(indexers, dim) ? indexers[dim] : undefined;
      return indexer === undefined ? undefined : positions(indexer, dim, this.shape[axis] ?? 0);
    });
    if (taken.every((entry) => entry === undefined)) return this;
    const dims = this.dims.filter((_, axis) => typeof taken[axis] !== "number");
    return new Variable(dims, take(this.data, taken), this.attrs);
  }

  /** Whether dimensions, dtype, values (NaN equals NaN) and attributes are the same. */
  identical(other: Variable): boolean {
    return (
      this.dims.every((dim, axis) => dim === other.dims[axis]) &&
      arrayEqual(this.data, other.data) &&
      equivalent(this.attrs, other.attrs)
    );
  }
}

/** The reasons why `dims` cannot name the dimensions of `data`; none if they can. */
export function dimensionProblems(dims: readonly string[], data: NdArray): string[] {
  const problems: string[] = [];
  if (dims.length !== data.shape.length) {
    problems.push(`values of shape (${data.shape.join(", ")}) cannot lie along (${dims.join(", ")})`);
  }
  const seen = new Set<string>();
  for (const dim of dims) {
    if (seen.has(dim)) problems.push(`two dimensions are named '${dim}'`);
    seen.add(dim);
  }
  return problems;
}

/** Whether two arrays have the same dtype, shape and values; NaN equals NaN, and 0 equals -0. */
export function arrayEqual(a: NdArray, b: NdArray): boolean {
  if (a.dtype !== b.dtype || a.shape.length !== b.shape.length) return false;
  if (a.shape.some((size, axis) => size !== b.shape[axis])) return false;
  const same = a.dtype === "<f2" && a.data instanceof Uint16Array ? sameHalves : Object.is;
  const other = b.data;
  return a.data.every((value: number | bigint, index: number) => value === other[index] || same(value, other[index]));
}

/** Whether the bits of two float16 numbers are equal; any NaN equals any other, 0 equals -0. */
function sameHalves(a: unknown, b: unknown): boolean {
  const [one, other] = [Number(a) & 0x7fff, Number(b) & 0x7fff];
  return (one === 0 && other === 0) || (one > 0x7c00 && other > 0x7c00);
}

/** Variables by name. The object has no prototype, so that names such as `constructor` are safe. */
export type Variables = Readonly<Record<string, Variable>>;

/** An object without a prototype that has the given entries. */
export function toRecord<Value>(entries: Iterable<readonly [string, Value]>): Readonly<Record<string, Value>> {
  const record: Record<string, Value> = Object.create(null);
  for (const [name, value] of entries) record[name] = value;
  return record;
}

export function mapVariables<Value>(
  variables: Variables,
  change: (variable: Variable) => Value,
): Readonly<Record<string, Value>> {
  return toRecord(Object.entries(variables).map(([name, variable]) => [name, change(variable)]));
}

/** Whether both have the same names, in any order, with identical variables. */
export function identicalVariables(a: Variables, b: Variables): boolean {
  const entries = Object.entries(a);
  return (
    entries.length === Object.keys(b).length &&
    entries.every(([name, one]) => {
      const other = b[name];
      return other !== undefined && one.identical(other);
    })
  );
}
