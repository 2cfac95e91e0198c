import type { Attributes } from "./attributes.ts";
import { DatasetError } from "./dataset-error.ts";
import { formatDataArray } from "./format-dataset.ts";
import type { Indexer } from "./indexer.ts";
import { checkDims, checkRecord, invalidArgument } from "./invalid-argument.ts";
import { inspect } from "./inspect.ts";
import type { Labels } from "./labels.ts";
import { positionsOf } from "./labels.ts";
import type { NdArray } from "./ndarray.ts";
import { resolveVariables } from "./resolve-variables.ts";
import type { DataArrayDict } from "./dataset-dict.ts";
import { DictReader, writeVariables } from "./dataset-dict.ts";
import type { Values, VariableInput } from "./variable-input.ts";
import { toArray } from "./variable-input.ts";
import { Variable } from "./variable.ts";
import type { Variables } from "./variables.ts";
import { identicalVariables, mapVariables } from "./variables.ts";

/** What belongs to the values of a DataArray. */
export interface DataArrayOptions {
  /** A name for each dimension; `dim_0`, `dim_1`, … when left out, as in xarray. */
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

  /** @throws DatasetError with everything about values, dims and coords that does not fit together. */
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
    // The array's own name may be that of its coordinate, so it goes by another one here.
    let key = "values";
    while (Object.hasOwn(coords, key) || along.includes(key)) key += "_";
    const resolved = resolveVariables("this DataArray", { [key]: input }, coords, along);
    const variable = resolved.dataVars[key];
    if (variable === undefined) throw new DatasetError("this DataArray is not consistent", ["it has no values"]);
    this.name = name;
    this.variable = variable;
    this.coords = resolved.coords;
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

  /** xarray's attributes: what is known about the values, such as their units. */
  get attrs(): Attributes {
    return this.variable.attrs;
  }

  /**
   * The part at the given positions, copied.
   *
   * @throws RangeError for a dimension that is not there, or a position outside it.
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
   * The part at exactly the given labels of coordinates, copied.
   *
   * @throws RangeError for a label that the coordinate does not have exactly once.
   */
  sel(labels: Readonly<Record<string, Labels>>): DataArray {
    return this.isel(positionsOf(labels, this.coords));
  }

  /** Whether name, dims, dtypes, values, coordinates and attributes are the same; NaN equals NaN. */
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

  /** As xarray prints it. */
  toString(): string {
    return formatDataArray(this);
  }

  /** What Node's console shows. */
  [inspect](): string {
    return this.toString();
  }
}

function defaultDims(values: Values): string[] {
  return toArray(values).shape.map((_, axis) => `dim_${axis}`);
}
