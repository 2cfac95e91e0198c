import { describe, expect, test } from "vitest";

import { DataArray, Dataset, NdArray, Variable } from "../src/index.ts";
import type { Attributes } from "../src/index.ts";

const withAttribute = (value: unknown): Dataset => new Dataset({ attrs: { value } });
const array = (...values: number[]): NdArray => NdArray.from(values);

describe("attributes", () => {
  const same: readonly (readonly [unknown, unknown])[] = [
    ["a", "a"],
    [1, 1n],
    [0, -0],
    [0n, -0],
    [2n ** 60n, 2 ** 60],
    [2n ** 60n, 2n ** 60n],
    [NaN, NaN],
    [null, null],
    [true, true],
    [undefined, undefined],
    [new Date(5), new Date(5)],
    [[new Date(NaN)], [new Date(NaN)]],
    [[], []],
    [{}, {}],
    [new Map(), new Map()],
    [[1, NaN, ["a"]], [1n, NaN, ["a"]]], // prettier-ignore
    [{ a: 1, b: [2] }, { b: [2n], a: 1 }], // prettier-ignore
    [new Map([[1, "a"], [2, "b"]]), new Map([[2, "b"], [1, "a"]])], // prettier-ignore
    [new Map([["a", new Map([["b", NaN]])]]), new Map([["a", new Map([["b", NaN]])]])],
    [array(1, NaN), array(1, NaN)],
    [array(1, 2), [1, 2]],
    [[1, 2], array(1, 2)],
    [NdArray.from(5), 5],
  ];
  test.each(same)("%o is equivalent to %o", (one, other) => {
    expect(withAttribute(one).identical(withAttribute(other))).toBe(true);
    expect(withAttribute(other).identical(withAttribute(one))).toBe(true);
  });

  const different: readonly (readonly [unknown, unknown])[] = [
    ["a", "b"],
    ["1", 1],
    [1, 2],
    [1, 2n],
    [1n, 2n],
    [1.5, 1n],
    [NaN, 1],
    [null, undefined],
    [null, {}],
    [null, 0],
    ["", null],
    [true, false],
    [new Date(5), new Date(6)],
    [{ a: new Date(5) }, { a: new Date(6) }],
    [new Date(5), 5],
    [new Date(5), {}],
    [[], {}],
    [[], new Map()],
    [{}, new Map()],
    [[1], [1, 2]],
    [[1, 2], [1, 3]], // prettier-ignore
    [[1, 2], [3, 2]], // prettier-ignore
    [["a"], "a"],
    [[1], { 0: 1 }],
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { b: 1 }],
    [{ a: undefined }, { b: undefined }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [{ toString: undefined }, { a: undefined }],
    [new Map([[1, "a"]]), new Map([[1, "b"]])],
    [new Map([[1, "a"]]), new Map([[2, "a"]])],
    [new Map([[1, undefined]]), new Map([[2, undefined]])],
    [new Map([[1, "a"]]), new Map([[1, "a"], [2, "b"]])], // prettier-ignore
    [new Map([["a", 1]]), { a: 1 }],
    [new Map(), { size: 0 }],
    [2n ** 60n + 1n, 2 ** 60],
    [2n ** 60n + 1n, 2n ** 60n],
    [array(1, 2), array(1, 3)],
    [array(1, 2), array(1)],
    [array(1), 1],
    [array(1), "1"],
  ];
  test.each(different)("%o is not equivalent to %o", (one, other) => {
    expect(withAttribute(one).identical(withAttribute(other))).toBe(false);
    expect(withAttribute(other).identical(withAttribute(one))).toBe(false);
  });
});

describe("values", () => {
  const along = (data: NdArray): Variable =>
    new Variable(
      data.shape.map((_, axis) => `d${axis}`),
      data,
    );
  const of = (dtype: string, ...items: (number | bigint | string)[]): NdArray => NdArray.from(items, dtype);

  const same: readonly (readonly [string, NdArray, NdArray])[] = [
    ["NaN", of("<f8", NaN, 1), of("<f8", NaN, 1)],
    ["zeros of either sign", of("<f4", 0, -0), of("<f4", -0, 0)],
    ["bigints", of("<i8", 5n), of("<i8", 5n)],
    ["texts", of("<U3", "abc"), of("<U3", "abc")],
    ["nothing", of("<f8"), of("<f8")],
    ["byte orders", of("<i4", 1), NdArray.fromBytes(">i4", [1], Uint8Array.of(0, 0, 0, 1))],
  ];
  test.each(same)("are identical: %s", (_, one, other) => {
    expect(along(one).identical(along(other))).toBe(true);
  });

  const different: readonly (readonly [string, NdArray, NdArray])[] = [
    ["one item", of("<f8", 1, 2), of("<f8", 1, 3)],
    ["NaN and a number", of("<f8", NaN), of("<f8", 0)],
    ["dtype", of("<i4", 1), of("<u4", 1)],
    ["unit of time", of("<M8[s]", 1n), of("<M8[ms]", 1n)],
    ["length", of("<f8", 1), of("<f8", 1, 1)],
    ["shape", NdArray.from([[1, 2]]), NdArray.from([[1], [2]])],
    ["number of dimensions", NdArray.from([[1]]), of("<f8", 1)],
    ["number of dimensions, the other way", of("<f8", 1), NdArray.from([[1]])],
    ["text", of("<U3", "abc"), of("<U3", "abd")],
  ];
  test.each(different)("are not identical: %s", (_, one, other) => {
    expect(along(one).identical(along(other))).toBe(false);
  });

  test("of float16 are compared as numbers, even if they are held as bits", () => {
    const float16: unknown = Reflect.get(globalThis, "Float16Array");
    try {
      Reflect.deleteProperty(globalThis, "Float16Array");
      const half = (...bits: number[]): Variable =>
        along(NdArray.fromBytes("<f2", [bits.length], new Uint8Array(Uint16Array.from(bits).buffer)));
      // 0x7c00 is infinity, 0x7c01 to 0x7fff are NaN, 0x8000 is the sign bit.
      expect(half(0x7c01, 0xfe00, 0, 0x8000, 0x3c00).identical(half(0x7fff, 0x7e01, 0x8000, 0, 0x3c00))).toBe(true);
      for (const [one, other] of [
        [0x7c00, 0xfc00],
        [0x7c00, 0x7c01],
        [0x7c01, 0x7c00],
        [0x3c00, 0xbc00],
        [0, 1],
        [1, 0],
        [0x3c00, 0x7e00],
      ] as const) {
        expect([one, other, half(one).identical(half(other))]).toEqual([one, other, false]);
      }
      const words = (item: number): Variable => along(of("<u2", item));
      expect(words(0x8000).identical(words(0))).toBe(false);
      expect(words(0x7c01).identical(words(0x7c02))).toBe(false);
    } finally {
      if (float16 !== undefined)
        Object.defineProperty(globalThis, "Float16Array", { value: float16, configurable: true, writable: true });
    }
  });
});

describe("variables", () => {
  const variable = (dims: string | string[], attrs: Attributes = {}): Variable =>
    new Variable(dims, NdArray.from(typeof dims === "string" ? [1, 2] : [[1, 2]]), attrs);

  test("are identical with the same dims, values and attributes", () => {
    expect(variable("x", { a: 1 }).identical(variable("x", { a: 1 }))).toBe(true);
    expect(variable("x").identical(variable("y"))).toBe(false);
    expect(variable("x").identical(variable("x", { a: 1 }))).toBe(false);
    expect(variable(["x", "y"]).identical(variable(["x", "z"]))).toBe(false);
    expect(variable(["x", "y"]).identical(variable(["z", "y"]))).toBe(false);
    expect(variable(["x", "y"]).identical(variable("x"))).toBe(false);
    expect(variable("x").identical(variable(["x", "y"]))).toBe(false);
  });
});

describe("Datasets and DataArrays", () => {
  const given = {
    dataVars: { v: ["x", [1, 2]], w: ["x", [3, 4]] },
    coords: { x: ["a", "b"] },
    attrs: { a: 1 },
  } as const;
  const full = new Dataset(given);

  test("are identical regardless of the order of names", () => {
    const turned = new Dataset({ ...given, dataVars: { w: given.dataVars.w, v: given.dataVars.v } });
    expect(full.identical(turned)).toBe(true);
    expect(full.identical(full)).toBe(true);
  });

  test.each<readonly [string, Dataset]>([
    ["attributes", new Dataset({ ...given, attrs: { a: 2 } })],
    ["no attributes", new Dataset({ ...given, attrs: {} })],
    ["values", new Dataset({ ...given, dataVars: { ...given.dataVars, v: ["x", [1, 5]] } })],
    ["a name", new Dataset({ ...given, dataVars: { v: given.dataVars.v, u: given.dataVars.w } })],
    ["one more", new Dataset({ ...given, dataVars: { ...given.dataVars, u: ["x", [1, 2]] } })],
    ["a coordinate", new Dataset({ ...given, coords: { x: ["a", "c"] } })],
    ["no coordinate", new Dataset({ ...given, coords: {} })],
    ["a coordinate that is a variable", new Dataset({ dataVars: { v: ["x", [1, 2]] }, coords: { x: ["a", "b"], w: ["x", [3, 4]] }, attrs: { a: 1 } })], // prettier-ignore
  ])("are not identical if they differ in %s", (_, other) => {
    expect(full.identical(other)).toBe(false);
    expect(other.identical(full)).toBe(false);
  });

  test("DataArrays with different names are not identical", () => {
    const options = { dims: "x", coords: { x: ["a", "b"] }, name: "n", attrs: { a: 1 } } as const;
    const one = new DataArray([1, 2], options);
    expect(one.identical(new DataArray([1, 2], options))).toBe(true);
    expect(one.identical(new DataArray([1, 2], { ...options, name: "m" }))).toBe(false);
    expect(one.identical(new DataArray([1, 2], { ...options, name: undefined }))).toBe(false);
    expect(one.identical(new DataArray([1, 3], options))).toBe(false);
    expect(one.identical(new DataArray([1, 2], { ...options, attrs: {} }))).toBe(false);
    expect(one.identical(new DataArray([1, 2], { ...options, coords: { x: ["a", "c"] } }))).toBe(false);
    expect(one.identical(new DataArray([1, 2], { ...options, coords: {} }))).toBe(false);
  });
});
