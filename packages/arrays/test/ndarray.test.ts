import { describe, expect, test } from "vitest";

import { NaT, NdArray } from "../src/index.ts";
import type { Item, NestedValues } from "../src/index.ts";
import { errorOf } from "./error-of.ts";

const grid = NdArray.from([[1, 2, 3], [4, 5, 6]]); // prettier-ignore

describe("one item", () => {
  test("is found by indices from the start and from the end", () => {
    for (const [row, column, item] of [
      [0, 0, 1],
      [0, 2, 3],
      [1, 0, 4],
      [1, 2, 6],
      [-1, -1, 6],
      [-2, -3, 1],
      [-2, 1, 2],
    ] as const) {
      expect(grid.at(row, column)).toBe(item);
    }
    const deep = NdArray.from(
      Int16Array.from({ length: 24 }, (_, index) => index),
      { shape: [2, 3, 4] },
    );
    expect([deep.at(1, 2, 3), deep.at(1, 0, 2), deep.at(0, -1, 0)]).toEqual([23, 14, 8]);
  });

  test.each<readonly [readonly number[], string]>([
    [[2, 0], "index 2 is out of bounds for axis 0 with size 2"],
    [[-3, 0], "index -3 is out of bounds for axis 0 with size 2"],
    [[0, 3], "index 3 is out of bounds for axis 1 with size 3"],
    [[1, -4], "index -4 is out of bounds for axis 1 with size 3"],
    [[0, 0.5], "index 0.5 is out of bounds for axis 1 with size 3"],
    [[], "2 indices are needed"],
    [[1], "2 indices are needed"],
    [[0, 0, 0], "2 indices are needed"],
  ])("at %j is refused", (indices, message) => {
    expect(() => grid.at(...indices)).toThrow(new RangeError(message));
  });

  test("is found by its index in C order", () => {
    expect([grid.item(0), grid.item(5)]).toEqual([1, 6]);
    for (const index of [-1, 6, 0.5, NaN, Infinity]) {
      expect(() => grid.item(index)).toThrow(new RangeError(`there is no item ${index}`));
    }
    expect(() => NdArray.from([]).item(0)).toThrow(RangeError);
  });

  test.each<readonly [string, Item, Item]>([
    ["|b1", 1, true],
    ["|b1", 0, false],
    ["|b1", true, true],
    ["|b1", -0.5, true],
    ["|b1", 5n, true],
    ["|i1", -128, -128],
    ["|u1", true, 1],
    ["<i4", 5n, 5],
    ["<i8", 5, 5n],
    ["<i8", true, 1n],
    ["<i8", false, 0n],
    ["<i8", -(2n ** 63n), -(2n ** 63n)],
    ["<u8", 2n ** 64n - 1n, 2n ** 64n - 1n],
    ["<f2", 1.5, 1.5],
    ["<f2", 70_000, Infinity],
    ["<f4", 0.1, Math.fround(0.1)],
    ["<f8", 2n ** 53n - 1n, 2 ** 53 - 1],
    ["<f8", true, 1],
    ["<c8", { re: 0.5, im: -2 }, { re: 0.5, im: -2 }],
    ["<c16", 7, { re: 7, im: 0 }],
    ["<c16", 7n, { re: 7, im: 0 }],
    ["<U3", "ab", "ab"],
    ["|S3", "ab", "ab"],
    ["|V2", Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
    ["<M8[s]", NaT, NaT],
    ["<m8[s]", -5, -5n],
  ])("of %s is written as %o and read as %o", (dtype, item, read) => {
    expect(NdArray.from([item], dtype).item(0)).toEqual(read);
    expect(NdArray.from([item, item], dtype).toList()).toEqual([read, read]);
  });

  test.each<readonly [string, unknown, string, string]>([
    ["|i1", 128, "value", "128 does not fit |i1"],
    ["|i1", -129, "value", "-129 does not fit |i1"],
    ["|u1", -1, "value", "-1 does not fit |u1"],
    ["|u1", 256, "value", "256 does not fit |u1"],
    ["<i2", 0.5, "value", "0.5 does not fit <i2"],
    ["<u4", 2 ** 32, "value", "4294967296 does not fit <u4"],
    ["<i8", 0.5, "value", "0.5 does not fit <i8"],
    ["<i8", 2n ** 63n, "value", "9223372036854775808 does not fit <i8"],
    ["<u8", -1, "value", "-1 does not fit <u8"],
    ["<u8", 2n ** 64n, "value", "18446744073709551616 does not fit <u8"],
    ["<i8", "5", "value", '"5" does not fit <i8'],
    ["<i8", null, "value", "null does not fit <i8"],
    ["<i4", null, "value", "null does not fit <i4"],
    ["<i4", "5", "value", '"5" does not fit <i4'],
    ["<i4", undefined, "value", "undefined does not fit <i4"],
    ["<f8", 2n ** 53n, "value", "9007199254740992 does not fit <f8"],
    ["<f8", {}, "value", "{} does not fit <f8"],
    ["<c16", "i", "value", '"i" does not fit <c16'],
    ["<c16", {}, "value", "{} does not fit <c16"],
    ["<c16", null, "value", "null does not fit <c16"],
    ["|b1", "", "value", '"" does not fit |b1'],
    ["|V2", Uint8Array.of(1), "value", '{"0":1} does not fit |V2'],
    ["|V2", "ab", "value", '"ab" does not fit |V2'],
    ["<U2", "abc", "text", '"abc" does not fit U2'],
    ["<U1", 5, "text", "number is not text"],
    ["|S1", "ab", "text", '"ab" does not fit S1'],
    ["|S1", "Ā", "text", '"Ā" does not fit S1'],
  ])("of %s cannot be %o", (dtype, item, code, message) => {
    const error = errorOf(() => NdArray.from([item as Item], dtype));
    expect([error.codec, error.code, error.message]).toEqual(["numpy", code, message]);
  });
});

describe("text", () => {
  test("ends at its last character that is not NUL", () => {
    for (const dtype of ["<U4", "|S4"]) {
      const array = NdArray.from(["", "a", "abcd", "\0b", "a\0"], dtype);
      expect(array.toList()).toEqual(["", "a", "abcd", "\0b", "a"]);
    }
  });

  test("takes four bytes for each character, also beyond U+FFFF", () => {
    expect(NdArray.from(["🛰b🛰"]).dtype).toBe("<U3");
    expect(NdArray.from(["🛰b🛰"]).bytes.length).toBe(12);
    expect(NdArray.from(["🛰b🛰", ""]).toList()).toEqual(["🛰b🛰", ""]);
    expect(NdArray.from(["\uffffb"]).toList()).toEqual(["\uffffb"]);
    expect(NdArray.from([""]).dtype).toBe("<U1");
    expect(NdArray.from(["ÿ"], "|S1").bytes).toEqual(Uint8Array.of(255));
    expect(errorOf(() => NdArray.from(["a🛰"], "<U1")).code).toBe("text");
  });

  test("is refused if a code point is above U+10FFFF, with its offset in the item", () => {
    const points = new Uint8Array(Uint32Array.of(0x61, 0x11_0000).buffer);
    const error = errorOf(() => NdArray.fromBytes("<U2", [1], points).item(0));
    expect(error).toMatchObject({ code: "text", message: "0x110000 is not a character", offset: 4 });
    const last = new Uint8Array(Uint32Array.of(0x10_ffff).buffer);
    expect(NdArray.fromBytes("<U1", [1], last).item(0)).toBe("\u{10ffff}");
  });
});

describe("NdArray.from", () => {
  test.each<readonly [string, NestedValues, string, readonly number[]]>([
    ["a number", 5, "<f8", []],
    ["a bigint", 5n, "<i8", []],
    ["a text", "整形", "<U2", []],
    ["a boolean", false, "|b1", []],
    ["a complex number", { re: 1, im: 2 }, "<c16", []],
    ["texts of several lengths", ["a", "abc", "ab"], "<U3", [3]],
    ["nothing", [], "<f8", [0]],
    ["nothing in two rows", [[], []], "<f8", [2, 0]],
    ["three dimensions", [[[1n], [2n]]], "<i8", [1, 2, 1]],
  ])("%s", (_, values, dtype, shape) => {
    const array = NdArray.from(values);
    expect([array.dtype, array.shape, array.toList()]).toEqual([dtype, shape, values]);
  });

  test("lists may be given another shape, and a dtype", () => {
    const array = NdArray.from([1, 2, 3, 4], { dtype: "<i2", shape: [2, 2] });
    expect([array.dtype, array.toList()]).toEqual(["<i2", [[1, 2], [3, 4]]]); // prettier-ignore
    expect(NdArray.from([[1], [2]], { shape: [2] }).toList()).toEqual([1, 2]);
    expect(NdArray.from([1], { dtype: undefined, shape: undefined }).dtype).toBe("<f8");
  });

  test("the first item decides the dtype, which later items must fit", () => {
    expect(errorOf(() => NdArray.from([1n, 0.5])).message).toBe("0.5 does not fit <i8");
    expect(errorOf(() => NdArray.from(["a", 5])).message).toBe("number is not text");
    expect(errorOf(() => NdArray.from([1, "a"])).message).toBe('"a" does not fit <f8');
    expect(NdArray.from([true, 5]).toList()).toEqual([true, true]);
  });

  test.each<readonly [string, NestedValues]>([
    ["longer", [[1], [2, 3]]],
    ["shorter", [[1, 2], [3]]], // prettier-ignore
    ["shallower", [[1], 2]],
    ["deeper", [1, [2]]],
    ["deeper further down", [[[1]], [[[2]]]]],
    ["empty", [[1], []]],
  ])("refuses nested lists that are %s", (_, values) => {
    expect(errorOf(() => NdArray.from(values))).toMatchObject({
      code: "shape",
      message: "the lists are not equally long and deep",
    });
  });

  test("a typed array has its own dtype", () => {
    for (const [values, dtype] of [
      [new Int8Array(2), "|i1"],
      [new Uint8Array(2), "|u1"],
      [new Uint8ClampedArray(2), "|u1"],
      [new Int16Array(2), "<i2"],
      [new Uint16Array(2), "<u2"],
      [new Int32Array(2), "<i4"],
      [new Uint32Array(2), "<u4"],
      [new BigInt64Array(2), "<i8"],
      [new BigUint64Array(2), "<u8"],
      [new Float32Array(2), "<f4"],
      [new Float64Array(2), "<f8"],
    ] as const) {
      const array = NdArray.from(values as Uint8Array);
      expect([array.dtype, array.shape]).toEqual([dtype, [2]]);
    }
  });

  test("a typed array of another dtype is converted item by item, and keeps its shape", () => {
    expect(NdArray.from(Float64Array.of(1, 2), { dtype: "<i8" }).data).toEqual(BigInt64Array.of(1n, 2n));
    expect(NdArray.from(BigInt64Array.of(1n, 2n), { dtype: "<f8", shape: [2, 1] }).toList()).toEqual([[1], [2]]);
    expect(errorOf(() => NdArray.from(Float64Array.of(0.5), "<i4")).message).toBe("0.5 does not fit <i4");
    expect(NdArray.from(Uint8Array.of(1, 2, 3, 4), "|V2").shape).toEqual([2]);
    expect(NdArray.from(Float32Array.of(1, 2, 3, 4), "<c8").shape).toEqual([2]);
    expect(NdArray.from(Uint8Array.of(0, 2), "|b1").toList()).toEqual([false, true]);
  });
});

describe("the data of an array", () => {
  test("is the typed array of the dtype or of a subclass", () => {
    expect(errorOf(() => new NdArray("<f8", [1], new BigInt64Array(1) as never))).toMatchObject({
      code: "dtype",
      message: "<f8 is not held in a BigInt64Array",
    });
    expect(new NdArray("|u1", [2], Buffer.alloc(2)).toList()).toEqual([0, 0]);
    class Own extends Float64Array {}
    expect(new NdArray("<f8", [1], Own.of(5)).at(0)).toBe(5);
    expect(new NdArray(">i4", [1], Int32Array.of(5))).toMatchObject({ dtype: "<i4" });
    expect(errorOf(() => new NdArray("i4,f8", [1], new Uint8Array(12) as never))).toMatchObject({
      code: "dtype",
      message: "this is a structured dtype",
    });
  });

  test("of float16 is a Float16Array if the runtime has one", () => {
    const float16: unknown = Reflect.get(globalThis, "Float16Array");
    const expected = typeof float16 === "function" ? "Float16Array" : "Uint16Array";
    expect(NdArray.from([1.5], "<f2").data[Symbol.toStringTag]).toBe(expected);
    expect(NdArray.from(NdArray.from([1.5], "<f2").data).dtype).toBe(expected === "Float16Array" ? "<f2" : "<u2");
    expect(NdArray.from([1], "<i2").data).toEqual(Int16Array.of(1));
  });

  test("is read as numbers by toFloat32", () => {
    expect(NdArray.from([1.5, -2]).toFloat32()).toEqual(Float32Array.of(1.5, -2));
    expect(NdArray.from([true, false]).toFloat32()).toEqual(Float32Array.of(1, 0));
  });

  test("is iterated in C order", () => {
    expect([...grid]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([grid.size, grid.itemsize, grid.bytes.length]).toEqual([6, 8, 48]);
    expect(NdArray.from("ab").itemsize).toBe(8);
  });
});
