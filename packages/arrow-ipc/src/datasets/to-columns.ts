import { dtypeName, isTypedArray, NdArray } from "@dataqueues/arrays";
import type { Dataset, Variables } from "@dataqueues/arrays";
import { printJson } from "@dataqueues/python-json";
import type { PrintOptions } from "@dataqueues/python-json";
import { arrowLayout } from "./arrow-layout.ts";
import { formatName, formatVersion, keys, maxDepth } from "./metadata.ts";
import type { Limits } from "./read-values.ts";
import { textBuffers } from "./text-buffers.ts";

/** The offsets of Arrow's lists are int32. */
const maxLength = 0x7fffffff;

const printOptions: PrintOptions = {
  separators: [", ", ": "],
  ensureAscii: false,
  pythonExponents: false,
  loneSurrogates: true,
  nonFinite: "python",
  maxDepth,
  root: "dataset",
  default: arrayAsList,
  error: (_code, message) => new TypeError(message),
};

/** A column of one row: a list of `length` values. */
export interface DatasetColumn {
  readonly name: string;
  /** The Arrow type of the values, as pyarrow prints it. */
  readonly type: string;
  readonly length: number;
  /** The buffers of the values, without the one for nulls, of which there are none. */
  readonly buffers: readonly Uint8Array[];
}

/** A Dataset as columns of one row, and the metadata of their schema. */
export interface DatasetColumns {
  readonly columns: readonly DatasetColumn[];
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * A Dataset as a table of one row, with a list for each variable, and with the description in the schema's metadata.
 * Numbers, booleans and datetimes are views of the Dataset's values; text is converted.
 *
 * @throws TypeError for a dtype, a name or an attribute that has no form on the wire, and for a Dataset over the limits,
 *   which no reader would accept
 */
export function toColumns(dataset: Dataset, { maxTextBytes, maxDescriptionLength }: Limits): DatasetColumns {
  const variables = [...Object.entries(dataset.coords), ...Object.entries(dataset.dataVars)];
  const description = describe(dataset);
  if (description.length > maxDescriptionLength) {
    const size = `the description has ${description.length} characters`;
    throw overLimit(size, "maxDescriptionLength", maxDescriptionLength);
  }
  let textBytes = 0;
  for (const [name, { data }] of variables) {
    if (/^.[US]/.test(data.dtype)) textBytes += data.bytes.length;
    if (textBytes > maxTextBytes) {
      throw overLimit(`variable '${name}': text takes ${textBytes} bytes`, "maxTextBytes", maxTextBytes);
    }
  }
  const metadata = new Map([
    [keys.description, description],
    [keys.format, formatName],
    [keys.version, formatVersion],
  ]);
  return { columns: variables.map(([name, { data }]) => toColumn(name, data)), metadata };
}

function overLimit(what: string, option: string, limit: number): TypeError {
  return new TypeError(`${what}, more than ${option} (${limit}); raise it at both ends`);
}

function toColumn(name: string, array: NdArray): DatasetColumn {
  if (!name.isWellFormed()) throw new TypeError(`the name ${JSON.stringify(name)} has half a character`);
  const layout = arrowLayout(array.dtype);
  if (layout === undefined) {
    throw new TypeError(`variable '${name}': dtype ${array.dtype} has no form in an Arrow Dataset`);
  }
  const length = array.size * layout.perItem;
  if (length > maxLength) throw new TypeError(`variable '${name}': ${length} values are more than Arrow's list holds`);
  const isText = layout.type === "string" || layout.type === "binary";
  return { name, type: layout.type, length, buffers: isText ? textBuffers(name, array) : [array.bytes] };
}

/** The description of a Dataset: `json.dumps(dataset.to_dict(data=False), ensure_ascii=False)`. */
function describe({ coords, attrs, sizes, dataVars }: Dataset): string {
  const describeAll = (variables: Variables): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(variables).map(([name, { dims, attrs, dtype, shape }]) => [
        name,
        { dims, attrs, dtype: dtypeName(dtype), shape },
      ]),
    );
  const description = { coords: describeAll(coords), attrs, dims: sizes, data_vars: describeAll(dataVars) };
  return printJson(description, printOptions);
}

/** Attributes that are arrays are written as lists; undefined for what is no array. */
function arrayAsList(value: object, path: string): unknown {
  if (value instanceof NdArray) {
    if (!value.dtype.startsWith("<c")) return value.toList();
    throw new TypeError(`${path}: JSON has no form for an array of dtype ${value.dtype}`);
  }
  return isTypedArray(value) ? Array.from<unknown>(value) : undefined;
}
