import { DatasetError } from "./errors.ts";
import { NdArray } from "./ndarray.ts";
import type { VariableDraft, VariableInput } from "./variable-input.ts";
import { draftVariable, isLabelled } from "./variable-input.ts";
import type { Variables } from "./variable.ts";
import { arrayEqual, dimensionProblems, toRecord, Variable } from "./variable.ts";

/** Variables that fit together. */
export interface MergedVariables {
  readonly dataVars: Variables;
  readonly coords: Variables;
  readonly sizes: Readonly<Record<string, number>>;
}

type Inputs = Readonly<Record<string, VariableInput>>;

/**
 * Makes variables of the inputs and checks xarray's rules: the sizes of each dimension agree, and a variable with the name
 * of a dimension is the coordinate along it.
 *
 * @param what - what the variables are for, such as "this Dataset"; the error begins with it
 * @param along - the dimensions that coordinates may have; all if undefined
 * @throws DatasetError that lists everything that is wrong
 */
export function mergeVariables(
  what: string,
  dataVars: Inputs,
  coords: Inputs,
  along?: readonly string[],
): MergedVariables {
  const problems: string[] = [];
  const coordNames = new Set<string>();
  const drafts = new Map<string, VariableDraft>();

  const add = (name: string, input: VariableInput): void => {
    try {
      drafts.set(name, draftVariable(name, input));
    } catch (error) {
      problems.push(`'${name}': ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const addCoordinate = (name: string, input: VariableInput): void => {
    coordNames.add(name);
    add(name, input);
  };

  for (const [name, input] of Object.entries(dataVars)) {
    if (Object.hasOwn(coords, name)) problems.push(`'${name}' is both a data variable and a coordinate`);
    add(name, input);
  }
  for (const [name, input] of Object.entries(coords)) addCoordinate(name, input);
  for (const [name, input] of [...Object.entries(dataVars), ...Object.entries(coords)]) {
    if (!isLabelled(input)) continue;
    for (const [coord, variable] of Object.entries(input.coords)) {
      const before = drafts.get(coord);
      if (before === undefined) addCoordinate(coord, variable);
      else if (!sameData(before, variable)) problems.push(`'${name}' brings a different coordinate '${coord}'`);
      else coordNames.add(coord);
    }
  }

  const sizes = commonSizes(drafts, problems);
  const allowed = along && new Set(along);
  const variables = new Map<string, Variable>();
  for (const [name, draft] of drafts) {
    const data = draft.data ?? shapeFlat(name, draft, sizes, problems);
    if (data !== undefined && dimensionProblems(draft.dims, data).length === 0) {
      variables.set(name, new Variable(draft.dims, data, draft.attrs));
    }
    if (allowed !== undefined && draft.dims.some((dim) => !allowed.has(dim))) {
      problems.push(
        `coordinate '${name}' lies along (${draft.dims.join(", ")}), the values along (${[...allowed].join(", ")})`,
      );
    }
    if (sizes.has(name) && !(draft.dims.length === 1 && draft.dims[0] === name)) {
      problems.push(
        `'${name}' has a dimension's name, so it must lie along ('${name}'), not (${draft.dims.join(", ")})`,
      );
    }
  }
  if (problems.length > 0) throw new DatasetError(`${what} is not consistent`, problems);

  const isCoordinate = (name: string): boolean => coordNames.has(name) || sizes.has(name);
  return {
    dataVars: toRecord([...variables].filter(([name]) => !isCoordinate(name))),
    coords: toRecord([...variables].filter(([name]) => isCoordinate(name))),
    sizes: toRecord(sizes),
  };
}

function commonSizes(drafts: ReadonlyMap<string, VariableDraft>, problems: string[]): Map<string, number> {
  const sizes = new Map<string, number>();
  const first = new Map<string, string>();
  for (const [name, { dims, data }] of drafts) {
    if (data === undefined) continue;
    problems.push(...dimensionProblems(dims, data).map((problem) => `'${name}': ${problem}`));
    dims.forEach((dim, axis) => {
      const size = data.shape[axis];
      const known = sizes.get(dim);
      if (size === undefined || size === known) return;
      if (known !== undefined) {
        problems.push(`dimension '${dim}' has size ${known} in '${first.get(dim)}', but ${size} in '${name}'`);
        return;
      }
      sizes.set(dim, size);
      first.set(dim, name);
    });
  }
  // Dimensions keep the order in which they are first named, even if a later variable gives the size.
  const dims = [...drafts.values()].flatMap((draft) => draft.dims);
  return new Map(
    [...new Set(dims)].flatMap((dim): [string, number][] => {
      const size = sizes.get(dim);
      return size === undefined ? [] : [[dim, size]];
    }),
  );
}

/** Shapes a flat typed array by its dimensions, whose sizes come from other variables. */
function shapeFlat(
  name: string,
  { dims, flat }: VariableDraft,
  sizes: ReadonlyMap<string, number>,
  problems: string[],
): NdArray | undefined {
  if (flat === undefined) return undefined;
  const shape = dims.map((dim) => sizes.get(dim));
  const missing = dims.filter((dim) => !sizes.has(dim));
  const expected = shape.reduce<number>((product, size) => product * (size ?? 0), 1);
  if (missing.length > 0) {
    problems.push(
      `'${name}': no other variable gives the size of (${missing.join(", ")}); give an NdArray with a shape`,
    );
  } else if (expected !== flat.length) {
    problems.push(`'${name}': ${flat.length} values do not fill (${shape.join(", ")}) along (${dims.join(", ")})`);
  } else {
    return new NdArray(
      NdArray.from(flat).dtype,
      shape.map((size) => size ?? 0),
      flat,
    );
  }
  return undefined;
}

function sameData({ dims, data, flat }: VariableDraft, variable: Variable): boolean {
  if (dims.length !== variable.dims.length || dims.some((dim, axis) => dim !== variable.dims[axis])) return false;
  const values = flat?.length === variable.size ? NdArray.from(flat, { shape: variable.shape }) : data;
  return values !== undefined && arrayEqual(values, variable.data);
}
