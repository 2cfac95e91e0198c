import { expect, test } from "vitest";
import { formatError } from "../../src/datasets/format-error.ts";
import type { IpcMessage } from "../../src/ipc/message.ts";
import { prefixLength, readMessage } from "../../src/ipc/message.ts";
import { slots } from "../../src/ipc/slots.ts";
import { places, pyarrowStream } from "./pyarrow-stream.ts";

const read = (bytes: Uint8Array, start: number): IpcMessage | undefined => readMessage(bytes, start, formatError);

const refused = (code: string, message: string, offset: number): unknown =>
  expect.objectContaining({ name: "FormatError", codec: "xarray", code, message, offset });

/** The entry of a slot in the vtable of the message at `start` (https://flatbuffers.dev/internals). */
function vtableEntry(view: DataView, start: number, slot: number): number {
  const table = rootTable(view, start);
  return table - view.getInt32(table, true) + 4 + 2 * slot;
}

function rootTable(view: DataView, start: number): number {
  return start + prefixLength + view.getUint32(start + prefixLength, true);
}

/** The stream with the value of a slot of its first message set by `set`. */
function changed(slot: number, set: (view: DataView, at: number) => void): Uint8Array {
  const bytes = pyarrowStream();
  const view = new DataView(bytes.buffer);
  set(view, rootTable(view, 0) + view.getUint16(vtableEntry(view, 0, slot), true));
  return bytes;
}

/** The stream with a slot of the message at `start` left out. */
function without(slot: number, start = 0): Uint8Array {
  const bytes = pyarrowStream();
  const view = new DataView(bytes.buffer);
  view.setUint16(vtableEntry(view, start, slot), 0, true);
  return bytes;
}

test("the messages of a stream follow each other, up to the mark of the end", () => {
  const bytes = pyarrowStream();
  // MessageHeader in Message.fbs: a schema is 1, a record batch 3.
  const schema = read(bytes, places.schema);
  expect(schema).toMatchObject({ headerType: 1, body: new Uint8Array(0), end: places.batch });
  expect(schema?.header.length(slots.schema.fields)).toBe(1);
  const batch = read(bytes, places.batch);
  expect(batch).toMatchObject({ headerType: 3, bodyOffset: places.body, end: places.endMark });
  expect(batch?.header.size(slots.recordBatch.length)).toBe(3);
  expect(read(bytes, places.endMark)).toBeUndefined();
});

test("a body is a view of the bytes, wherever they lie", () => {
  const larger = new Uint8Array(3 + places.end);
  larger.set(pyarrowStream(), 3);
  const { body } = read(larger.subarray(3), places.batch) ?? expect.fail("there is no message");
  expect([...body]).toEqual([1, 2, 3, 0, 0, 0, 0, 0]);
  expect([body.buffer, body.byteOffset]).toEqual([larger.buffer, 3 + places.body]);
});

test("a message that ends too early is refused, and how far it goes is told", () => {
  for (let length = places.batch; length < places.endMark; length += 1) {
    const end = [places.batch + prefixLength, places.body, places.endMark].find((part) => part > length) ?? 0;
    expect(() => read(pyarrowStream().subarray(0, length), places.batch)).toThrow(
      refused("truncated", `the Arrow stream ends at byte ${length}, but should go on to ${end}`, length),
    );
  }
});

test("bytes without a continuation are no message", () => {
  expect(() => read(pyarrowStream(), places.batch + 4)).toThrow(
    refused("format", "no Arrow message starts here", places.batch + 4),
  );
});

test("a negative size is refused with its place", () => {
  const bytes = pyarrowStream();
  new DataView(bytes.buffer).setInt32(places.batch + 4, -8, true);
  expect(() => read(bytes, places.batch)).toThrow(
    refused("format", "an Arrow message cannot have -8 bytes", places.batch + 4),
  );
});

test.each([
  // MetadataVersion in Schema.fbs: version 3 is 2.
  ["version 3", changed(slots.message.version, (view, at) => view.setInt16(at, 2, true))],
  ["no version, which means version 1", without(slots.message.version)],
])("a message of %s is refused", (_what, bytes) => {
  expect(() => read(bytes, 0)).toThrow(refused("format", "the Arrow stream is of a format before version 4", 0));
});

test("version 4 is read", () => {
  const bytes = changed(slots.message.version, (view, at) => view.setInt16(at, 3, true));
  expect(read(bytes, 0)).toMatchObject({ headerType: 1 });
});

test("a message without a header is refused", () => {
  expect(() => read(without(slots.message.header, places.batch), places.batch)).toThrow(
    refused("format", "an Arrow message has no header", places.batch),
  );
});

test("a header of no type is one of type 0, and a length of the body that is left out is 0", () => {
  expect(read(without(slots.message.headerType), 0)).toMatchObject({ headerType: 0 });
  expect(read(without(slots.message.bodyLength, places.batch), places.batch)).toMatchObject({
    body: new Uint8Array(0),
    end: places.body,
  });
});

test("what points outside of a message is refused with its place in all bytes", () => {
  const bytes = pyarrowStream();
  new DataView(bytes.buffer).setUint32(places.batch + prefixLength, 4000, true);
  expect(() => read(bytes, places.batch)).toThrow(
    refused("flatbuffer", "the Arrow metadata point outside themselves", places.batch + prefixLength + 4000),
  );
});
