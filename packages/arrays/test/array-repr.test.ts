import { inspect } from "node:util";

import { describe, expect, test } from "vitest";

import { dtypeName, NaT, NdArray } from "../src/index.ts";

const counted = (...shape: number[]): NdArray => {
  const size = shape.reduce((product, length) => product * length, 1);
  return NdArray.from(
    Int32Array.from({ length: size }, (_, index) => index),
    { shape },
  );
};

describe("arrayRepr", () => {
  test.each<readonly [string, NdArray, string]>([
    ["six of a dimension", counted(6), "NdArray <i4 (6) [0, 1, 2, 3, 4, 5]"],
    ["not seven", counted(7), "NdArray <i4 (7) [0, 1, 2, 3, 4, 5, …]"],
    ["in each dimension", counted(2, 7), "NdArray <i4 (2, 7) [[0, 1, 2, 3, 4, 5, …], [7, 8, 9, 10, 11, 12, …]]"],
    ["three dimensions", counted(2, 1, 2), "NdArray <i4 (2, 1, 2) [[[0, 1]], [[2, 3]]]"],
    ["no items", counted(0), "NdArray <i4 (0) []"],
    ["no items in two dimensions", counted(2, 0), "NdArray <i4 (2, 0) []"],
    ["a single item", counted(), "NdArray <i4 () 0"],
    ["text", NdArray.from(["a", 'b"']), 'NdArray <U2 (2) ["a", "b\\""]'],
    ["bytes of text", NdArray.from(["a"], "|S2"), 'NdArray |S2 (1) ["a"]'],
    ["raw bytes", NdArray.fromBytes("|V2", [2], new Uint8Array(4)), "NdArray |V2 (2) [2 bytes, 2 bytes]"],
    ["booleans", NdArray.from([true, false]), "NdArray |b1 (2) [true, false]"],
    ["bigints", NdArray.from([2n ** 60n]), `NdArray <i8 (1) [${2n ** 60n}]`],
    ["floats", NdArray.from([0.5, NaN, -Infinity]), "NdArray <f8 (3) [0.5, NaN, -Infinity]"],
    ["complex numbers", NdArray.from([{ re: 1, im: 0 }, { re: -0.5, im: -2 }]), "NdArray <c16 (2) [1+0j, -0.5-2j]"], // prettier-ignore
    ["int64 that would be NaT", NdArray.from([NaT], "<i8"), `NdArray <i8 (1) [${NaT}]`],
    ["durations", NdArray.from([90n, NaT], "<m8[s]"), "NdArray <m8[s] (2) [90, NaT]"],
    ["durations without a unit", NdArray.from([90n, NaT], "m8"), "NdArray <m8 (2) [90, NaT]"],
    ["times without a unit", NdArray.from([90n, NaT], "M8"), "NdArray <M8 (2) [90, NaT]"],
    ["months", NdArray.from([90n, NaT], "<M8[M]"), "NdArray <M8[M] (2) [90, NaT]"],
    ["picoseconds", NdArray.from([90n, NaT], "<M8[ps]"), "NdArray <M8[ps] (2) [90, NaT]"],
    ["several of a unit", NdArray.from([90n, NaT], "<M8[25s]"), "NdArray <M8[25s] (2) [90, NaT]"],
    // Counts after 1970, such as 1 day, 25 hours and 61 minutes, and one before it.
    ["days", NdArray.from([0n, 1n, -1n], "<M8[D]"), "NdArray <M8[D] (3) [1970-01-01, 1970-01-02, 1969-12-31]"],
    ["hours", NdArray.from([24n, 25n], "<M8[h]"), "NdArray <M8[h] (2) [1970-01-02, 1970-01-02T01:00:00]"],
    ["minutes", NdArray.from([61n, -1n], "<M8[m]"), "NdArray <M8[m] (2) [1970-01-01T01:01:00, 1969-12-31T23:59:00]"],
    ["seconds", NdArray.from([61n, -1n], "<M8[s]"), "NdArray <M8[s] (2) [1970-01-01T00:01:01, 1969-12-31T23:59:59]"],
    ["milliseconds", NdArray.from([1500n, -1n], "<M8[ms]"), "NdArray <M8[ms] (2) [1970-01-01T00:00:01.500000, 1969-12-31T23:59:59.999000]"], // prettier-ignore
    ["microseconds", NdArray.from([1n, -1n], "<M8[us]"), "NdArray <M8[us] (2) [1970-01-01T00:00:00.000001, 1969-12-31T23:59:59.999999]"], // prettier-ignore
    ["nanoseconds", NdArray.from([1n, 1000n], "<M8[ns]"), "NdArray <M8[ns] (2) [1970-01-01T00:00:00.000000001, 1970-01-01T00:00:00.000001]"], // prettier-ignore
    // JavaScript's last time is 100,000,000 days after 1970.
    ["the last day that a Date has", NdArray.from([100_000_000n, 100_000_001n], "<M8[D]"), "NdArray <M8[D] (2) [+275760-09-13, 8640000086400 seconds since 1970]"], // prettier-ignore
  ])("shows %s", (_, array, line) => {
    expect(array.toString()).toBe(line);
    expect(inspect(array)).toBe(line);
  });

  test("shows at most a hundred items", () => {
    const line = counted(6, 6, 6).toString();
    expect(line.endsWith(" [96, 97, 98, 99, …, …], …], …, …, …]")).toBe(true);
    expect(line.replace(/^.*?\[/, "").match(/\d+/g)).toEqual(Array.from({ length: 100 }, (_, index) => String(index)));
    expect(counted(5, 5, 4).toString()).not.toContain("…");
  });

  test("shows <no text> for bytes that are not valid text", () => {
    const bytes = new Uint8Array(8);
    bytes[0] = 0x61;
    bytes[7] = 0x11;
    expect(NdArray.fromBytes("<U1", [2], bytes).toString()).toBe('NdArray <U1 (2) ["a", <no text>]');
  });
});

test.each([
  ["<f8", "float64"],
  [">f8", ">f8"],
  ["|b1", "bool"],
  ["?", "bool"],
  ["|i1", "int8"],
  ["<u2", "uint16"],
  ["<f2", "float16"],
  ["<c16", "complex128"],
  ["<M8[ns]", "datetime64[ns]"],
  ["<m8", "timedelta64"],
  ["<m8[25s]", "timedelta64[25s]"],
  [">M8[s]", ">M8[s]"],
  ["<U3", "<U3"],
  [">U3", ">U3"],
  ["S2", "|S2"],
  ["V5", "|V5"],
  // Python: str(numpy.dtype("i4,f8")) is the list of fields, which is no name.
  ["i4,f8", "i4,f8"],
])("the dtype %s is called %s, as Python prints it", (dtype, name) => {
  expect(dtypeName(dtype)).toBe(name);
});
