import { expect, test } from "vitest";
import { countZeros, isSet, setBit, sliceBits } from "../../src/datasets/bits.ts";

// Written as they are packed: the lowest bit is the last digit.
const bits = Uint8Array.of(0b1010_0101, 0b0000_1111, 0b1100_0011);
const inOrder = [1, 0, 1, 0, 0, 1, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1];

test("the lowest bit of a byte is the first", () => {
  expect(inOrder.map((_, index) => isSet(bits, index))).toEqual(inOrder);
  const set = new Uint8Array(3);
  inOrder.forEach((bit, index) => bit === 1 && setBit(set, index));
  expect(set).toEqual(bits);
});

test("bits from anywhere are bits from 0 on", () => {
  for (let start = 0; start <= inOrder.length; start++) {
    for (let length = 0; length <= inOrder.length - start; length++) {
      const part = sliceBits(bits, start, length);
      const found = Array.from({ length }, (_, index) => isSet(part, index));
      expect([start, length, found, part.length]).toEqual([
        start,
        length,
        inOrder.slice(start, start + length),
        Math.ceil(length / 8),
      ]);
      expect(countZeros(part, length)).toBe(found.filter((bit) => bit === 0).length);
    }
  }
});

test("bits that begin with a byte are a view", () => {
  expect(sliceBits(bits, 8, 9).buffer).toBe(bits.buffer);
  expect(sliceBits(bits, 8, 9).byteOffset).toBe(1);
});
