import { inspect } from "./array-repr.ts";
import type { Attributes } from "./attributes.ts";
import type { DataArrayDict } from "./dataset-dict.ts";
import { DictReader, writeVariables } from "./dataset-dict.ts";
import { DatasetError } from "./errors.ts";
import { formatDataArray } from "./format-dataset.ts";
import type { Indexer } from "./indexing.ts";
import { checkDims, checkRecord, invalidArgument } from "./invalid-argument.ts";
import type { Labels } from "./labels.ts";
import { positionsOf } from "./labels.ts";
import { mergeVariables } from "./merge-variables.ts";
import type { NdArray } from "./ndarray.ts";
import type { Values, VariableInput } from "./variable-input.ts";
import { toArray } from "./variable-input.ts";
import type { Variables } from "./variable.ts";
import { identicalVariables, mapVariables, Variable } from "./variable.ts";

/** The parts of a DataArray beside its values, as in xarray. */
export interface DataArrayOptions {
  /** A name for each dimension; `dim_0`, `dim_1`, … by default, as in xarray. */
  readonly dims?: string | readonly string[] | undefined;
  readonly coords?: Readonly<Record<string, VariableInput>> | undefined;
  readonly name?: string | undefined;
  readonly attrs?: Attributes | undefined;
}

/**
 * One array with named dimensions and coordinates along them, as `xarray.DataArray`.
 *
 * @example
 * ```ts
 * const power = new DataArray([[1, 2, 3], [4, 5, 6]], {
 *   dims: ["receptor", "frequency"],
 *   coords: { receptor: ["X", "Y"], frequency: [1.0e9, 1.1e9, 1.2e9] },
 *   name: "power",
 * });
 * power.sel({ receptor: "Y" }).data.toList(); // [4, 5, 6]
 * ```
 */
export class DataArray {
  readonly name: string | undefined;
  readonly variable: Variable;
  readonly coords: Variables;

  /** @throws DatasetError that lists everything about values, dims and coords that does not fit together */
  constructor(values: Values | Variable, options: DataArrayOptions = {}) {
    checkRecord("options", options);
    const { dims, coords = {}, name, attrs = {} } = options;
    checkDims("dims", dims);
    checkRecord("coords", coords);
    checkRecord("attrs", attrs);
    if (name !== undefined && typeof name !== "string") throw invalidArgument("name", "a text", name);
    const along =
      values instanceof Variable ? values.dims : typeof dims === "string" ? [dims] : (dims ?? defaultDims(values));
    const input: VariableInput = values instanceof Variable ? values : [along, values, attrs];
    // The array may have the same name as one of its coordinates, so it is merged under another one.
    let key = "values";
    while (Object.hasOwn(coords, key) || along.includes(key)) key += "_";
    const merged = mergeVariables("this DataArray", { [key]: input }, coords, along);
    const variable = merged.dataVars[key];
    if (variable === undefined) throw new DatasetError("this DataArray is not consistent", ["it has no values"]);
    this.name = name;
    this.variable = variable;
    this.coords = merged.coords;
  }

  /** Reads `xarray.DataArray.to_dict()`, whose data may be an array or lists. @throws DatasetError for anything else. */
  static fromDict(dict: unknown): DataArray {
    const reader = new DictReader();
    const variable = reader.variable(dict, "the dict");
    const { coords: given, name } = reader.record(dict, "the dict");
    const coords = reader.variables(given, "coords");
    reader.end("the dict of a DataArray");
    const [dims, values, attrs] = variable ?? [[], NaN, {}];
    return new DataArray(values, { dims, attrs, coords, name: typeof name === "string" ? name : undefined });
  }

  /** The name of each dimension. */
  get dims(): readonly string[] {
    return this.variable.dims;
  }

  /** The values, in C order over `dims`. */
  get data(): NdArray {
    return this.variable.data;
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
    return this.variable.sizes;
  }

  /** xarray's attributes, such as the units of the values. */
  get attrs(): Attributes {
    return this.variable.attrs;
  }

  /**
   * A copy of the part at the given positions of each dimension.
   *
   * @throws RangeError for an unknown dimension, or a position outside of a dimension
   */
  isel(indexers: Readonly<Record<string, Indexer>>): DataArray {
    for (const dim of Object.keys(indexers)) {
      if (!this.dims.includes(dim))
        throw new RangeError(`there is no dimension '${dim}' among (${this.dims.join(", ")})`);
    }
    const coords = mapVariables(this.coords, (coord) => coord.isel(indexers));
    return new DataArray(this.variable.isel(indexers), { coords, name: this.name });
  }

  /**
   * A copy of the part at the given labels of coordinates.
   *
   * @throws RangeError for a label that the coordinate does not have exactly once
   */
  sel(labels: Readonly<Record<string, Labels>>): DataArray {
    return this.isel(positionsOf(labels, this.coords));
  }

  /** Whether name, dims, dtypes, values, coordinates and attributes are equal; NaN equals NaN. */
  identical(other: DataArray): boolean {
    return (
      this.name === other.name &&
      this.variable.identical(other.variable) &&
      identicalVariables(this.coords, other.coords)
    );
  }

  /** As `xarray.DataArray.to_dict(data="array")`. */
  toDict(): DataArrayDict {
    const { dims, attrs, data, coords, name } = this;
    return { dims, attrs, data, coords: writeVariables(coords), name: name ?? null };
  }

  /** As xarray prints it, with the values in one line. */
  toString(): string {
    return formatDataArray(this);
  }

  /** Called by Node's console. */
  [inspect](): string {
    return this.toString();
  }
}

function defaultDims(values: Values): string[] {
  return toArray(values).shape.map((_, axis) => `dim_${axis}`);
}
