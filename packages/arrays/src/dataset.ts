import type { Attributes } from "./attributes.ts";
import { equivalent } from "./attributes.ts";
import { DataArray } from "./data-array.ts";
import type { DatasetDict } from "./dataset-dict.ts";
import { DictReader, writeVariables } from "./dataset-dict.ts";
import { formatDataset } from "./format-dataset.ts";
import type { Indexer } from "./indexer.ts";
import { checkRecord } from "./invalid-argument.ts";
import { inspect } from "./inspect.ts";
import type { Labels } from "./labels.ts";
import { positionsOf } from "./labels.ts";
import { resolveVariables } from "./resolve-variables.ts";
import type { VariableInput } from "./variable-input.ts";
import type { Variables } from "./variables.ts";
import { identicalVariables, mapVariables, toRecord } from "./variables.ts";

/** What a Dataset is made of, as in xarray. */
export interface DatasetOptions {
  readonly dataVars?: Readonly<Record<string, VariableInput>> | undefined;
  readonly coords?: Readonly<Record<string, VariableInput>> | undefined;
  readonly attrs?: Attributes | undefined;
}

/**
 * Arrays that share named dimensions, with coordinates along them and attributes: `xarray.Dataset` without its maths.
 *
 * A variable is given as `[dims, values]` or `[dims, values, attrs]`; a coordinate along the dimension of its own name,
 * or a single value, also as the values alone. Text is held at a fixed width (`<U5`), as numpy holds it.
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

  /** @throws DatasetError with everything that does not fit together, TypeError for an option that is no object */
  constructor(options: DatasetOptions = {}) {
    checkRecord("options", options);
    const { dataVars = {}, coords = {}, attrs = {} } = options;
    checkRecord("dataVars", dataVars);
    checkRecord("coords", coords);
    checkRecord("attrs", attrs);
    const resolved = resolveVariables("this Dataset", dataVars, coords);
    this.dataVars = resolved.dataVars;
    this.coords = resolved.coords;
    this.sizes = resolved.sizes;
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
   * A data variable or coordinate, with the coordinates that lie along its dimensions.
   *
   * @throws RangeError for a name that is not there.
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
   * The part at the given positions of every variable along those dimensions, copied.
   *
   * @throws RangeError for a dimension that is not there, or a position outside it.
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
   * The part at exactly the given labels of coordinates, copied.
   *
   * @throws RangeError for a label that the coordinate does not have exactly once.
   */
  sel(labels: Readonly<Record<string, Labels>>): Dataset {
    return this.isel(positionsOf(labels, this.coords));
  }

  /** Whether names, dims, dtypes, values and attributes are the same; NaN equals NaN, order does not matter. */
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

  /** What Node's console shows. */
  [inspect](): string {
    return this.toString();
  }
}
