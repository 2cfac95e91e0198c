import { messageHeaders, slots, typeNames } from "@dataqueues/arrow-ipc";
import { flatbuffer } from "./flatbuffer.ts";
import type { FieldValue, Slots } from "./flatbuffer.ts";

// Arrow's messages, so that they can also be what no writer writes.

export interface FieldParts {
  readonly name?: string | undefined;
  /** A name of the union `Type`, or any number. */
  readonly type: string | number;
  /** The type's own table; undefined for none. */
  readonly parameters?: Slots | undefined;
  readonly children?: readonly FieldParts[];
  /** The number of the dictionary and the bits of its indices. */
  readonly dictionary?: { readonly id: number | bigint; readonly bits?: number };
  readonly metadata?: readonly Slots[];
}

export function field({ name, type, parameters = {}, children = [], dictionary, metadata }: FieldParts): Slots {
  const encoding: Slots = {
    [slots.dictionaryEncoding.id]: { i64: dictionary?.id ?? 0 },
    ...(dictionary?.bits !== undefined && {
      [slots.dictionaryEncoding.indexType]: { table: int(dictionary.bits) },
    }),
  };
  return {
    ...(name !== undefined && { [slots.field.name]: { text: name } }),
    [slots.field.typeType]: { u8: typeof type === "number" ? type : typeNames.indexOf(type) },
    [slots.field.type]: { table: parameters },
    ...(dictionary !== undefined && { [slots.field.dictionary]: { table: encoding } }),
    [slots.field.children]: { tables: children.map(field) },
    ...(metadata !== undefined && { [slots.field.customMetadata]: { tables: metadata } }),
  };
}

/** The parameters of an Int. */
export function int(bits: number, isSigned = true): Slots {
  return { [slots.int.bitWidth]: { i32: bits }, [slots.int.isSigned]: { u8: isSigned ? 1 : 0 } };
}

export const int8: FieldParts = { name: "v", type: "Int", parameters: int(8) };

export interface BatchPartsGiven {
  readonly length: number | bigint;
  readonly nodes: readonly (readonly [length: number | bigint, nulls: number | bigint])[];
  /** The bytes of each buffer, or a place in the body. */
  readonly buffers: readonly (ArrayBufferView | readonly [offset: number, length: number])[];
  /** Bytes before those of the buffers, for places. */
  readonly body?: Uint8Array;
  readonly viewBuffers?: readonly (number | bigint)[];
  readonly dictionary?: { readonly id: number; readonly isDelta?: boolean };
}

export interface MessageParts {
  readonly header: string;
  readonly slots: Slots;
  readonly body?: Uint8Array;
  readonly version?: number;
}

/** A schema as a message. */
export function schema(fields: readonly FieldParts[], more: Slots = {}): MessageParts {
  return { header: "Schema", slots: { [slots.schema.fields]: { tables: fields.map(field) }, ...more } };
}

/** A batch as a message: a record batch, or that of a dictionary. */
export function batch(
  { length, nodes, buffers, body: given = new Uint8Array(), viewBuffers, dictionary }: BatchPartsGiven,
  more: Slots = {},
): MessageParts {
  const places: (readonly [number, number])[] = [];
  const body: number[] = [...given];
  for (const buffer of buffers) {
    if (!ArrayBuffer.isView(buffer)) {
      places.push(buffer);
      continue;
    }
    places.push([body.length, buffer.byteLength]);
    for (const byte of new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)) body.push(byte);
    while (body.length % 8 !== 0) body.push(0);
  }
  const table: Slots = {
    [slots.recordBatch.length]: { i64: length },
    [slots.recordBatch.nodes]: { i64s: nodes.flat(), each: 2 },
    [slots.recordBatch.buffers]: { i64s: places.flat(), each: 2 },
    ...(viewBuffers !== undefined && { [slots.recordBatch.variadicBufferCounts]: { i64s: viewBuffers } }),
    ...more,
  };
  if (dictionary === undefined) return { header: "RecordBatch", slots: table, body: Uint8Array.from(body) };
  const outer: Slots = {
    [slots.dictionaryBatch.id]: { i64: dictionary.id },
    [slots.dictionaryBatch.data]: { table },
    [slots.dictionaryBatch.isDelta]: { u8: dictionary.isDelta === true ? 1 : 0 },
  };
  return { header: "DictionaryBatch", slots: outer, body: Uint8Array.from(body) };
}

/** The bytes of a stream of these messages, without an end. */
export function stream(...messages: readonly MessageParts[]): Uint8Array {
  return Uint8Array.from(messages.flatMap((message) => [...messageBytes(message)]));
}

function messageBytes({ header, slots: table, body = new Uint8Array(), version = 4 }: MessageParts): Uint8Array {
  const message: Record<number, FieldValue> = {
    [slots.message.version]: { i16: version },
    [slots.message.headerType]: { u8: messageHeaders.indexOf(header) },
    [slots.message.header]: { table },
    [slots.message.bodyLength]: { i64: body.length },
  };
  const metadata = flatbuffer(message);
  const prefix = new Uint8Array(8).fill(0xff, 0, 4);
  new DataView(prefix.buffer).setInt32(4, metadata.length, true);
  return Uint8Array.from([...prefix, ...metadata, ...body]);
}

export interface FileParts {
  readonly fields: readonly FieldParts[];
  readonly dictionaries?: readonly MessageParts[];
  readonly batches?: readonly MessageParts[];
  readonly version?: number;
  /** Changes the blocks of the record batches before they are written: offset, metadata length, body length of each. */
  readonly blocks?: (blocks: number[]) => readonly (number | bigint)[];
}

/** The bytes of a file, whose footer alone holds the schema, as polars writes it. */
export function file({
  fields,
  dictionaries = [],
  batches = [],
  version = 4,
  blocks = (same) => same,
}: FileParts): Uint8Array {
  const bytes = [...new TextEncoder().encode("ARROW1"), 0, 0];
  const write = (message: MessageParts): number[] => {
    const start = bytes.length;
    for (const byte of messageBytes(message)) bytes.push(byte);
    const bodyLength = message.body?.length ?? 0;
    return [start, bytes.length - start - bodyLength, bodyLength];
  };
  const footer = flatbuffer({
    [slots.footer.version]: { i16: version },
    [slots.footer.schema]: { table: schema(fields).slots },
    [slots.footer.dictionaries]: { i64s: dictionaries.flatMap(write), each: 3 },
    [slots.footer.recordBatches]: { i64s: blocks(batches.flatMap(write)), each: 3 },
  });
  const size = new Uint8Array(Int32Array.of(footer.length).buffer);
  return Uint8Array.from([...bytes, ...footer, ...size, ...new TextEncoder().encode("ARROW1")]);
}
