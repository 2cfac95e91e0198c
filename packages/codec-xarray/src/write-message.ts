import { Binary } from "apache-arrow/fb/binary";
import { Buffer } from "apache-arrow/fb/buffer";
import { Duration } from "apache-arrow/fb/duration";
import { Endianness } from "apache-arrow/fb/endianness";
import { Field } from "apache-arrow/fb/field";
import { FieldNode } from "apache-arrow/fb/field-node";
import { FloatingPoint } from "apache-arrow/fb/floating-point";
import { Int } from "apache-arrow/fb/int";
import { KeyValue } from "apache-arrow/fb/key-value";
import { List } from "apache-arrow/fb/list";
import { Message } from "apache-arrow/fb/message";
import { MessageHeader } from "apache-arrow/fb/message-header";
import { MetadataVersion } from "apache-arrow/fb/metadata-version";
import { Precision } from "apache-arrow/fb/precision";
import { RecordBatch } from "apache-arrow/fb/record-batch";
import { Schema } from "apache-arrow/fb/schema";
import { TimeUnit } from "apache-arrow/fb/time-unit";
import { Timestamp } from "apache-arrow/fb/timestamp";
import { Type } from "apache-arrow/fb/type";
import { Utf8 } from "apache-arrow/fb/utf8";
import { Builder } from "flatbuffers";

// Only code that was generated from Arrow's Schema.fbs and Message.fbs is imported from apache-arrow. With its writer a
// browser would load four times as much.

/** Writes the flatbuffer of a schema with a column `List<item: type not null> not null` for each entry. */
export function writeSchema(
  columns: readonly { readonly name: string; readonly type: string }[],
  metadata: ReadonlyMap<string, string>,
): Uint8Array {
  const builder = new Builder(1024);
  const fields = columns.map(({ name, type }) => {
    const [id, offset] = writeType(builder, type);
    const item = writeField(builder, "item", id, offset, []);
    return writeField(builder, name, Type.List, List.createList(builder), [item]);
  });
  const pairs = Array.from(metadata, ([key, value]) =>
    KeyValue.createKeyValue(builder, builder.createString(key), builder.createString(value)),
  );
  const fieldsOffset = Schema.createFieldsVector(builder, fields);
  const pairsOffset = Schema.createCustomMetadataVector(builder, pairs);
  const schema = Schema.createSchema(builder, Endianness.Little, fieldsOffset, pairsOffset, 0);
  return finish(builder, MessageHeader.Schema, schema, 0);
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
  // A flatbuffer is written from its end.
  RecordBatch.startNodesVector(builder, lengths.length);
  for (const length of lengths.toReversed()) FieldNode.createFieldNode(builder, BigInt(length), 0n);
  const nodes = builder.endVector();
  RecordBatch.startBuffersVector(builder, regions.length);
  for (const { offset, length } of regions.toReversed()) {
    Buffer.createBuffer(builder, BigInt(offset), BigInt(length));
  }
  const buffers = builder.endVector();
  RecordBatch.startRecordBatch(builder);
  RecordBatch.addLength(builder, 1n);
  RecordBatch.addNodes(builder, nodes);
  RecordBatch.addBuffers(builder, buffers);
  return finish(builder, MessageHeader.RecordBatch, RecordBatch.endRecordBatch(builder), bodyLength);
}

function finish(builder: Builder, type: MessageHeader, header: number, bodyLength: number): Uint8Array {
  builder.finish(Message.createMessage(builder, MetadataVersion.V5, type, header, BigInt(bodyLength), 0));
  return builder.asUint8Array();
}

function writeField(builder: Builder, name: string, type: Type, typeOffset: number, items: number[]): number {
  const nameOffset = builder.createString(name);
  const children = Field.createChildrenVector(builder, items);
  Field.startField(builder);
  Field.addName(builder, nameOffset);
  Field.addNullable(builder, false);
  Field.addTypeType(builder, type);
  Field.addType(builder, typeOffset);
  Field.addChildren(builder, children);
  return Field.endField(builder);
}

const timeUnits: ReadonlyMap<string, TimeUnit> = new Map([
  ["s", TimeUnit.SECOND],
  ["ms", TimeUnit.MILLISECOND],
  ["us", TimeUnit.MICROSECOND],
  ["ns", TimeUnit.NANOSECOND],
]);

const precisions: ReadonlyMap<string, Precision> = new Map([
  ["halffloat", Precision.HALF],
  ["float", Precision.SINGLE],
  ["double", Precision.DOUBLE],
]);

/** Writes the member of the union `Type` in Schema.fbs for a type that `arrowLayout` gives. */
function writeType(builder: Builder, type: string): [id: Type, offset: number] {
  const [, kind, bits, unit = ""] = /^(u?int|timestamp|duration)(\d*)(?:\[(\w+)\])?$/.exec(type) ?? [];
  const timeUnit = timeUnits.get(unit);
  const precision = precisions.get(type);
  if (timeUnit !== undefined) {
    return kind === "timestamp"
      ? [Type.Timestamp, Timestamp.createTimestamp(builder, timeUnit, 0)]
      : [Type.Duration, Duration.createDuration(builder, timeUnit)];
  }
  if (kind !== undefined) return [Type.Int, Int.createInt(builder, Number(bits), kind === "int")];
  if (precision !== undefined) return [Type.FloatingPoint, FloatingPoint.createFloatingPoint(builder, precision)];
  return type === "string" ? [Type.Utf8, Utf8.createUtf8(builder)] : [Type.Binary, Binary.createBinary(builder)];
}
