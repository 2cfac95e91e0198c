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
import { expect, test } from "vitest";
import { writeBatch, writeSchema } from "../src/write-message.ts";

// The measure is the code that flatc generated from Arrow's Schema.fbs and Message.fbs.

interface Column {
  readonly name: string;
  readonly type: string;
}

const int = (bits: number, signed: boolean): Member => [Type.Int, (builder) => Int.createInt(builder, bits, signed)];
const float = (precision: Precision): Member => [
  Type.FloatingPoint,
  (builder) => FloatingPoint.createFloatingPoint(builder, precision),
];
const timestamp = (unit: TimeUnit): Member => [
  Type.Timestamp,
  (builder) => Timestamp.createTimestamp(builder, unit, 0),
];
const duration = (unit: TimeUnit): Member => [Type.Duration, (builder) => Duration.createDuration(builder, unit)];

/** A member of the union `Type`. */
type Member = readonly [id: Type, create: (builder: Builder) => number];

/** Every type that `arrowLayout` gives. */
const members: Readonly<Record<string, Member>> = {
  int8: int(8, true),
  int16: int(16, true),
  int32: int(32, true),
  int64: int(64, true),
  uint8: int(8, false),
  uint16: int(16, false),
  uint32: int(32, false),
  uint64: int(64, false),
  halffloat: float(Precision.HALF),
  float: float(Precision.SINGLE),
  double: float(Precision.DOUBLE),
  "timestamp[s]": timestamp(TimeUnit.SECOND),
  "timestamp[ms]": timestamp(TimeUnit.MILLISECOND),
  "timestamp[us]": timestamp(TimeUnit.MICROSECOND),
  "timestamp[ns]": timestamp(TimeUnit.NANOSECOND),
  "duration[s]": duration(TimeUnit.SECOND),
  "duration[ms]": duration(TimeUnit.MILLISECOND),
  "duration[us]": duration(TimeUnit.MICROSECOND),
  "duration[ns]": duration(TimeUnit.NANOSECOND),
  string: [Type.Utf8, (builder) => Utf8.createUtf8(builder)],
  binary: [Type.Binary, (builder) => Binary.createBinary(builder)],
};

function generatedField(builder: Builder, name: string, type: Type, member: number, items: number[]): number {
  const nameOffset = builder.createString(name);
  const children = Field.createChildrenVector(builder, items);
  Field.startField(builder);
  Field.addName(builder, nameOffset);
  Field.addNullable(builder, false);
  Field.addTypeType(builder, type);
  Field.addType(builder, member);
  Field.addChildren(builder, children);
  return Field.endField(builder);
}

function generatedSchema(columns: readonly Column[], metadata: ReadonlyMap<string, string>): Uint8Array {
  const builder = new Builder();
  const fields = columns.map(({ name, type }) => {
    const [id, create] = members[type] ?? expect.fail(`${type} is no type here`);
    const item = generatedField(builder, "item", id, create(builder), []);
    return generatedField(builder, name, Type.List, List.createList(builder), [item]);
  });
  const pairs = Array.from(metadata, ([key, value]) =>
    KeyValue.createKeyValue(builder, builder.createString(key), builder.createString(value)),
  );
  const fieldsOffset = Schema.createFieldsVector(builder, fields);
  const pairsOffset = Schema.createCustomMetadataVector(builder, pairs);
  const schema = Schema.createSchema(builder, Endianness.Little, fieldsOffset, pairsOffset, 0);
  builder.finish(Message.createMessage(builder, MetadataVersion.V5, MessageHeader.Schema, schema, 0n, 0));
  return builder.asUint8Array();
}

function generatedBatch(
  lengths: readonly number[],
  regions: readonly { readonly offset: number; readonly length: number }[],
  bodyLength: number,
): Uint8Array {
  const builder = new Builder();
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
  const batch = RecordBatch.endRecordBatch(builder);
  const { V5 } = MetadataVersion;
  builder.finish(Message.createMessage(builder, V5, MessageHeader.RecordBatch, batch, BigInt(bodyLength), 0));
  return builder.asUint8Array();
}

test.each(Object.keys(members))("the schema of a column of %s has the bytes of the generated code", (type) => {
  const columns = [{ name: "v", type }];
  expect(writeSchema(columns, new Map())).toEqual(generatedSchema(columns, new Map()));
});

// Tables that are alike share a vtable, and each text moves what is written after it.
test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 300])(
  "the schema of all types has the bytes of the generated code, with texts %i characters longer",
  (more) => {
    const columns = Object.keys(members).map((type, index) => ({ name: type + "é".repeat(more + index), type }));
    const metadata = new Map([
      ["", "é".repeat(more)],
      ["k".repeat(more), ""],
      ["key", "value"],
    ]);
    expect(writeSchema(columns, metadata)).toEqual(generatedSchema(columns, metadata));
  },
);

test("a schema without columns and metadata has the bytes of the generated code", () => {
  expect(writeSchema([], new Map())).toEqual(generatedSchema([], new Map()));
});

test.each([
  [[], [], 0],
  [[1, 0], [{ offset: 0, length: 0 }], 8],
  [[1, 3], [0, 8, 16].map((offset) => ({ offset, length: 5 })), 24],
  [[1, 2 ** 31 - 1], [{ offset: 2 ** 40, length: 2 ** 41 }], 2 ** 42],
  [
    Array.from({ length: 99 }, (_, index) => index),
    Array.from({ length: 199 }, (_, index) => ({ offset: 8 * index, length: index })),
    1592,
  ],
])("the record batch of %j, %j and %d has the bytes of the generated code", (lengths, regions, bodyLength) => {
  expect(writeBatch(lengths, regions, bodyLength)).toEqual(generatedBatch(lengths, regions, bodyLength));
});
