import { inspect } from "node:util";

import { describe, expect, test } from "vitest";

import { FormatError, NdArray, RecordArray } from "../src/index.ts";
import type { FieldDescr } from "../src/index.ts";
import { errorOf } from "./error-of.ts";

const dtype = [
  ["n", "<i4"],
  ["v", "<f4", [2]],
  ["name", "<U2"],
] as const satisfies readonly FieldDescr[];
const records = RecordArray.fromRows(dtype, [
  { n: 1, v: [1, 2], name: "a" },
  { n: 2, v: [3, 4], name: "bc" },
  { n: 3, v: [5, 6], name: "" },
]);

describe("rows", () => {
  test("have the items that were given, a subarray as an NdArray", () => {
    expect(records.row(1)).toEqual({ n: 2, v: NdArray.from([3, 4], "<f4"), name: "bc" });
    expect([...records].map((row) => [row["n"], String(row["v"]), row["name"]])).toEqual([
      [1, "NdArray <f4 (2) [1, 2]", "a"],
      [2, "NdArray <f4 (2) [3, 4]", "bc"],
      [3, "NdArray <f4 (2) [5, 6]", ""],
    ]);
  });

  test("are counted in C order along all dimensions", () => {
    const grid = new RecordArray([["a", "|u1"]], [2, 3], Uint8Array.of(0, 1, 2, 3, 4, 5));
    expect([grid.length, grid.size, grid.itemsize, grid.row(4)]).toEqual([2, 6, 1, { a: 4 }]);
    expect([...grid].map(({ a }) => a)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(grid.field("a")).toMatchObject({ shape: [2, 3] });
    const single = new RecordArray([["a", "|u1"]], [], Uint8Array.of(7));
    expect([single.length, single.size, single.row(0)]).toEqual([1, 1, { a: 7 }]);
    for (const index of [-1, 6, 0.5, NaN]) {
      expect(() => grid.row(index)).toThrow(new RangeError(`there is no row ${index}`));
    }
  });

  test("may contain rows and arrays of rows", () => {
    const nested = new RecordArray(
      [
        ["p", [["x", "|u1"], ["y", "|u1"]]], // prettier-ignore
        ["q", [["z", "|u1"]], [2]],
      ],
      [2],
      Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    );
    expect(nested.row(1)["p"]).toEqual({ x: 5, y: 6 });
    const q = nested.row(1)["q"];
    expect(q instanceof RecordArray && [...q]).toEqual([{ z: 7 }, { z: 8 }]);
    const field = nested.field("q");
    expect([field.shape, [...field]]).toEqual([[2, 2], [{ z: 3 }, { z: 4 }, { z: 7 }, { z: 8 }]]); // prettier-ignore
    expect(errorOf(() => nested.column("p"))).toMatchObject({
      code: "dtype",
      message: 'field p has fields itself: take field("p")',
    });
    expect(String(nested)).toBe("RecordArray (2) [p rows, q rows (2)]");
    expect(inspect(nested)).toBe(String(nested));
  });

  test("have no items for padding", () => {
    const padded = new RecordArray(
      [
        ["a", "|u1"],
        ["", "|V2"],
        ["b", "|u1"],
      ],
      [2],
      Uint8Array.of(1, 9, 9, 2, 3, 9, 9, 4),
    );
    expect([padded.names, padded.itemsize, [...padded]]).toEqual([["a", "b"], 4, [{ a: 1, b: 2 }, { a: 3, b: 4 }]]); // prettier-ignore
    expect(padded.column("b")).toEqual(Uint8Array.of(2, 4));
    const made = RecordArray.fromRows(padded.dtype, [{ a: 1, b: 2 }]);
    expect([made.data, made.dtype]).toEqual([Uint8Array.of(1, 0, 0, 2), padded.dtype]);
    expect(RecordArray.fromColumns(padded.dtype, { b: [2], a: [1] }).data).toEqual(Uint8Array.of(1, 0, 0, 2));
  });
});

describe("columns", () => {
  test("are typed arrays for numbers, lists for text", () => {
    expect(records.column("n")).toEqual(Int32Array.of(1, 2, 3));
    expect(records.column("v")).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
    expect(records.column("name")).toEqual(["a", "bc", ""]);
    const texts = RecordArray.fromColumns([["s", "|S3"]], { s: ["abc", "é"] });
    expect(texts.column("s")).toEqual(["abc", "é"]);
    const times = RecordArray.fromColumns([["t", "<M8[s]"]], { t: [5n] });
    expect(times.column("t")).toEqual(BigInt64Array.of(5n));
  });

  test("are copies", () => {
    const own = new RecordArray([["a", "|u1"]], [2], Uint8Array.of(1, 2));
    const column = own.column("a");
    own.data[0] = 9;
    expect(column).toEqual(Uint8Array.of(1, 2));
    expect(own.row(0)).toEqual({ a: 9 });
  });

  test("that do not exist are refused with a list of those that do", () => {
    for (const act of [() => records.field("x"), () => records.column("")]) {
      expect(errorOf(act)).toMatchObject({ code: "dtype", message: expect.stringMatching(/^there is no x? in n, v, name$/) }); // prettier-ignore
    }
  });

  test("may be typed arrays, arrays, lists and rows", () => {
    const inner = new RecordArray([["x", "|u1"]], [2], Uint8Array.of(7, 8));
    const made = RecordArray.fromColumns(
      [
        ["typed", "<i2"],
        ["other", "<f8"],
        ["array", "<f4"],
        ["list", "<i8"],
        ["pairs", "<f4", [2]],
        ["flat", "<f4", [2]],
        ["rows", [["x", "|u1"]]],
      ],
      {
        typed: Int16Array.of(1, 2),
        other: Int16Array.of(3, 4),
        array: NdArray.from([5, 6], "<f4"),
        list: [7n, 8],
        pairs: NdArray.from([[1, 2], [3, 4]], "<f4"), // prettier-ignore
        flat: [[5, 6], [7, 8]], // prettier-ignore
        rows: inner,
      },
    );
    expect([made.length, made.shape, made.itemsize]).toEqual([2, [2], 2 + 8 + 4 + 8 + 8 + 8 + 1]);
    expect(made.row(1)).toMatchObject({ typed: 2, other: 4, array: 6, list: 8n, rows: { x: 8 } });
    expect([made.column("pairs"), made.column("flat")]).toEqual([Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8)]); // prettier-ignore
  });

  test("without items make no rows, and so do no columns", () => {
    expect(RecordArray.fromColumns(dtype, { n: [], v: [], name: [] })).toMatchObject({
      shape: [0],
      size: 0,
      length: 0,
    });
    expect(RecordArray.fromColumns([], {})).toMatchObject({ shape: [0], dtype: [] });
    expect(RecordArray.fromRows(dtype, [])).toMatchObject({ shape: [0], dtype });
  });

  test("are stored little-endian, even for a big-endian dtype", () => {
    const made = RecordArray.fromColumns(
      [
        ["a", ">i4"],
        ["b", [["c", ">u2"]]],
      ],
      { a: [258], b: new RecordArray([["c", "<u2"]], [1], Uint8Array.of(1, 2)) },
    );
    expect(made.dtype).toEqual([["a", "<i4"], ["b", [["c", "<u2"]]]]); // prettier-ignore
    expect(made.data).toEqual(Uint8Array.of(2, 1, 0, 0, 1, 2));
  });

  test("may be big-endian on the wire, and are read with the right values", () => {
    const wire = new RecordArray([["a", ">u2"]], [2], Uint8Array.of(1, 2, 3, 4));
    expect([wire.dtype, wire.column("a"), wire.row(1)]).toEqual([[["a", ">u2"]], Uint16Array.of(258, 772), { a: 772 }]);
  });

  test.each<readonly [string, Parameters<typeof RecordArray.fromColumns>[1], string, string]>([
    ["another length", { n: [1, 2], v: [[1, 2], [3, 4]], name: ["a"] }, "dtype", 'column name: 1 items instead of 2 rows of "<U2" ()'], // prettier-ignore
    [
      "too long",
      { n: [1], v: [[1, 2]], name: ["a", "b"] },
      "dtype",
      'column name: 2 items instead of 1 rows of "<U2" ()',
    ],
    ["another dtype", { n: NdArray.from([1], "<i8"), v: [[1, 2]], name: ["a"] }, "dtype", 'column n: NdArray <i8 (1) [1] instead of 1 rows of "<i4" ()'], // prettier-ignore
    ["another shape", { n: [1], v: NdArray.from([[1, 2, 3]], "<f4"), name: ["a"] }, "dtype", 'column v: NdArray <f4 (1, 3) [[1, 2, 3]] instead of 1 rows of "<f4" (2)'], // prettier-ignore
    ["rows for numbers", { n: new RecordArray([["x", "<i4"]], [1], new Uint8Array(4)), v: [[1, 2]], name: ["a"] }, "dtype", 'column n: RecordArray (1) [x <i4] instead of 1 rows of "<i4" ()'], // prettier-ignore
    ["items of another kind", { n: ["1"], v: [[1, 2]], name: ["a"] }, "value", 'column n: "1" does not fit <i4'],
    ["rows along another dimension", { n: [1, 2], v: [[1, 2], [3, 4]], name: NdArray.from([["a", "b"]], "<U2") }, "dtype", 'column name: NdArray <U2 (1, 2) [["a", "b"]] instead of 2 rows of "<U2" ()'], // prettier-ignore
    ["an item too large", { n: [2 ** 31], v: [[1, 2]], name: ["a"] }, "value", "column n: 2147483648 does not fit <i4"],
    ["a text too long", { n: [1], v: [[1, 2]], name: ["abc"] }, "text", 'column name: "abc" does not fit U2'],
  ])("that do not fit are named: %s", (_, columns, code, message) => {
    const error = errorOf(() => RecordArray.fromColumns(dtype, columns));
    expect([error.code, error.message]).toEqual([code, message]);
    expect(error.cause).toBeInstanceOf(FormatError);
  });

  test("a list is refused for a structured field, which needs a RecordArray", () => {
    const error = errorOf(() => RecordArray.fromColumns([["p", [["x", "|u1"]]]], { p: [1] }));
    expect(error.message).toBe('column p: 1 items instead of 1 rows of [["x","|u1"]] ()');
  });
});

describe("making rows", () => {
  test("reports missing and unknown fields, with their row", () => {
    const row = { n: 1, v: [1, 2], name: "a" };
    expect(errorOf(() => RecordArray.fromRows(dtype, [row, { n: 1, v: [1, 2] }])).message).toBe(
      "there is no name in row 1",
    );
    expect(errorOf(() => RecordArray.fromRows(dtype, [row, { ...row, x: 1 }])).message).toBe("there is no x in row 0");
    expect(errorOf(() => RecordArray.fromRows(dtype, [{ ...row, x: 1 }])).message).toBe("there is no x in the dtype");
    expect(errorOf(() => RecordArray.fromColumns(dtype, { n: [1] }))).toMatchObject({ code: "dtype", message: "there is no v in the columns" }); // prettier-ignore
  });

  test("a dtype without fields, or bytes of another length, are refused", () => {
    expect(errorOf(() => new RecordArray("<f8" as never, [1], new Uint8Array(8)))).toMatchObject({ code: "dtype", message: "this dtype has no fields" }); // prettier-ignore
    expect(errorOf(() => new RecordArray(dtype, [2, 1], new Uint8Array(5)))).toMatchObject({
      code: "size-mismatch",
      message: "rows of shape (2, 1) take 40 bytes, not 5",
    });
  });

  test("keeps the dtype that was given if numpy prints it the same way", () => {
    const made = new RecordArray(dtype, [0], new Uint8Array());
    expect(made.dtype).toBe(dtype);
    const bytes = Uint8Array.of(1, 2);
    expect(new RecordArray([["a", "|u1"]], [2], bytes).data).toBe(bytes);
    const titled = [[["A title", "a"], "|u1"]] as const;
    expect(new RecordArray(titled, [0], new Uint8Array()).dtype).toBe(titled);
    expect(new RecordArray([["a", "u1"]], [0], new Uint8Array()).dtype).toEqual([["a", "|u1"]]);
    expect(new RecordArray([["a", [["b", "u1"]]]], [0], new Uint8Array()).dtype).toEqual([["a", [["b", "|u1"]]]]);
  });
});
