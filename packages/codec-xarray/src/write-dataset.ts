import type { Dataset, NdArray, Variables } from "@dataqueues/arrays";
import { dtypeName } from "@dataqueues/arrays";
import { arrowLayout } from "./arrow-type.ts";
import { formatName, formatVersion, keys } from "./metadata.ts";
import { printJson } from "./print-json.ts";
import type { Limits } from "./read-values.ts";
import { textBuffers } from "./text-buffers.ts";
import type { WrittenColumn } from "./write-stream.ts";
import { writeStream } from "./write-stream.ts";

/** Arrow's lists count with int32. */
const maxLength = 0x7fffffff;

/**
 * A Dataset as an Arrow IPC stream of one row, a list for each variable, and the description in the schema's metadata.
 * The values are copied once, into the bytes.
 *
 * @throws TypeError for a dtype, a name or an attribute that has no form on the wire, and for what is over a limit that
 *   readers have.
 */
export function writeDataset(dataset: Dataset, { maxTextBytes, maxDescriptionLength }: Limits): Uint8Array {
  const variables = [...Object.entries(dataset.coords), ...Object.entries(dataset.dataVars)];
  const description = describe(dataset);
  if (description.length > maxDescriptionLength) {
    throw overLimit(
      `the description has ${description.length} characters`,
      "maxDescriptionLength",
      maxDescriptionLength,
    );
  }
  let textBytes = 0;
  for (const [name, { data }] of variables) {
    if (/^.[US]/.test(data.dtype)) textBytes += data.bytes.length;
    if (textBytes > maxTextBytes)
      throw overLimit(`variable '${name}': text takes ${textBytes} bytes`, "maxTextBytes", maxTextBytes);
  }
  const metadata = new Map([
    [keys.description, description],
    [keys.format, formatName],
    [keys.version, formatVersion],
  ]);
  return writeStream(
    variables.map(([name, { data }]) => toColumn(name, data)),
    metadata,
  );
}

function overLimit(what: string, option: string, limit: number): TypeError {
  return new TypeError(`${what}, more than ${option} (${limit}); raise it at both ends`);
}

function toColumn(name: string, array: NdArray): WrittenColumn {
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

/** `json.dumps(dataset.to_dict(data=False))`. */
function describe({ coords, attrs, sizes, dataVars }: Dataset): string {
  const describeAll = (variables: Variables): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(variables).map(([name, { dims, attrs, dtype, shape }]) => [
        name,
        { dims, attrs, dtype: dtypeName(dtype), shape },
      ]),
    );
  const description = { coords: describeAll(coords), attrs, dims: sizes, data_vars: describeAll(dataVars) };
  return printJson(description, "dataset");
}
