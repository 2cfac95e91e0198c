import { DataArray } from "@dataqueues/arrays";
import type { Attributes } from "@dataqueues/arrays";

import { comparison } from "../issue.ts";
import type { Issue } from "../issue.ts";
import { isDataArray, isDict } from "../recognise.ts";
import { checkAttribute, wrongType } from "./check-attribute.ts";
import { alternatives, checkDims } from "./check-dims.ts";
import { checkDtype } from "./dtypes.ts";
import type { ArrayDefinition, AttributeDefinition, VariableDefinition } from "./definition.ts";

/** What a Variable and a DataArray have in common. */
export interface CheckableArray {
  readonly dims: readonly string[];
  readonly dtype: string;
  readonly attrs: Attributes;
}

type Arrays = Readonly<Record<string, CheckableArray>>;

/**
 * Checks an array as xradio's `check_array`: dims, dtype, attributes, coordinates.
 *
 * @param coords - coordinates; only those along the array's dimensions count
 */
export function checkArray(
  array: CheckableArray,
  coords: Arrays,
  definition: ArrayDefinition,
  strict: boolean,
): Issue[] {
  const { dims, dtype, attrs } = array;
  return [
    checkDims(dims, alternatives(definition.dims)) ?? [],
    checkDtype(dtype, definition.dtype) ?? [],
    checkAttributes(attrs, definition.attrs ?? {}, ["attrs"], strict),
    definition.coords === undefined
      ? []
      : checkVariables(along(dims, coords), coords, definition.coords, "coords", false),
  ].flat();
}

/** Checks coordinates or data variables as xradio's `check_data_vars`. */
export function checkVariables(
  variables: Arrays,
  coords: Arrays,
  definitions: Readonly<Record<string, VariableDefinition>>,
  kind: "coords" | "data_vars",
  strict: boolean,
): Issue[] {
  const names = Object.keys(variables);
  const known = new Set<string>();
  const issues = Object.entries(definitions).flatMap(([name, definition]): Issue[] => {
    const versions = Object.entries(variables).filter(([other]) => isVersion(other, name, definition));
    if (versions.length === 0 && definition.optional !== true) return [missingVariable(name, kind, names)];
    return versions.flatMap(([version, variable]) => {
      known.add(version);
      return at([kind, version], checkArray(variable, coords, definition, strict));
    });
  });
  if (!strict) return issues;
  const [what, code] =
    kind === "coords" ? ["coordinate", "unexpected_coordinate"] : ["data variable", "unexpected_data_var"];
  const unknown = names.filter((name) => !known.has(name));
  return [...issues, ...unknown.map((name) => unexpected(what, code, [kind, name]))];
}

/**
 * Checks attributes, or a nested dict, as xradio's `check_attributes`: `null` counts as missing, even if the definition
 * has a default.
 *
 * @param path - `["attrs"]`, or nothing for a nested dict
 */
export function checkAttributes(
  attrs: Attributes,
  definitions: Readonly<Record<string, AttributeDefinition>>,
  path: readonly string[],
  strict: boolean,
): Issue[] {
  const issues = Object.entries(definitions).flatMap(([name, definition]): Issue[] => {
    const value = Object.hasOwn(attrs, name) ? attrs[name] : undefined;
    if (value !== undefined && value !== null) return at([...path, name], checkValue(value, definition, strict));
    if (definition.optional === true) return [];
    const expected = [definition.type];
    const message = `Non-optional attribute is missing!${comparison(expected)}`;
    return [{ code: "missing_attr", path: [...path, name], message, expected }];
  });
  if (!strict) return issues;
  const unknown = Object.keys(attrs).filter((name) => !Object.hasOwn(definitions, name));
  return [...issues, ...unknown.map((name) => unexpected("attribute", "unexpected_attr", [...path, name]))];
}

function checkValue(value: unknown, definition: AttributeDefinition, strict: boolean): Issue[] {
  if (definition.type === "dict") {
    // A definition without entries accepts any entries.
    const known = Object.keys(definition.entries).length > 0;
    if (isDict(value)) return checkAttributes(value, definition.entries, [], strict && known);
    return [wrongType("is not a dictionary!", value, definition)];
  }
  if (definition.type !== "dataarray") return checkAttribute(value, definition);
  const issue = wrongType("is not an xarray.DataArray!", value, definition);
  try {
    const array = isDict(value) ? DataArray.fromDict(value) : value;
    if (isDataArray(array)) return checkArray(array, array.coords, definition.array, strict);
  } catch (error) {
    return [{ ...issue, message: error instanceof Error ? error.message : String(error) }];
  }
  return [issue];
}

function isVersion(found: string, name: string, { versions = false }: VariableDefinition): boolean {
  return found === name || (versions && found.startsWith(`${name}_`));
}

function along(dims: readonly string[], coords: Arrays): Arrays {
  return Object.fromEntries(
    Object.entries(coords).filter(([, coord]) => coord.dims.every((dim) => dims.includes(dim))),
  );
}

function missingVariable(name: string, kind: "coords" | "data_vars", have: readonly string[]): Issue {
  const path = [kind, name];
  if (kind === "coords") {
    return { code: "missing_coordinate", path, message: `Required coordinate '${name}' is missing!`, expected: [name] };
  }
  const message = `Required data variable '${name}' is missing (have ${have.join(",")})!`;
  return { code: "missing_data_var", path, message, found: have, expected: [name] };
}

/** The issue of `strict` for something that the definition does not know. */
function unexpected(what: string, code: string, path: readonly string[]): Issue {
  return { code, path, message: `The schema does not know this ${what}` };
}

/** The issues of a part, with paths from the whole. */
function at(path: readonly string[], issues: readonly Issue[]): Issue[] {
  return issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] }));
}
