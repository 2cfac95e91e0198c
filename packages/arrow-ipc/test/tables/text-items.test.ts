import { expect, test } from "vitest";
import { dictionaryItems, joinItems, viewItems } from "../../src/tables/text-items.ts";

const decoder = new TextDecoder();
const none = (): boolean => false;

/** A view of 16 bytes: the length, and either the text or where it is. */
function view(length: number, rest: Uint8Array | readonly [buffer: number, offset: number]): Uint8Array {
  const bytes = new Uint8Array(16);
  const words = new DataView(bytes.buffer);
  words.setInt32(0, length, true);
  if (rest instanceof Uint8Array) bytes.set(rest, 4);
  else rest.forEach((word, index) => words.setInt32(8 + 4 * index, word, true));
  return bytes;
}

test("a view holds up to 12 bytes itself; longer text is in a buffer", () => {
  const buffer = new TextEncoder().encode("before, then a longer text");
  const views = Uint8Array.from([
    ...view(12, new TextEncoder().encode("twelve bytes")),
    ...view(13, [1, 13]),
    ...view(0, new Uint8Array(0)),
  ]);
  const items = viewItems("v", views, [new Uint8Array(0), buffer], none);
  expect(items.map((item) => decoder.decode(item))).toEqual(["twelve bytes", "a longer text", ""]);
});

test("what a null's view holds does not matter", () => {
  expect(viewItems("v", view(-5, [9, -9]), [], () => true)).toEqual([undefined]);
});

test("a null's index does not matter, and an index to a null is null", () => {
  const text = Uint8Array.of(0x61);
  const items = dictionaryItems("v", [text, undefined], Int8Array.of(0, 1, 99), (index) => index === 2);
  expect(items).toEqual([text, undefined, undefined]);
  expect(dictionaryItems("v", [text], BigUint64Array.of(0n), none)).toEqual([text]);
});

test("items are joined with their offsets and nulls", () => {
  const items = [Uint8Array.of(1, 2), undefined, Uint8Array.of(), Uint8Array.of(3)];
  expect(joinItems(items)).toEqual({
    nullCount: 1,
    validity: Uint8Array.of(0b1101),
    offsets: Int32Array.of(0, 2, 2, 2, 3),
    values: Uint8Array.of(1, 2, 3),
  });
});

test("items without nulls have no bits", () => {
  expect(joinItems([Uint8Array.of(1)])).toEqual({
    nullCount: 0,
    validity: new Uint8Array(0),
    offsets: Int32Array.of(0, 1),
    values: Uint8Array.of(1),
  });
});
