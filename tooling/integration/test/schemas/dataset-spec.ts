import type { ArrayDefinition, AttributeDefinition, DatasetDefinition } from "@dataqueues/schemas";
import { DataArray, Dataset, NdArray } from "@dataqueues/arrays";

/** A dataset of zeros as JSON, from which Python and TypeScript build the same Dataset. */
export interface DatasetSpec {
  sizes: Record<string, number>;
  coords: Record<string, VariableSpec>;
  data_vars: Record<string, VariableSpec>;
  attrs: Record<string, unknown>;
}

export interface VariableSpec {
  dims: string[];
  dtype: string;
  attrs: Record<string, unknown>;
}

/** An attribute that is a DataArray. The dict of a DataArray is used as it is. */
interface DataArraySpec extends VariableSpec {
  sizes: Record<string, number>;
  coords: Record<string, VariableSpec>;
}

/** A dataset that matches a definition, with all optional parts or without them. */
export function goodDataset(definition: DatasetDefinition, optional: boolean): DatasetSpec {
  const variables = (definitions: DatasetDefinition["coords"] = {}): Record<string, VariableSpec> =>
    Object.fromEntries(
      Object.entries(definitions)
        .filter(([, variable]) => variable.optional !== true || (optional && isPossible(variable, definition)))
        .map(([name, variable]) => [name, goodVariable(variable, optional)]),
    );
  const [coords, data_vars] = [variables(definition.coords), variables(definition.dataVars)];
  const dims = [...Object.values(coords), ...Object.values(data_vars)].flatMap(({ dims }) => dims);
  const sizes = Object.fromEntries(dims.map((dim, index) => [dim, 2 + (index % 2)]));
  return { sizes, coords, data_vars, attrs: goodAttributes(definition.attrs, optional) };
}

/** No Dataset has a variable along `field_name` when that is the name of a coordinate along `time`. */
function isPossible({ dims }: ArrayDefinition, { coords = {} }: DatasetDefinition): boolean {
  return dims.flat().every((dim) => coords[dim] === undefined || coords[dim].dims.flat().includes(dim));
}

/** The Dataset in TypeScript. */
export function buildDataset({ sizes, coords, data_vars, attrs }: DatasetSpec): Dataset {
  const build = (specs: Record<string, VariableSpec>) =>
    Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, buildVariable(spec, sizes)]));
  return new Dataset({ coords: build(coords), dataVars: build(data_vars), attrs: buildAttributes(attrs) });
}

function goodVariable({ dims, dtype, attrs }: ArrayDefinition, optional: boolean): VariableSpec {
  const [first] = dims;
  const [name] = typeof dtype === "string" ? [dtype] : dtype;
  return {
    dims: [...(Array.isArray(first) ? (first as string[]) : (dims as string[]))],
    dtype: (name ?? "<f8").replace(/^<U0$/, "<U4"),
    attrs: goodAttributes(attrs, optional),
  };
}

function goodAttributes(definitions: DatasetDefinition["attrs"] = {}, optional: boolean): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(definitions)
      .filter(([, definition]) => optional || definition.optional !== true)
      .map(([name, definition]) => [name, goodAttribute(definition, optional)]),
  );
}

const plainValues = {
  any: null,
  bool: true,
  str: "text",
  int: 5,
  float: 0.5,
  "list[str]": ["one", "two"],
  "list[float]": [0.5, 1.5],
  "list[list[float]]": [[0.5], [1.5]],
};

function goodAttribute(definition: AttributeDefinition, optional: boolean): unknown {
  if (definition.type === "dict") return goodAttributes(definition.entries, optional);
  if (definition.type !== "dataarray") return definition.literal?.[0] ?? plainValues[definition.type];
  const variable = goodVariable(definition.array, optional);
  const coords = Object.entries(definition.array.coords ?? {}).map(([name, coord]) => [
    name,
    goodVariable(coord, optional),
  ]);
  const sizes = Object.fromEntries(variable.dims.map((dim) => [dim, 2]));
  return { $dataarray: { ...variable, sizes, coords: Object.fromEntries(coords) } };
}

function buildVariable({ dims, dtype, attrs }: VariableSpec, sizes: Readonly<Record<string, number>>) {
  const shape = dims.map((dim) => sizes[dim] ?? 0);
  const itemsize = dtype.startsWith("<U") ? 4 * Number(dtype.slice(2)) : Number(/\d+/.exec(dtype)?.[0]);
  const bytes = new Uint8Array(shape.reduce((product, size) => product * size, itemsize));
  return [dims, NdArray.fromBytes(dtype, shape, bytes), buildAttributes(attrs)] as const;
}

function buildAttributes(attrs: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attrs).map(([name, value]) => [name, buildAttribute(value)]));
}

function buildAttribute(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (!("$dataarray" in value)) return buildAttributes(value as Record<string, unknown>);
  const { sizes, coords, ...variable } = value.$dataarray as DataArraySpec;
  const [dims, data, attrs] = buildVariable(variable, sizes);
  const built = Object.entries(coords).map(([name, coord]) => [name, buildVariable(coord, sizes)]);
  return new DataArray(data, { dims, attrs, coords: Object.fromEntries(built) });
}
