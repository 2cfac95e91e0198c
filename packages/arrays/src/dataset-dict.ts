import type { Attributes } from "./attributes.ts";
import { DatasetError } from "./errors.ts";
import { NdArray } from "./ndarray.ts";
import type { VariableInput, Values } from "./variable-input.ts";
import type { Variables } from "./variable.ts";
import { mapVariables, toRecord } from "./variable.ts";

/** One variable as in `xarray.Variable.to_dict(data="array")`. */
export interface VariableDict {
  readonly dims: readonly string[];
  readonly attrs: Attributes;
  readonly data: NdArray;
}

/** For codecs: the name under which xarray stores a DataArray that has none, its `DATAARRAY_VARIABLE`. */
export const dataArrayName = "__xarray_dataarray_variable__";

/** `xarray.DataArray.to_dict(data="array")`. */
export interface DataArrayDict extends VariableDict {
  readonly coords: Readonly<Record<string, VariableDict>>;
  readonly name: string | null;
}

/** `xarray.Dataset.to_dict(data="array")`, with Python's names in Python's order. */
export interface DatasetDict {
  readonly coords: Readonly<Record<string, VariableDict>>;
  readonly attrs: Attributes;
  readonly dims: Readonly<Record<string, number>>;
  readonly data_vars: Readonly<Record<string, VariableDict>>;
}

export function writeVariables(variables: Variables): Readonly<Record<string, VariableDict>> {
  return mapVariables(variables, ({ dims, attrs, data }) => ({ dims, attrs, data }));
}

/** Reads untrusted dicts and collects every problem in them. */
export class DictReader {
  readonly problems: string[] = [];

  /** The variables in a dict `{name: {dims, data, attrs?}}`; none if the dict is undefined. */
  variables(value: unknown, path: string): Readonly<Record<string, VariableInput>> {
    if (value === undefined) return {};
    return toRecord(
      Object.entries(this.record(value, path)).flatMap(([name, dict]): [string, VariableInput][] => {
        const variable = this.variable(dict, `${path}['${name}']`);
        return variable === undefined ? [] : [[name, variable]];
      }),
    );
  }

  variable(value: unknown, path: string): [dims: readonly string[], data: Values, attrs: Attributes] | undefined {
    const { dims, data, attrs } = this.record(value, path);
    const names = typeof dims === "string" ? [dims] : dims;
    if (!isStrings(names)) this.problems.push(`${path}.dims is not a list of names`);
    else if (!isValues(data)) this.problems.push(`${path}.data is neither an array, a list nor a single value`);
    else return [names, data, this.attributes(attrs, path)];
    return undefined;
  }

  attributes(value: unknown, path: string): Attributes {
    return value === undefined ? {} : this.record(value, `${path}.attrs`);
  }

  /** @throws DatasetError with all problems, if there were any. */
  end(what: string): void {
    if (this.problems.length > 0) throw new DatasetError(`this is not ${what}`, this.problems);
  }

  record(value: unknown, path: string): Readonly<Record<string, unknown>> {
    const isMap = value instanceof Map;
    if (typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value) && !isMap) {
      return value as Readonly<Record<string, unknown>>;
    }
    this.problems.push(isMap ? `${path} has keys that are not text` : `${path} is not a dict`);
    return {};
  }
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isValues(value: unknown): value is Values {
  if (typeof value === "object") return value instanceof NdArray || Array.isArray(value) || ArrayBuffer.isView(value);
  return value !== undefined && typeof value !== "function" && typeof value !== "symbol";
}
