import { LargeUtf8, makeData, makeVector, Table, tableToIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { slots } from "@dataqueues/arrow-ipc";
import { arrow } from "../src/index.ts";
import { int8, schema, stream } from "./arrow-messages.ts";

test("the one offset of a column without rows is checked, too: apache-arrow reads it to write the table again", () => {
  const text = makeData({
    type: new LargeUtf8(),
    length: 0,
    nullCount: 0,
    valueOffsets: BigInt64Array.of(0n),
    data: new Uint8Array(),
  });
  const bytes = tableToIPC(new Table({ text: makeVector(text) }), "stream").slice();
  expect(arrow().decode(bytes).numRows).toBe(0);
  // The body is that offset, before the end of the stream.
  for (const offset of [2n ** 55n, -1n, 1n]) {
    new DataView(bytes.buffer).setBigInt64(bytes.length - 16, offset, true);
    expect(() => arrow().decode(bytes)).toThrow(expect.objectContaining({ code: "size-mismatch" }));
  }
});

test("metadata without a key or a value are refused: apache-arrow would give null for a text", () => {
  const [key, value] = [{ [slots.keyValue.key]: { text: "unit" } }, { [slots.keyValue.value]: { text: "Jy" } }];
  const inSchema = (pair: object): Uint8Array =>
    stream(schema([int8], { [slots.schema.customMetadata]: { tables: [{ ...pair }] } }));
  const inColumn = (pair: object): Uint8Array => stream(schema([{ ...int8, metadata: [{ ...pair }] }]));
  for (const write of [inSchema, inColumn]) {
    expect(arrow().decode(write({ ...key, ...value })).numCols).toBe(1);
    for (const pair of [key, value]) {
      expect(() => arrow().decode(write(pair))).toThrow(expect.objectContaining({ code: "format" }));
    }
  }
});
