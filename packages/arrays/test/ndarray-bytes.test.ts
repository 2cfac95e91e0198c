import { describe, expect, test } from "vitest";

import { NdArray, shapeSize } from "../src/index.ts";
import { errorOf } from "./error-of.ts";

describe("NdArray.fromBytes", () => {
  const memory = Uint8Array.from({ length: 32 }, (_, index) => index);

  test("makes a view of aligned bytes, at the right offset", () => {
    const array = NdArray.fromBytes("<u2", [3], memory.subarray(4, 10));
    expect([array.data.buffer, array.data.byteOffset, array.data.length]).toEqual([memory.buffer, 4, 3]);
    expect(array.at(0)).toBe(0x05_04);
    expect([array.bytes.buffer, array.bytes.byteOffset, array.bytes.length]).toEqual([memory.buffer, 4, 6]);
    const complex = NdArray.fromBytes("<c8", [1], memory.subarray(4, 12), "never");
    expect([complex.data.byteOffset, complex.data.length]).toEqual([4, 2]);
  });

  test("makes a copy of unaligned bytes, or on request, also of a Node Buffer", () => {
    for (const [bytes, copy] of [
      [memory.subarray(1, 5), "auto"],
      [memory.subarray(4, 8), "always"],
      [Buffer.from(memory.buffer, 4, 4), "always"],
      [Buffer.from(memory.buffer, 5, 4), "auto"],
    ] as const) {
      const array = NdArray.fromBytes("<u4", [1], bytes, copy);
      expect(array.data.buffer).not.toBe(memory.buffer);
      expect(array.bytes).toEqual(new Uint8Array(bytes));
    }
  });

  test("swaps a copy of big-endian items and leaves the bytes unchanged", () => {
    const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    expect(NdArray.fromBytes(">u2", [4], bytes).toList()).toEqual([0x01_02, 0x03_04, 0x05_06, 0x07_08]);
    expect(NdArray.fromBytes(">u4", [2], bytes).toList()).toEqual([0x01_02_03_04, 0x05_06_07_08]);
    expect(NdArray.fromBytes(">u8", [1], bytes).toList()).toEqual([0x01_02_03_04_05_06_07_08n]);
    // A complex number is two floats that are swapped separately: 1 and 2 in binary32.
    const complex = Uint8Array.of(0x3f, 0x80, 0, 0, 0x40, 0, 0, 0);
    expect(NdArray.fromBytes(">c8", [1], complex).toList()).toEqual([{ re: 1, im: 2 }]);
    expect(NdArray.fromBytes(">U1", [2], Uint8Array.of(0, 0, 0, 0x61, 0, 1, 0xf6, 0xf0)).toList()).toEqual(["a", "🛰"]);
    expect(bytes).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  });

  test("says why bytes cannot be viewed", () => {
    const messageOf = (dtype: string, bytes: Uint8Array): string =>
      errorOf(() => NdArray.fromBytes(dtype, [1], bytes, "never")).message;
    expect(messageOf("<u4", memory.subarray(1, 5))).toBe("the items are not aligned to 4 bytes, and copying is off");
    expect(messageOf(">u4", memory.subarray(4, 8))).toBe("the items are big-endian, and copying is off");
    expect(messageOf(">u4", memory.subarray(1, 5))).toBe("the items are big-endian, and copying is off");
    expect(messageOf(">U1", memory.subarray(4, 8))).toBe("the items are big-endian, and copying is off");
    expect(NdArray.fromBytes("<U1", [1], memory.subarray(1, 5), "never").data.byteOffset).toBe(1);
    expect(NdArray.fromBytes("|u1", [1], memory.subarray(1, 2), "never").data.byteOffset).toBe(1);
  });

  test("refuses bytes, data and items of the wrong length", () => {
    const error = errorOf(() => NdArray.fromBytes(">f8", [2, 3], new Uint8Array(47)));
    expect([error.code, error.message]).toEqual(["size-mismatch", ">f8 of shape (2, 3) takes 48 bytes, not 47"]);
    expect(errorOf(() => new NdArray("<f8", [1], new Float64Array(2))).message).toBe(
      "<f8 of shape (1) takes 8 bytes, not 16",
    );
    expect(errorOf(() => NdArray.fromItems("<f8", [2, 1], [1, 2, 3])).message).toBe("3 items do not fill (2, 1)");
  });
});

describe("shapeSize counts the items of a shape", () => {
  test.each<readonly [readonly number[], number]>([
    [[], 1],
    [[0], 0],
    [[2, 3], 6],
    [[2, 0, 3], 0],
    [[2 ** 26, 2 ** 26], 2 ** 52],
    [[2 ** 53 - 1], 2 ** 53 - 1],
    [Array.from({ length: 64 }, () => 1), 1],
  ])("%j: %i", (shape, count) => {
    expect(shapeSize(shape)).toBe(count);
  });

  test.each<readonly [readonly number[]]>([[[2 ** 27, 2 ** 26]], [[0, 2 ** 30, 2 ** 30]], [[2 ** 30, 0, 2 ** 30]]])(
    "%j are too many to count",
    (shape) => {
      expect(errorOf(() => shapeSize(shape))).toMatchObject({
        code: "shape",
        message: "shape has too many items to count",
      });
      expect(errorOf(() => shapeSize(shape, "the header's shape")).message).toBe(
        "the header's shape has too many items to count",
      );
    },
  );

  test("a shape is a list of at most 64 sizes", () => {
    const message = "shape must be a list of at most 64 whole numbers from 0 on, not ";
    expect(errorOf(() => shapeSize([-1])).message).toBe(`${message}[-1]`);
    expect(errorOf(() => shapeSize([2 ** 53])).message).toBe(`${message}[9007199254740992]`);
    expect(errorOf(() => shapeSize(Array.from({ length: 65 }, () => 1))).message).toBe(`${message}a list of 65`);
    expect(errorOf(() => shapeSize("2")).message).toBe(`${message}"2"`);
  });
});
