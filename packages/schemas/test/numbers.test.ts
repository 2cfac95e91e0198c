import { NdArray } from "@dataqueues/arrays";
import { GainCalibration, Mask, metric, numbers, Waterfall } from "@dataqueues/schemas";
import { describe, expect, test } from "vitest";

import { issuesOf } from "./issues-of.ts";

const Numbers = metric({ name: "numbers", payload: numbers() });
const Finite = metric({ name: "finite", payload: numbers({ finite: true }) });

const typedArrays = [
  new Int8Array(2),
  new Uint8Array(2),
  new Uint8ClampedArray(2),
  new Int16Array(2),
  new Uint16Array(2),
  new Int32Array(2),
  new Uint32Array(2),
  new BigInt64Array(2),
  new BigUint64Array(2),
  new Float32Array(2),
  new Float64Array(2),
];
const bytes = (dtype: string, shape: readonly number[]): NdArray => {
  const { itemsize } = NdArray.fromBytes(dtype, [0], new Uint8Array());
  const length = shape.reduce((product, size) => product * size, itemsize);
  return NdArray.fromBytes(dtype, shape, new Uint8Array(length));
};
const realDtypes = ["|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8"];

describe("numbers", () => {
  test.each(typedArrays)("are a typed array: %o", (array) => {
    for (const schema of [Numbers, Finite]) expect(issuesOf(schema, array)).toEqual([]);
  });

  test.each(realDtypes)("are an NdArray of one dimension of %s", (dtype) => {
    for (const schema of [Numbers, Finite]) expect(issuesOf(schema, bytes(dtype, [2]))).toEqual([]);
  });

  test.each(["|b1", "<c8", "<c16", "<U4", "|S4", "<M8[ns]", "<m8[s]"])("are no NdArray of %s", (dtype) => {
    const message = `${dtype} is no dtype of real numbers`;
    expect(issuesOf(Numbers, bytes(dtype, [2]))).toEqual([
      { code: "wrong_dtype", path: [], message, found: "ndarray", expected: "numbers" },
    ]);
  });

  test.each([
    [[], "()"],
    [[2, 3], "(2, 3)"],
    [[1, 2, 3], "(1, 2, 3)"],
  ])("are no NdArray of the shape %o", (shape, shown) => {
    const message = `one dimension is needed, the shape is ${shown}`;
    expect(issuesOf(Numbers, bytes("<f8", shape))).toEqual([
      { code: "wrong_shape", path: [], message, found: "ndarray", expected: "numbers" },
    ]);
  });

  test("are a list, NaN and the infinities also as text", () => {
    const list = [0, -1.5, NaN, Infinity, -Infinity, "nan", "NaN", "inf", "-inf", "Infinity", "-Infinity"];
    expect(issuesOf(Numbers, list)).toEqual([]);
    expect(issuesOf(Numbers, [])).toEqual([]);
  });

  test.each<[item: unknown, words: string]>([
    ["1", '"1"'],
    ["", '""'],
    ["NAN", '"NAN"'],
    [null, "null"],
    [undefined, "undefined"],
    [true, "true"],
    [1n, "1"],
    [[1], "list"],
    [{}, "dict"],
  ])("have no %o among them", (item, words) => {
    const issue = { code: "wrong_type", path: [], found: "list", expected: "numbers" };
    expect(issuesOf(Numbers, [1, item])).toEqual([{ ...issue, message: `item 1 is ${words}, no number` }]);
    expect(issuesOf(Numbers, [item, 1])).toEqual([{ ...issue, message: `item 0 is ${words}, no number` }]);
  });

  test.each<[value: unknown, name: string]>([
    [null, "NoneType"],
    [true, "bool"],
    [{}, "dict"],
    [new DataView(new ArrayBuffer(8)), "DataView"],
  ])("are not %o", (value, name) => {
    const [issue] = issuesOf(Numbers, value);
    expect(issue).toMatchObject({ code: "wrong_type", path: [], expected: "numbers" });
    expect(issue?.message).toContain(`numbers are needed, this is ${name}`);
  });

  test.each<[what: string, value: unknown, item: string]>([
    ["in a list", [1, NaN], "item 1 is NaN"],
    ["in a list, as text", [1, 2, "nan"], "item 2 is nan"],
    ["at the front", [Infinity, 1], "item 0 is Infinity"],
    ["in a typed array", Float32Array.of(1, -Infinity), "item 1 is -Infinity"],
    ["in an NdArray", NdArray.from(Float64Array.of(0, NaN)), "item 1 is NaN"],
  ])("that have to be finite are not, when one is not: %s", (_what, value, item) => {
    const [issue, ...others] = issuesOf(Finite, value);
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ code: "not_finite", path: [], expected: "finite numbers" });
    expect(issue?.message).toBe(item);
    expect(issuesOf(Numbers, value)).toEqual([]);
  });

  test("that have to be finite are of one of the other kinds, too", () => {
    expect(issuesOf(Finite, "1")[0]).toMatchObject({ code: "wrong_type" });
    expect(issuesOf(Finite, [1, null])[0]).toMatchObject({ code: "wrong_type" });
    expect(issuesOf(Finite, BigInt64Array.of(2n ** 60n))).toEqual([]);
  });
});

describe("rows of numbers", () => {
  test.each<[what: string, value: unknown]>([
    ["none", []],
    ["one without numbers", [[]]],
    ["equally long ones", [[1, 2], new Float32Array(2), NdArray.from([1, 2]), ["nan", "inf"]]],
    ["an NdArray of two dimensions", bytes("<f4", [3, 2])],
    ["an NdArray without rows", bytes("<f4", [0, 2])],
  ])("are %s", (_what, value) => {
    expect(issuesOf(Waterfall, value)).toEqual([]);
  });

  test.each<[what: string, value: unknown, issue: object]>([
    [
      "an NdArray of one dimension",
      bytes("<f4", [3]),
      {
        code: "wrong_shape",
        path: [],
        message: "(rows, columns) is needed, the shape is (3)",
        expected: "(rows, columns)",
      },
    ],
    [
      "an NdArray of three",
      bytes("<f4", [1, 2, 3]),
      { code: "wrong_shape", message: "(rows, columns) is needed, the shape is (1, 2, 3)" },
    ],
    ["an NdArray of text", bytes("<U1", [1, 2]), { code: "wrong_dtype", message: "<U1 is no dtype of real numbers" }],
    [
      "text",
      "1 2",
      {
        code: "wrong_type",
        message: 'rows of numbers are needed, this is str (found: "1 2")',
        expected: "(rows, columns)",
      },
    ],
    [
      "a list of numbers",
      [1, 2],
      { code: "wrong_type", path: [0], message: "numbers are needed, this is int (found: 1)" },
    ],
    [
      "a shorter row",
      [[1, 2], [1, 2], [1]],
      { code: "wrong_length", path: [2], message: "the row has 1 numbers, not 2", expected: 2 },
    ],
    [
      "a longer row",
      [[1], new Float32Array(2)],
      { code: "wrong_length", path: [1], message: "the row has 2 numbers, not 1", expected: 1 },
    ],
    ["a row with text", [[1], ["1"]], { code: "wrong_type", path: [1], message: 'item 0 is "1", no number' }],
  ])("are not %s", (_what, value, issue) => {
    expect(issuesOf(Waterfall.with({ collect: true }), value)).toMatchObject([issue]);
  });

  test("have as many columns as are asked for", () => {
    const gains = (value: unknown): unknown => ({ time: [1], gains: value, phases: [[1, 2, 3, 4]] });
    const all = GainCalibration.with({ collect: true });
    for (const good of [[[1, 2, 3, 4]], bytes("<f8", [1, 4])]) expect(issuesOf(all, gains(good))).toEqual([]);
    expect(issuesOf(all, gains([[1, 2, 3]]))).toMatchObject([
      { code: "wrong_length", path: ["gains", 0], message: "the row has 3 numbers, not 4", expected: 4 },
    ]);
    for (const columns of [3, 5]) {
      expect(issuesOf(all, gains(bytes("<f8", [1, columns])))).toMatchObject([
        {
          code: "wrong_shape",
          path: ["gains"],
          message: `(rows, 4) is needed, the shape is (1, ${columns})`,
          expected: "(rows, 4)",
        },
      ]);
    }
  });

  test("are as many of phases as of gains", () => {
    const all = GainCalibration.with({ collect: true });
    const rows = (count: number): NdArray => bytes("<f8", [count, 4]);
    expect(issuesOf(all, { time: [1], gains: rows(2), phases: rows(2) })).toEqual([]);
    expect(issuesOf(all, { time: [1], gains: rows(2), phases: rows(1) })).toMatchObject([
      { code: "wrong_length", path: ["phases"], message: "gains and phases have different numbers of antennas" },
    ]);
  });
});

describe("a mask", () => {
  test("is of finite numbers, of frequencies that may be any", () => {
    const mask = (frequencies: unknown, masked: unknown): unknown => ({ data: [frequencies, masked] });
    const all = Mask.with({ collect: true });
    expect(issuesOf(all, mask([NaN, 1], [0, 1]))).toEqual([]);
    expect(issuesOf(all, mask([1, 1], [0, NaN]))).toMatchObject([{ code: "not_finite", path: ["data", 1] }]);
    expect(issuesOf(all, mask([1, 1], new Float64Array(3)))).toMatchObject([
      { code: "wrong_length", path: ["data"], message: "there are not as many masks as frequencies" },
    ]);
    expect(issuesOf(all, { data: [[1]] })[0]).toMatchObject({ path: ["data"] });
    expect(issuesOf(all, { data: [[1], [1]], more: 1 })).toMatchObject([{ code: "unknown_field", path: ["more"] }]);
  });
});
