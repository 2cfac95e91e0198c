/** One list of dimensions, or alternatives of them; `[]` is a single value. */
export type Dims = readonly string[] | readonly (readonly string[])[];

/** numpy's string for a dtype (`<f8`, `|b1`, `<M8[ns]`; `<U0` is text of any length), or alternatives. */
export type DTypes = string | readonly string[];

/** A value that an attribute may be restricted to. */
export type Literal = string | number | boolean | readonly Literal[];

/** What an array must look like. It may have other attributes and coordinates. */
export interface ArrayDefinition {
  readonly dims: Dims;
  readonly dtype: DTypes;
  readonly coords?: Readonly<Record<string, VariableDefinition>>;
  readonly attrs?: Readonly<Record<string, AttributeDefinition>>;
}

/** A coordinate or data variable of a dataset. */
export interface VariableDefinition extends ArrayDefinition {
  readonly optional?: boolean;
  /** Also checks variables of this name with a suffix, `FLAG_2` for `FLAG`, as xradio's `allow_multiple_versions`. */
  readonly versions?: boolean;
}

/**
 * An attribute, with Python's names for types. A number without fraction is an `int` and a `float`, a bigint is an
 * `int`, and a boolean is only a `bool`. `any` accepts any value, and a `dict` without entries any dict.
 */
export type AttributeDefinition =
  | {
      readonly type: "bool" | "str" | "int" | "float" | "list[str]" | "list[float]" | "list[list[float]]" | "any";
      /** The only values allowed. */
      readonly literal?: readonly Literal[];
      readonly optional?: boolean;
    }
  | {
      readonly type: "dict";
      readonly entries: Readonly<Record<string, AttributeDefinition>>;
      readonly optional?: boolean;
    }
  | { readonly type: "dataarray"; readonly array: ArrayDefinition; readonly optional?: boolean };

/**
 * What an xarray Dataset must look like, as data.
 *
 * @see datasetSchema
 */
export interface DatasetDefinition {
  readonly name: string;
  /**
   * The dataset's dimensions, or alternatives, in any order. By default they follow from the variables: dimensions that
   * every form of a required variable has are required, all others are optional.
   */
  readonly dims?: Dims;
  readonly coords?: Readonly<Record<string, VariableDefinition>>;
  readonly dataVars?: Readonly<Record<string, VariableDefinition>>;
  readonly attrs?: Readonly<Record<string, AttributeDefinition>>;
}
