import { LargeUtf8, makeData, makeVector, Table, tableToIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { arrow } from "../src/index.ts";

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
