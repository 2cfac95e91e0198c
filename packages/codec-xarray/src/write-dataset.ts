import type { Dataset, NdArray, Variables } from "@dataqueues/arrays";
import { dtypeName } from "@dataqueues/arrays";
import type { Data, DataType } from "apache-arrow";
import {
  Binary,
  DurationMicrosecond,
  DurationMillisecond,
  DurationNanosecond,
  DurationSecond,
  Field,
  Float16,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  List,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
} from "apache-arrow";
import { arrowLayout } from "./arrow-type.ts";
import { formatName, formatVersion, keys } from "./metadata.ts";
import { printJson } from "./print-json.ts";
import { textBuffers } from "./text-buffers.ts";

const types: ReadonlyMap<string, DataType> = new Map<string, DataType>([
  ["int8", new Int8()],
  ["int16", new Int16()],
  ["int32", new Int32()],
  ["int64", new Int64()],
  ["uint8", new Uint8()],
  ["uint16", new Uint16()],
  ["uint32", new Uint32()],
  ["uint64", new Uint64()],
  ["halffloat", new Float16()],
  ["float", new Float32()],
  ["double", new Float64()],
  ["string", new Utf8()],
  ["binary", new Binary()],
  ["timestamp[s]", new TimestampSecond()],
  ["timestamp[ms]", new TimestampMillisecond()],
  ["timestamp[us]", new TimestampMicrosecond()],
  ["timestamp[ns]", new TimestampNanosecond()],
  ["duration[s]", new DurationSecond()],
  ["duration[ms]", new DurationMillisecond()],
  ["duration[us]", new DurationMicrosecond()],
  ["duration[ns]", new DurationNanosecond()],
]);

/**
 * A Dataset as an Arrow IPC stream of one row, a list for each variable, and the description in the schema's metadata.
 * The values are copied once, into the bytes.
 *
 * @throws TypeError for a dtype or an attribute that has no form on the wire.
 */
export function writeDataset(dataset: Dataset): Uint8Array {
  const variables = Object.entries({ ...dataset.coords, ...dataset.dataVars });
  const columns = variables.map(([name, { data }]) => toColumn(name, data));
  const fields = variables.map(([name], index) => new Field(name, columns[index]?.type ?? new Struct([]), false));
  const schema = new Schema(
    fields,
    new Map([
      [keys.description, describe(dataset)],
      [keys.format, formatName],
      [keys.version, formatVersion],
    ]),
  );
  const row = makeData({ type: new Struct(fields), length: 1, nullCount: 0, children: columns });
  const writer = new RecordBatchStreamWriter();
  writer.write(new RecordBatch(schema, row));
  writer.finish();
  return writer.toUint8Array(true);
}

function toColumn(name: string, array: NdArray): Data<List> {
  const layout = arrowLayout(array.dtype);
  const type = types.get(layout?.type ?? "");
  if (layout === undefined || type === undefined) {
    throw new TypeError(`variable '${name}': dtype ${array.dtype} has no form in an Arrow Dataset`);
  }
  const length = array.size * layout.perItem;
  const isText = layout.type === "string" || layout.type === "binary";
  const buffers = isText ? textBuffers(name, array) : { data: array.data };
  const child = makeData({ type, length, nullCount: 0, ...buffers });
  const list = new List(new Field("item", type, false));
  return makeData({ type: list, length: 1, nullCount: 0, valueOffsets: Int32Array.of(0, length), child });
}

/** `json.dumps(dataset.to_dict(data=False))`. */
function describe({ coords, attrs, sizes, dataVars }: Dataset): string {
  const describeAll = (variables: Variables): Record<string, unknown> =>
    Object.assign(
      Object.create(null),
      ...Object.entries(variables).map(([name, { dims, attrs, dtype, shape }]) => ({
        [name]: { dims, attrs, dtype: dtypeName(dtype), shape },
      })),
    );
  const description = { coords: describeAll(coords), attrs, dims: sizes, data_vars: describeAll(dataVars) };
  return printJson(description, "dataset");
}
