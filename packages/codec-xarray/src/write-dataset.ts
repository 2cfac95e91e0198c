import type { Dataset, NdArray, Variables } from "@dataqueues/arrays";
import { dtypeName } from "@dataqueues/arrays";
import { arrowLayout } from "./arrow-type.ts";
import { formatName, formatVersion, keys } from "./metadata.ts";
import { printJson } from "./print-json.ts";
import { textBuffers } from "./text-buffers.ts";
import type { WrittenColumn } from "./write-stream.ts";
import { writeStream } from "./write-stream.ts";

/** Arrow's lists count with int32. */
const maxLength = 0x7fffffff;

/**
 * A Dataset as an Arrow IPC stream of one row, a list for each variable, and the description in the schema's metadata.
 * The values are copied once, into the bytes.
 *
 * @throws TypeError for a dtype, a name or an attribute that has no form on the wire.
 */
export function writeDataset(dataset: Dataset): Uint8Array {
  const variables = [...Object.entries(dataset.coords), ...Object.entries(dataset.dataVars)];
  const metadata = new Map([
    [keys.description, describe(dataset)],
    [keys.format, formatName],
    [keys.version, formatVersion],
  ]);
  return writeStream(
    variables.map(([name, { data }]) => toColumn(name, data)),
    metadata,
  );
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
