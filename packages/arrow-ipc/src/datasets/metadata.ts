import type { Attributes } from "@dataqueues/arrays";
import { dtypeFromName } from "@dataqueues/arrays";
import { parseJson } from "@dataqueues/python-json";
import type { ParseOptions } from "@dataqueues/python-json";
import { formatError } from "./format-error.ts";

/** The keys of the schema's metadata. Decoding needs `xarray` only. */
export const keys = {
  description: "xarray",
  format: "dataqueue:format",
  version: "dataqueue:version",
  /** In the long table that xarray itself exports for a DataArray. */
  longTable: "xarray:arrow_schema_version",
} as const;

export const formatName = "xarray-arrow";
export const formatVersion = "1";

/** How deep attributes may nest, both ways: deeper than real ones, and shallow enough for every stack. */
export const maxDepth = 512;

const parseOptions: ParseOptions = {
  acceptNonFinite: true,
  bigint: true,
  maxDepth,
  // The offset is one in the description, not in the message: only the text tells it.
  error: (_code, message, { cause }) =>
    formatError("metadata", `the metadata '${keys.description}' are ${message}`, { cause }),
};

type Dict = Readonly<Record<string, unknown>>;

/** A variable as `xarray.Variable.to_dict(data=False)` describes it. */
export interface VariableDescription {
  readonly dims: readonly string[];
  readonly attrs: Attributes;
  /** numpy's string, such as `<f8`; undefined for text of no particular width, xarray's `object`. */
  readonly dtype: string | undefined;
  readonly shape: readonly number[];
}

/** Reads the JSON under the key `xarray`: the description of a Dataset. */
export function readDescription(metadata: ReadonlyMap<string, string>, maxLength: number): Dict {
  const text = metadata.get(keys.description);
  if (text === undefined) {
    const advice = "arrow() of @dataqueues/codec-arrow reads any table";
    throw formatError("metadata", `the Arrow schema has no key '${keys.description}': this is no Dataset; ${advice}`);
  }
  if (text.length > maxLength) {
    const message = `the description has ${text.length} characters, more than maxDescriptionLength (${maxLength})`;
    throw formatError("metadata", message);
  }
  return readDict(parseJson(text, parseOptions), keys.description);
}

/** Reads descriptions of variables by their names; `path` is their place in errors. */
export function readVariables(value: unknown, path: string): [name: string, description: VariableDescription][] {
  return Object.entries(readDict(value ?? {}, path)).map(([name, entry]) => {
    const place = `${path}['${name}']`;
    const { attrs = {}, dtype, ...axes } = readDict(entry, place);
    const description = {
      ...readAxes(axes, place),
      attrs: readDict(attrs, `${place}.attrs`),
      dtype: readDtype(dtype, place),
    };
    return [name, description];
  });
}

/** The names and sizes of dimensions, one size for each name. */
export function readAxes({ dims, shape }: Dict, path: string): { dims: readonly string[]; shape: readonly number[] } {
  const axes = { dims: readDims(dims, path), shape: readShape(shape, path) };
  if (axes.dims.length === axes.shape.length) return axes;
  throw formatError("metadata", `${path} has ${axes.dims.length} dims for a shape of ${axes.shape.length}`);
}

export function readDict(value: unknown, path: string): Dict {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Dict;
  throw formatError("metadata", `${path} is not a dict`);
}

function readDims(value: unknown, path: string): string[] {
  if (Array.isArray(value) && value.every((dim) => typeof dim === "string")) return value;
  throw formatError("metadata", `${path}.dims is not a list of names`);
}

function readShape(value: unknown, path: string): number[] {
  if (Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && Number(size) >= 0)) {
    const product = value.reduce<number>((product, size) => product * Number(size), 1);
    if (value.length <= 64 && Number.isSafeInteger(product)) return value;
  }
  throw formatError("metadata", `${path}.shape is not a list of sizes`);
}

function readDtype(value: unknown, path: string): string | undefined {
  if (value === "object") return undefined;
  try {
    return dtypeFromName(String(value));
  } catch (cause) {
    throw formatError("dtype", `${path}.dtype '${String(value)}' is none that a variable can have`, { cause });
  }
}
