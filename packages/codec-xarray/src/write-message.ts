import { floatNames, messageHeaders, metadataVersions, slots, timeUnits, typeNames } from "@dataqueues/arrow-ipc";
import { Builder } from "flatbuffers";

// The bytes are those of the code that flatc generates from Arrow's Schema.fbs and Message.fbs: fields are added in the
// same order, and the builder leaves out a field that has its default, its last argument. `nullable` (false) and the byte
// order (little-endian) have theirs always.

/** The unit of a Duration that names none. */
const defaultDurationUnit = timeUnits.indexOf("ms");

/** Writes the flatbuffer of a schema with a column `List<item: type not null> not null` for each entry. */
export function writeSchema(
  columns: readonly { readonly name: string; readonly type: string }[],
  metadata: ReadonlyMap<string, string>,
): Uint8Array {
  const builder = new Builder(1024);
  const fields = columns.map(({ name, type }) => {
    const [arrowType, parameters] = writeType(builder, type);
    const item = writeField(builder, "item", arrowType, parameters, []);
    return writeField(builder, name, "List", writeTable(builder, {}), [item]);
  });
  const pairs = Array.from(metadata, ([key, value]) => {
    const keyOffset = builder.createString(key);
    const valueOffset = builder.createString(value);
    return writeTable(builder, slots.keyValue, () => {
      builder.addFieldOffset(slots.keyValue.key, keyOffset, 0);
      builder.addFieldOffset(slots.keyValue.value, valueOffset, 0);
    });
  });
  const fieldsOffset = writeTables(builder, fields);
  const pairsOffset = writeTables(builder, pairs);
  const schema = writeTable(builder, slots.schema, () => {
    builder.addFieldOffset(slots.schema.fields, fieldsOffset, 0);
    builder.addFieldOffset(slots.schema.customMetadata, pairsOffset, 0);
  });
  return finish(builder, "Schema", schema, 0);
}

/**
 * Writes the flatbuffer of a record batch of one row.
 *
 * @param lengths - the length of each column, followed by the number of its values; there are no nulls
 * @param regions - where each buffer lies in the body
 */
export function writeBatch(
  lengths: readonly number[],
  regions: readonly { readonly offset: number; readonly length: number }[],
  bodyLength: number,
): Uint8Array {
  const builder = new Builder(1024);
  const nodes = writePairs(
    builder,
    lengths.map((length) => [length, 0]),
  );
  const buffers = writePairs(
    builder,
    regions.map(({ offset, length }) => [offset, length]),
  );
  const batch = writeTable(builder, slots.recordBatch, () => {
    builder.addFieldInt64(slots.recordBatch.length, 1n, 0n);
    builder.addFieldOffset(slots.recordBatch.nodes, nodes, 0);
    builder.addFieldOffset(slots.recordBatch.buffers, buffers, 0);
  });
  return finish(builder, "RecordBatch", batch, bodyLength);
}

function finish(builder: Builder, headerName: string, header: number, bodyLength: number): Uint8Array {
  const message = writeTable(builder, slots.message, () => {
    builder.addFieldInt16(slots.message.version, metadataVersions.v5, 0);
    builder.addFieldInt8(slots.message.headerType, messageHeaders.indexOf(headerName), 0);
    builder.addFieldOffset(slots.message.header, header, 0);
    builder.addFieldInt64(slots.message.bodyLength, BigInt(bodyLength), 0n);
  });
  builder.finish(message);
  return builder.asUint8Array();
}

/** Writes a field of a schema, whose values are not null. */
function writeField(
  builder: Builder,
  name: string,
  arrowType: string,
  parameters: number,
  items: readonly number[],
): number {
  const nameOffset = builder.createString(name);
  const children = writeTables(builder, items);
  return writeTable(builder, slots.field, () => {
    builder.addFieldOffset(slots.field.name, nameOffset, 0);
    builder.addFieldInt8(slots.field.typeType, typeNames.indexOf(arrowType), 0);
    builder.addFieldOffset(slots.field.type, parameters, 0);
    builder.addFieldOffset(slots.field.children, children, 0);
  });
}

/** Writes the member of the union `Type` in Schema.fbs for a type that `arrowLayout` gives. */
function writeType(builder: Builder, type: string): [arrowType: string, parameters: number] {
  const [, kind, bits, unit = ""] = /^(u?int|timestamp|duration)(\d*)(?:\[(\w+)\])?$/.exec(type) ?? [];
  if (kind === "timestamp") {
    const add = (): void => builder.addFieldInt16(slots.timestamp.unit, timeUnits.indexOf(unit), 0);
    return ["Timestamp", writeTable(builder, slots.timestamp, add)];
  }
  if (kind === "duration") {
    const add = (): void => builder.addFieldInt16(slots.duration.unit, timeUnits.indexOf(unit), defaultDurationUnit);
    return ["Duration", writeTable(builder, slots.duration, add)];
  }
  if (kind !== undefined) {
    const add = (): void => {
      builder.addFieldInt32(slots.int.bitWidth, Number(bits), 0);
      builder.addFieldInt8(slots.int.isSigned, kind === "int" ? 1 : 0, 0);
    };
    return ["Int", writeTable(builder, slots.int, add)];
  }
  if (floatNames.includes(type)) {
    const add = (): void => builder.addFieldInt16(slots.floatingPoint.precision, floatNames.indexOf(type), 0);
    return ["FloatingPoint", writeTable(builder, slots.floatingPoint, add)];
  }
  return [type === "string" ? "Utf8" : "Binary", writeTable(builder, {})];
}

/**
 * Writes a table whose fields have the slots of `fields`.
 *
 * @param add - adds the fields; texts, vectors and tables that they point at must have been written before
 */
function writeTable(builder: Builder, fields: Readonly<Record<string, number>>, add?: () => void): number {
  builder.startObject(Object.keys(fields).length);
  add?.();
  return builder.endObject();
}

// A flatbuffer is written from its end, and so is a vector.

function writeTables(builder: Builder, tables: readonly number[]): number {
  builder.startVector(4, tables.length, 4);
  for (const table of tables.toReversed()) builder.addOffset(table);
  return builder.endVector();
}

/** Writes a vector of structs of two int64, such as the nodes and the buffers of a record batch. */
function writePairs(builder: Builder, pairs: readonly (readonly [number, number])[]): number {
  builder.startVector(16, pairs.length, 8);
  for (const value of pairs.flat().toReversed()) builder.writeInt64(BigInt(value));
  return builder.endVector();
}
