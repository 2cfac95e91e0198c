import { inspect } from "./array-repr.ts";
import type { Attributes } from "./attributes.ts";
import { equivalent } from "./attributes.ts";
import { DataArray } from "./data-array.ts";
import type { DatasetDict } from "./dataset-dict.ts";
import { DictReader, writeVariables } from "./dataset-dict.ts";
import { formatDataset } from "./format-dataset.ts";
import type { Indexer } from "./indexing.ts";
import { checkRecord } from "./invalid-argument.ts";
import type { Labels } from "./labels.ts";
import { positionsOf } from "./labels.ts";
import { mergeVariables } from "./merge-variables.ts";
import type { VariableInput } from "./variable-input.ts";
import type { Variables } from "./variable.ts";
import { identicalVariables, mapVariables, toRecord } from "./variable.ts";

/** The parts of a Dataset, as in xarray. */
export interface DatasetOptions {
  readonly dataVars?: Readonly<Record<string, VariableInput>> | undefined;
  readonly coords?: Readonly<Record<string, VariableInput>> | undefined;
  readonly attrs?: Attributes | undefined;
}

/**
 * Arrays that share named dimensions, with coordinates along them and attributes: `xarray.Dataset` without arithmetic.
 *
 * A variable is given as `[dims, values]` or `[dims, values, attrs]`. For a single value, or a coordinate along the
 * dimension of the same name, the values are enough. Text has a fixed width (`<U5`), as in numpy.
 *
 * @example
 * ```ts
 * const dataset = new Dataset({
 *   dataVars: { offset: [["antenna", "angle"], new Float64Array([0.1, 0.2, 0.3, 0.4]), { units: "rad" }] },
 *   coords: { antenna: ["SKA001", "SKA002"], angle: ["az", "el"] },
 *   attrs: { data_model: "PointingTable" },
 * });
 * dataset.get("offset").sel({ antenna: "SKA002", angle: "el" }).data.at(); // 0.4
 * ```
 */
export class Dataset {
  readonly dataVars: Variables;
  readonly coords: Variables;
  readonly attrs: Attributes;
  /** The length of each dimension. */
  readonly sizes: Readonly<Record<string, number>>;

  /** @throws DatasetError that lists everything that does not fit together, TypeError for an option that is not an object */
  constructor(options: DatasetOptions = {}) {
    checkRecord("options", options);
    const { dataVars = {}, coords = {}, attrs = {} } = options;
    checkRecord("dataVars", dataVars);
    checkRecord("coords", coords);
    checkRecord("attrs", attrs);
    const merged = mergeVariables("this Dataset", dataVars, coords);
    this.dataVars = merged.dataVars;
    this.coords = merged.coords;
    this.sizes = merged.sizes;
    this.attrs = attrs;
  }

  /** Reads `xarray.Dataset.to_dict()`, whose data may be arrays or lists. @throws DatasetError for anything else. */
  static fromDict(dict: unknown): Dataset {
    const reader = new DictReader();
    const { coords, data_vars, attrs } = reader.record(dict, "the dict");
    const options = {
      dataVars: reader.variables(data_vars, "data_vars"),
      coords: reader.variables(coords, "coords"),
      attrs: reader.attributes(attrs, "the dict"),
    };
    reader.end("the dict of a Dataset");
    return new Dataset(options);
  }

  /** The names of the dimensions, in the order in which they first appear. */
  get dims(): readonly string[] {
    return Object.keys(this.sizes);
  }

  /** Whether there is a data variable or coordinate of that name. */
  has(name: string): boolean {
    return Object.hasOwn(this.dataVars, name) || Object.hasOwn(this.coords, name);
  }

  /**
   * A data variable or coordinate, with the coordinates along its dimensions.
   *
   * @throws RangeError if there is none of that name
   */
  get(name: string): DataArray {
    const variable = this.dataVars[name] ?? this.coords[name];
    if (variable === undefined) {
      const names = [...Object.keys(this.dataVars), ...Object.keys(this.coords)].join(", ");
      throw new RangeError(`there is no variable '${name}' among (${names})`);
    }
    const coords = toRecord(
      Object.entries(this.coords).filter(([, coord]) => coord.dims.every((dim) => variable.dims.includes(dim))),
    );
    return new DataArray(variable, { coords, name });
  }

  /**
   * A copy of the part at the given positions of each dimension.
   *
   * @throws RangeError for an unknown dimension, or a position outside of a dimension
   *
   * @example
   * ```ts
   * dataset.isel({ antenna: 0, angle: { start: 0, stop: 1 } });
   * ```
   */
  isel(indexers: Readonly<Record<string, Indexer>>): Dataset {
    for (const dim of Object.keys(indexers)) {
      if (!Object.hasOwn(this.sizes, dim)) {
        throw new RangeError(`there is no dimension '${dim}' among (${this.dims.join(", ")})`);
      }
    }
    return new Dataset({
      dataVars: mapVariables(this.dataVars, (variable) => variable.isel(indexers)),
      coords: mapVariables(this.coords, (variable) => variable.isel(indexers)),
      attrs: this.attrs,
    });
  }

  /**
   * A copy of the part at the given labels of coordinates.
   *
   * @throws RangeError for a label that the coordinate does not have exactly once
   */
  sel(labels: Readonly<Record<string, Labels>>): Dataset {
    return this.isel(positionsOf(labels, this.coords));
  }

  /** Whether names (in any order), dims, dtypes, values and attributes are equal; NaN equals NaN. */
  identical(other: Dataset): boolean {
    return (
      identicalVariables(this.dataVars, other.dataVars) &&
      identicalVariables(this.coords, other.coords) &&
      equivalent(this.attrs, other.attrs)
    );
  }

  /** As `xarray.Dataset.to_dict(data="array")`. */
  toDict(): DatasetDict {
    return {
      coords: writeVariables(this.coords),
      attrs: this.attrs,
      dims: this.sizes,
      data_vars: writeVariables(this.dataVars),
    };
  }

  /** As xarray prints it. */
  toString(): string {
    return formatDataset(this);
  }

  /** Called by Node's console. */
  [inspect](): string {
    return this.toString();
  }
}
