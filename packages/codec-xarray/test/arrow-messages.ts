import { Endianness } from "apache-arrow/fb/endianness";
import { Buffer as BufferRegion } from "apache-arrow/fb/buffer";
import { DictionaryEncoding } from "apache-arrow/fb/dictionary-encoding";
import { Field } from "apache-arrow/fb/field";
import { FieldNode } from "apache-arrow/fb/field-node";
import { KeyValue } from "apache-arrow/fb/key-value";
import { Message } from "apache-arrow/fb/message";
import { MessageHeader } from "apache-arrow/fb/message-header";
import { MetadataVersion } from "apache-arrow/fb/metadata-version";
import { RecordBatch } from "apache-arrow/fb/record-batch";
import { Schema } from "apache-arrow/fb/schema";
import { Type } from "apache-arrow/fb/type";
import { Builder } from "flatbuffers";

// Arrow's messages with Arrow's own generated code, so that they can also be what no writer writes.

/** A field of a schema; without `member` the type's own table is left out. */
export interface FieldParts {
  readonly name?: string;
  readonly type: Type;
  readonly member?: (builder: Builder) => number;
  readonly children?: readonly FieldParts[];
  readonly dictionary?: boolean;
}

export function addField(builder: Builder, { name, type, member, children, dictionary }: FieldParts): number {
  const items = children?.map((child) => addField(builder, child));
  const itemsOffset = items === undefined ? undefined : Field.createChildrenVector(builder, items);
  const nameOffset = name === undefined ? undefined : builder.createString(name);
  const memberOffset = member?.(builder);
  let dictionaryOffset: number | undefined;
  if (dictionary === true) {
    DictionaryEncoding.startDictionaryEncoding(builder);
    dictionaryOffset = DictionaryEncoding.endDictionaryEncoding(builder);
  }
  Field.startField(builder);
  if (nameOffset !== undefined) Field.addName(builder, nameOffset);
  Field.addTypeType(builder, type);
  if (memberOffset !== undefined) Field.addType(builder, memberOffset);
  if (itemsOffset !== undefined) Field.addChildren(builder, itemsOffset);
  if (dictionaryOffset !== undefined) Field.addDictionary(builder, dictionaryOffset);
  return Field.endField(builder);
}

/** The flatbuffer of one field alone. */
export function fieldBytes(field: FieldParts): Uint8Array {
  const builder = new Builder();
  builder.finish(addField(builder, field));
  return builder.asUint8Array();
}

/** What a message says of itself beside its header. */
export interface Envelope {
  readonly version?: MetadataVersion;
  readonly headerType?: MessageHeader;
  readonly bodyLength?: bigint;
  readonly withoutHeader?: boolean;
}

function envelope(builder: Builder, header: number, type: MessageHeader, given: Envelope): Uint8Array {
  const { version = MetadataVersion.V5, headerType = type, bodyLength = 0n, withoutHeader = false } = given;
  Message.startMessage(builder);
  Message.addVersion(builder, version);
  Message.addHeaderType(builder, headerType);
  if (!withoutHeader) Message.addHeader(builder, header);
  Message.addBodyLength(builder, bodyLength);
  builder.finish(Message.endMessage(builder));
  return builder.asUint8Array();
}

/** The flatbuffer of a schema message. Equal texts among the metadata are one text in the bytes if they are to be shared. */
export function schemaMessage(
  fields: readonly FieldParts[],
  metadata: readonly (readonly [key?: string | undefined, value?: string | undefined])[] = [],
  options: Envelope & { readonly endianness?: Endianness; readonly sharedTexts?: boolean } = {},
): Uint8Array {
  const builder = new Builder();
  const addText = (text: string): number =>
    options.sharedTexts === true ? builder.createSharedString(text) : builder.createString(text);
  const fieldOffsets = fields.map((field) => addField(builder, field));
  const pairs = metadata.map((pair) => {
    const [key, value] = pair.map((text) => (text === undefined ? undefined : addText(text)));
    KeyValue.startKeyValue(builder);
    if (key !== undefined) KeyValue.addKey(builder, key);
    if (value !== undefined) KeyValue.addValue(builder, value);
    return KeyValue.endKeyValue(builder);
  });
  const fieldsOffset = Schema.createFieldsVector(builder, fieldOffsets);
  const pairsOffset = Schema.createCustomMetadataVector(builder, pairs);
  const { endianness = Endianness.Little } = options;
  const schema = Schema.createSchema(builder, endianness, fieldsOffset, pairsOffset, 0);
  return envelope(builder, schema, MessageHeader.Schema, options);
}

/** What a record batch says; what is left out is not in the bytes. */
export interface Batch {
  readonly length?: number;
  readonly nodes?: readonly (readonly [length: number, nullCount: number])[];
  readonly buffers?: readonly (readonly [offset: number, length: number])[];
  /** Adds Arrow's `BodyCompression`. */
  readonly compression?: (builder: Builder) => number;
  readonly variadicCounts?: readonly number[];
}

function addBatch(builder: Builder, { length, nodes, buffers, compression, variadicCounts }: Batch): number {
  let nodesOffset: number | undefined;
  if (nodes !== undefined) {
    RecordBatch.startNodesVector(builder, nodes.length);
    for (const [size, nulls] of nodes.toReversed()) FieldNode.createFieldNode(builder, BigInt(size), BigInt(nulls));
    nodesOffset = builder.endVector();
  }
  let buffersOffset: number | undefined;
  if (buffers !== undefined) {
    RecordBatch.startBuffersVector(builder, buffers.length);
    for (const [at, size] of buffers.toReversed()) BufferRegion.createBuffer(builder, BigInt(at), BigInt(size));
    buffersOffset = builder.endVector();
  }
  const compressionOffset = compression?.(builder);
  const countsOffset =
    variadicCounts === undefined
      ? undefined
      : RecordBatch.createVariadicBufferCountsVector(builder, variadicCounts.map(BigInt));
  RecordBatch.startRecordBatch(builder);
  if (length !== undefined) RecordBatch.addLength(builder, BigInt(length));
  if (nodesOffset !== undefined) RecordBatch.addNodes(builder, nodesOffset);
  if (buffersOffset !== undefined) RecordBatch.addBuffers(builder, buffersOffset);
  if (compressionOffset !== undefined) RecordBatch.addCompression(builder, compressionOffset);
  if (countsOffset !== undefined) RecordBatch.addVariadicBufferCounts(builder, countsOffset);
  return RecordBatch.endRecordBatch(builder);
}

/** The flatbuffer of one record batch alone. */
export function batchBytes(batch: Batch): Uint8Array {
  const builder = new Builder();
  builder.finish(addBatch(builder, batch));
  return builder.asUint8Array();
}

/** The flatbuffer of a record batch message. */
export function batchMessage(batch: Batch, options: Envelope = {}): Uint8Array {
  const builder = new Builder();
  return envelope(builder, addBatch(builder, batch), MessageHeader.RecordBatch, options);
}

/** The bytes of a stream: messages with what comes before each, and bytes as they are. */
export function stream(...parts: readonly ({ readonly message: Uint8Array } | Uint8Array)[]): Uint8Array {
  const bytes = parts.flatMap((part) =>
    part instanceof Uint8Array ? [...part] : [...mark(part.message.length), ...part.message],
  );
  return Uint8Array.from(bytes);
}

/** What comes before a message, of so many bytes; of none at the end of a stream. */
export function mark(size = 0): Uint8Array {
  const bytes = new Uint8Array(8).fill(0xff, 0, 4);
  new DataView(bytes.buffer).setInt32(4, size, true);
  return bytes;
}

/** A number where the generated code wants one of an enumeration: in bytes there may be others. */
export function anyOf(value: number): never {
  return value as never;
}
