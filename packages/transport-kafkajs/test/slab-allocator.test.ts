import { expect, test } from "vitest";

import { SlabAllocator } from "../src/protocol/slab-allocator.ts";

const response = Buffer.alloc(
  10_000_000,
  Uint8Array.from({ length: 251 }, (_, index) => index),
);

test("a small value of a large response keeps at most 64 KiB alive", () => {
  const value = new SlabAllocator().retain(response, 1_000_003, 1_000_103);
  expect(value).toEqual(new Uint8Array(response.subarray(1_000_003, 1_000_103)));
  expect(value.buffer.byteLength).toBeLessThanOrEqual(65_536);
});

test("a value of a megabyte keeps only its own bytes alive", () => {
  const value = new SlabAllocator().retain(response, 7, 1_000_007);
  expect(response.subarray(7, 1_000_007).equals(value)).toBe(true);
  expect(value.buffer.byteLength).toBe(1_000_000);
});

test("a value that is most of the response is a view of it", () => {
  const value = new SlabAllocator().retain(response, 1, 9_000_001);
  expect(value.buffer === response.buffer).toBe(true);
  expect(value.byteOffset).toBe(response.byteOffset + 1);
});

test("copied values are plain Uint8Arrays on 8-byte boundaries and do not overlap", () => {
  const slabs = new SlabAllocator();
  const lengths = [1, 8, 13, 0, 4000, 8192, 60, 8193, 65_536, 3];
  const values = Array.from({ length: 30 }, (_, turn) =>
    lengths.map((length) => slabs.retain(response, turn, turn + length)),
  );
  for (const value of values.flat()) {
    expect(Object.getPrototypeOf(value)).toBe(Uint8Array.prototype);
    expect(value.byteOffset % 8).toBe(0);
  }
  for (const value of values.flat()) value.fill(0xff);
  values.flat().forEach((value, index) => value.fill(index));
  values.flat().forEach((value, index) => expect(value.every((byte) => byte === index % 256)).toBe(true));
});

test("a quarter of the response is a view, and a byte less is a copy", () => {
  const whole = Buffer.from(new ArrayBuffer(4_000)).fill(7);
  const view = new SlabAllocator().retain(whole.subarray(100), 10, 1_010);
  expect(view.buffer === whole.buffer).toBe(true);
  expect([view.byteOffset, view.length]).toEqual([110, 1_000]);
  const copy = new SlabAllocator().retain(whole.subarray(100), 10, 1_009);
  expect(copy.buffer === whole.buffer).toBe(false);
  expect(copy).toEqual(new Uint8Array(999).fill(7));
});

test("copies of up to 8 KiB share slabs of 64 KiB, which are filled completely; larger ones have memory of their own", () => {
  const slabs = new SlabAllocator();
  const copies = Array.from({ length: 9 }, (_, index) => slabs.retain(response, index, index + 8_192));
  const [first] = copies;
  expect(copies.map(({ byteOffset }) => byteOffset)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 0].map((place) => place * 8_192));
  expect(copies.map(({ buffer }) => buffer === first?.buffer)).toEqual(copies.map((_copy, index) => index < 8));
  expect(first?.buffer.byteLength).toBe(65_536);
  const large = slabs.retain(response, 0, 8_193);
  expect([large.buffer.byteLength, large.byteOffset]).toEqual([8_193, 0]);
  expect(slabs.retain(response, 0, 1).buffer === copies[8]?.buffer).toBe(true);
});

test("each copy begins at the next 8-byte boundary", () => {
  const slabs = new SlabAllocator();
  const places = [1, 7, 8, 9, 0, 16, 1].map((length) => slabs.retain(response, 3, 3 + length).byteOffset);
  expect(places).toEqual([0, 8, 16, 24, 40, 40, 56]);
});
