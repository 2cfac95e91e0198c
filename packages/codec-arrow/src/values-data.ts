import type { DatasetColumn } from "@dataqueues/arrow-ipc";
import type { Data } from "apache-arrow";
import {
  Binary,
  DataType,
  Duration,
  Float16,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  makeData,
  Timestamp,
  TimeUnit,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
} from "apache-arrow";

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
  ["timestamp[s]", new Timestamp(TimeUnit.SECOND)],
  ["timestamp[ms]", new Timestamp(TimeUnit.MILLISECOND)],
  ["timestamp[us]", new Timestamp(TimeUnit.MICROSECOND)],
  ["timestamp[ns]", new Timestamp(TimeUnit.NANOSECOND)],
  ["duration[s]", new Duration(TimeUnit.SECOND)],
  ["duration[ms]", new Duration(TimeUnit.MILLISECOND)],
  ["duration[us]", new Duration(TimeUnit.MICROSECOND)],
  ["duration[ns]", new Duration(TimeUnit.NANOSECOND)],
]);

/** The values of a variable as apache-arrow's Data, over the same memory. */
export function valuesData({ name, type: typeName, length, buffers }: DatasetColumn): Data {
  const type = types.get(typeName);
  const [first, second] = buffers;
  if (DataType.isUtf8(type)) return makeData({ type, length, nullCount: 0, valueOffsets: first, data: second });
  if (DataType.isBinary(type)) return makeData({ type, length, nullCount: 0, valueOffsets: first, data: second });
  if (DataType.isInt(type)) return makeData({ type, length, nullCount: 0, data: first });
  if (DataType.isFloat(type)) return makeData({ type, length, nullCount: 0, data: first });
  if (DataType.isTimestamp(type)) return makeData({ type, length, nullCount: 0, data: first });
  if (DataType.isDuration(type)) return makeData({ type, length, nullCount: 0, data: first });
  throw new TypeError(`variable '${name}': apache-arrow has no type for ${typeName}`);
}
