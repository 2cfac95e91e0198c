import { Endianness } from "apache-arrow/fb/endianness";
import { MessageHeader } from "apache-arrow/fb/message-header";
import { MetadataVersion } from "apache-arrow/fb/metadata-version";
import { Type } from "apache-arrow/fb/type";
import { expect, test } from "vitest";
import { readStream } from "../src/arrow-stream.ts";
import { batchMessage, mark, schemaMessage, stream } from "./arrow-messages.ts";

const fields = [{ name: "v", type: Type.Bool }];
const schema = schemaMessage(fields, [["key", "value"]]);
const bools = {
  length: 3,
  nodes: [[3, 0]],
  buffers: [
    [0, 0],
    [0, 1],
  ],
} as const;
const batch = batchMessage(bools, { bodyLength: 8n });
const body = Uint8Array.of(5, 0, 0, 0, 0, 0, 0, 0);
const whole = stream({ message: schema }, { message: batch }, body, mark());
const schemaEnd = 8 + schema.length;
const batchEnd = schemaEnd + 8 + batch.length + body.length;

const refused = (code: string, message: string, offset?: number): unknown =>
  expect.objectContaining({ name: "FormatError", codec: "xarray", code, message, offset });

test("a stream is its metadata, its rows and its columns", () => {
  const { metadata, rows, columns } = readStream(whole);
  expect([...metadata]).toEqual([["key", "value"]]);
  expect(rows).toBe(3);
  expect(columns.map(({ field, values }) => [field.name, field.type, ...values])).toEqual([["v", "bool", 5]]);
});

test("a stream of a schema and the end mark is a table without rows", () => {
  const { metadata, rows, columns } = readStream(stream({ message: schema }, mark()));
  expect([...metadata]).toEqual([["key", "value"]]);
  expect(rows).toBe(0);
  expect(columns.map(({ field, length }) => [field.name, length])).toEqual([["v", 0]]);
});

test("a key or a value that is left out of the metadata is an empty text", () => {
  const keyless = schemaMessage([], [[undefined, "value"]]);
  expect([...readStream(stream({ message: keyless }, mark())).metadata]).toEqual([["", "value"]]);
  const valueless = schemaMessage([], [["key"]]);
  expect([...readStream(stream({ message: valueless }, mark())).metadata]).toEqual([["key", ""]]);
});

test("a stream lies anywhere in a larger buffer", () => {
  const larger = Uint8Array.from([1, 2, 3, ...whole, 4]);
  expect(readStream(larger.subarray(3, 3 + whole.length)).rows).toBe(3);
});

test("truncated bytes are refused, wherever they end", () => {
  for (let length = 1; length < whole.length; length += 1) {
    // How far the stream goes on is told by what was read last: a mark of 8 bytes, a message, a body.
    const parts = [8, schemaEnd, schemaEnd + 8, batchEnd - body.length, batchEnd, batchEnd + 8];
    const end = parts.find((part) => part > length) ?? 0;
    expect(() => readStream(whole.subarray(0, length))).toThrow(
      refused("truncated", `the Arrow stream ends at byte ${length}, but should go on to ${end}`, length),
    );
  }
});

test.each([1, 9])("%i bytes after the end are refused with their offset", (count) => {
  const behind = new Uint8Array(count).fill(0xff);
  const withRows = stream(whole, behind);
  expect(() => readStream(withRows)).toThrow(
    refused("trailing", `${count} bytes follow the end of the Arrow stream`, whole.length),
  );
  expect(() => readStream(stream({ message: schema }, mark(), behind))).toThrow(
    refused("trailing", `${count} bytes follow the end of the Arrow stream`, schemaEnd + 8),
  );
});

test.each([
  ["the schema", 0],
  ["the batch", schemaEnd],
  ["the end", batchEnd],
])("a broken continuation before %s is refused with its offset", (_what, at) => {
  for (const index of [0, 1, 2, 3]) {
    const broken = whole.slice();
    broken[at + index] = 0xfe;
    expect(() => readStream(broken)).toThrow(refused("format", "no Arrow message starts here", at));
  }
  const negative = stream(whole.subarray(0, at), mark(-1), whole.subarray(at + 8));
  expect(() => readStream(negative)).toThrow(refused("format", "an Arrow message cannot have -1 bytes", at + 4));
});

test("a stream without a schema is refused", () => {
  expect(() => readStream(mark())).toThrow(refused("format", "the Arrow stream ends where a schema should be", 0));
});

test("a batch where the schema should be, and another message where the batch should be, are refused", () => {
  expect(() => readStream(stream({ message: batch }, body, mark()))).toThrow(
    refused("format", "an Arrow message is not a schema", 0),
  );
  const notOne = refused("format", "an Arrow message is not one record batch", schemaEnd);
  expect(() => readStream(stream({ message: schema }, { message: schema }, mark()))).toThrow(notOne);
  const dictionary = batchMessage(bools, { bodyLength: 8n, headerType: MessageHeader.DictionaryBatch });
  expect(() => readStream(stream({ message: schema }, { message: dictionary }, body, mark()))).toThrow(notOne);
  const headless = batchMessage(bools, { bodyLength: 8n, withoutHeader: true });
  expect(() => readStream(stream({ message: schema }, { message: headless }, body, mark()))).toThrow(
    refused("format", "an Arrow message has no header", schemaEnd),
  );
});

test("a second batch is refused with its offset", () => {
  expect(() =>
    readStream(stream({ message: schema }, { message: batch }, body, { message: batch }, body, mark())),
  ).toThrow(refused("format", "a second record batch follows the first; combine them into one", batchEnd));
});

test.each([
  ["V3", MetadataVersion.V3, false],
  ["V4", MetadataVersion.V4, true],
  ["V5", MetadataVersion.V5, true],
] as const)("messages of Arrow's version %s are read: %s", (_name, version, isRead) => {
  const old = stream({ message: schemaMessage(fields, [], { version }) }, mark());
  const message = "the Arrow stream is of a format before version 4";
  if (isRead) expect(readStream(old).columns).toHaveLength(1);
  else expect(() => readStream(old)).toThrow(refused("format", message, 0));
  const oldBatch = stream(
    { message: schema },
    { message: batchMessage(bools, { version, bodyLength: 8n }) },
    body,
    mark(),
  );
  if (isRead) expect(readStream(oldBatch).rows).toBe(3);
  else expect(() => readStream(oldBatch)).toThrow(refused("format", message, schemaEnd));
});

test("a big-endian stream is refused", () => {
  const big = schemaMessage(fields, [], { endianness: Endianness.Big });
  expect(() => readStream(stream({ message: big }, mark()))).toThrow(
    refused("format", "the Arrow stream is big-endian; write it little-endian"),
  );
});

test("a body longer than the rest of the stream is refused", () => {
  const long = batchMessage(bools, { bodyLength: 17n });
  const short = stream({ message: schema }, { message: long }, body, mark());
  expect(() => readStream(short)).toThrow(
    refused(
      "truncated",
      `the Arrow stream ends at byte ${short.length}, but should go on to ${short.length + 1}`,
      short.length,
    ),
  );
});

test("a body of the schema message is skipped", () => {
  const padded = schemaMessage(fields, [], { bodyLength: 8n });
  expect(readStream(stream({ message: padded }, body, mark())).columns).toHaveLength(1);
});

test("the offset of a buffer in an error counts from the start of the stream", () => {
  const outside = batchMessage(
    {
      ...bools,
      buffers: [
        [0, 0],
        [8, 1],
      ],
    },
    { bodyLength: 8n },
  );
  const bodyOffset = schemaEnd + 8 + outside.length;
  expect(() => readStream(stream({ message: schema }, { message: outside }, body, mark()))).toThrow(
    refused("format", "a buffer of column 'v' is not inside the Arrow body", bodyOffset + 8),
  );
});

test("the offset of metadata in an error counts from the start of the stream", () => {
  for (const [start, message] of [
    [0, schema],
    [schemaEnd, batch],
  ] as const) {
    const broken = whole.slice();
    // The place of the root table: one byte too far for the four that it starts with.
    new DataView(broken.buffer).setUint32(start + 8, message.length - 3, true);
    expect(() => readStream(broken)).toThrow(
      refused("flatbuffer", "the Arrow metadata point outside themselves", start + 8 + message.length - 3),
    );
  }
});

test("metadata that share one large text many times over are refused, and read where each has its own", () => {
  const pairs = Array.from({ length: 200 }, (_, index) => [`key ${index}`, "x".repeat(2000)] as const);
  const shared = schemaMessage([], pairs, { sharedTexts: true });
  expect(shared.length).toBeLessThan(20_000);
  const words = "the Arrow metadata point at the same bytes again and again";
  expect(() => readStream(stream({ message: shared }, mark()))).toThrow(
    expect.objectContaining({ code: "flatbuffer", message: words, offset: expect.any(Number) }),
  );
  expect(readStream(stream({ message: schemaMessage([], pairs) }, mark())).metadata.size).toBe(200);
});
