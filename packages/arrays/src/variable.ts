import type { Attributes } from "./attributes.ts";
import { equivalent } from "./attributes.ts";
import { DatasetError } from "./dataset-error.ts";
import type { Indexer } from "./indexer.ts";
import { positions } from "./indexer.ts";
import { checkDims, checkRecord, invalidArgument } from "./invalid-argument.ts";
import { NdArray } from "./ndarray.ts";
import { sameValues } from "./same-values.ts";
import { takeItems } from "./take-items.ts";

/** An array whose dimensions have names: what a Dataset is made of, as `xarray.Variable`. */
export class Variable {
  readonly dims: readonly string[];
  readonly data: NdArray;
  readonly attrs: Attributes;

  /**
   * @param dims - one name for each dimension of `data`; a single name may come alone
   * @throws DatasetError when names are missing, too many or the same; TypeError for what is no name or array at all
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

  /** The part at the given positions, copied; dimensions that this variable does not have are left alone. */
  isel(indexers: Readonly<Record<string, Indexer>>): Variable {
    const taken = this.dims.map((dim, axis) => {
      const indexer = Object.hasOwn(indexers, dim) ? indexers[dim] : undefined;
      return indexer === undefined ? undefined : positions(indexer, dim, this.shape[axis] ?? 0);
    });
    if (taken.every((entry) => entry === undefined)) return this;
    const dims = this.dims.filter((_, axis) => typeof taken[axis] !== "number");
    return new Variable(dims, takeItems(this.data, taken), this.attrs);
  }

  /** Whether dimensions, dtype, values (NaN equals NaN) and attributes are the same. */
  identical(other: Variable): boolean {
    return (
      this.dims.every((dim, axis) => dim === other.dims[axis]) &&
      sameValues(this.data, other.data) &&
      equivalent(this.attrs, other.attrs)
    );
  }
}

/** What is wrong with `dims` as the names of the dimensions of `data`. */
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
