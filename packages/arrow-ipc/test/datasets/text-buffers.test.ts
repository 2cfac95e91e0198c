import { NdArray } from "@dataqueues/arrays";
import { expect, test } from "vitest";
import { textBuffers } from "../../src/datasets/text-buffers.ts";

test.each<[dtype: string, items: string[], offsets: number[], text: string]>([
  ["<U3", ["a", "", "bcd"], [0, 1, 1, 4], "abcd"],
  ["<U3", ["é", "", "𝔘b"], [0, 2, 2, 7], "é𝔘b"],
  ["<U2", ["ab", "éb", "~\u007f", "\u0080"], [0, 2, 5, 7, 9], "abéb~\u007f\u0080"],
  ["<U1", ["\u0100", "\u{10000}"], [0, 2, 6], "\u0100\u{10000}"],
  ["<U3", ["a\0b"], [0, 3], "a\0b"],
  ["<U0", ["", ""], [0, 0, 0], ""],
])("text of dtype %s, %j, is UTF-8 without the NULs that fill it up", (dtype, items, offsets, text) => {
  const [writtenOffsets, data] = textBuffers("v", NdArray.fromItems(dtype, [items.length], items));
  expect([...new Int32Array(writtenOffsets.buffer)]).toEqual(offsets);
  expect(new TextDecoder().decode(data)).toBe(text);
});

test("bytes are written as they are, without the NULs that fill them up", () => {
  const bytes = Uint8Array.of(0xff, 0, 0x61, 0x62, 0, 0, 0, 0, 0);
  const [offsets, data] = textBuffers("v", NdArray.fromBytes("|S3", [3], bytes));
  expect([...new Int32Array(offsets.buffer)]).toEqual([0, 3, 4, 4]);
  expect([...data]).toEqual([0xff, 0, 0x61, 0x62]);
});

test("half a character is refused with the variable and the text", () => {
  const array = NdArray.fromItems("<U3", [2], ["a", "b\udfff"]);
  expect(() => textBuffers("v", array)).toThrow(
    expect.objectContaining({ name: "TypeError", message: String.raw`variable 'v': "b\udfff" has half a character` }),
  );
});
