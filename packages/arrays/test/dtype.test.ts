import { describe, expect, test } from "vitest";

import { dtypeFromName, FormatError, NdArray, descrToDtype, dtypeToDescr, RecordArray } from "../src/index.ts";

function errorOf(descr: unknown): readonly [codec: string, code: string, message: string] {
  try {
    descrToDtype(descr);
  } catch (error) {
    if (error instanceof FormatError) return [error.codec, error.code, error.message];
    throw error;
  }
  return expect.fail("there was no error");
}

/** Fields nested this many levels deep. */
function deep(levels: number): unknown {
  let descr: unknown = "<i4";
  for (let level = 0; level < levels; level += 1) descr = [["a", descr]];
  return descr;
}

/** Subarrays nested this many levels deep. */
function nested(levels: number): unknown {
  let descr: unknown = "<i4";
  for (let level = 0; level < levels; level += 1) descr = [descr, [1]];
  return descr;
}

const noDescr = 'dtype must be a text such as "<f8" or a list of fields, at most 32 levels deep';
const noName = "a field of a structured dtype has no name";
const noSizes = "shape of field a must be a list of at most 64 whole numbers from 0 on, not ";

describe("an invalid dtype is refused with the reason", () => {
  test.each<readonly [unknown, string, string]>([
    [null, "dtype", noDescr],
    [5, "dtype", noDescr],
    [{}, "dtype", noDescr],
    [[["a", 5]], "dtype", noDescr],
    [[["a"]], "dtype", noDescr],
    [[5], "dtype", noName],
    [["a"], "dtype", noName],
    [[[5, "<i4"]], "dtype", noName],
    [[[["title"], "<i4"]], "dtype", noName],
    [[[["title", "a", "b"], "<i4"]], "dtype", noName],
    [[[["title", 5], "<i4"]], "dtype", noName],
    [[[[5, "a"], "<i4"]], "dtype", noName],
    [[["a", "<i4", "x"]], "shape", `${noSizes}"x"`],
    [[["a", "<i4", [-1]]], "shape", `${noSizes}[-1]`],
    [[["a", "<i4", null]], "shape", `${noSizes}null`],
    [[["a", ["<i4", [-1]]]], "shape", `${noSizes}[-1]`],
    [["<i4", [0.5]], "shape", "shape must be a list of at most 64 whole numbers from 0 on, not [0.5]"],
    [["<i4", [2]], "dtype", "only the dtype of a field can be a subarray"],
    [["<i4", [2], 5], "dtype", noName],
    ["xM8[s]", "dtype", '"xM8[s]" is not a dtype that can be read'],
    ["M8[s]x", "dtype", '"M8[s]x" is not a dtype that can be read'],
    ["2i4", "dtype", "only the dtype of a field can be a subarray"],
    [[["a", "<i4"], ["b", "<i4"], ["a", "<f8"]], "dtype", "two fields are named a"], // prettier-ignore
    [[["a", "<i4"], ["", "|V1"], ["a", "<f8"]], "dtype", "two fields are named a"], // prettier-ignore
    [[["a", "S", [2]]], "dtype", "shape of field a: numpy has no subarray of items without bytes"],
    [[["a", ["|V0", [2]]]], "dtype", "shape of field a: numpy has no subarray of items without bytes"],
    [[["a", "(2,3)S"]], "dtype", "shape of field a: numpy has no subarray of items without bytes"],
    [[["a", "|u1", [2 ** 31]]], "dtype", "shape of field a: numpy has no subarray so large"],
    [[["a", "|u1", [2 ** 30, 2 ** 30]]], "shape", "shape of field a has too many items to count"],
    [[["a", "|V2147483647"], ["b", "|u1"]], "dtype", "a row has 2147483648 bytes, and numpy's have at most 2147483647"], // prettier-ignore
    ["|O", "pickle-refused", "object arrays are pickled, and pickles run code: refused"],
    ["x", "dtype", '"x" is not a dtype that can be read'],
    [
      "f16",
      "dtype",
      '"f16" is C\'s long double, whose bytes differ from machine to machine: write float64 or complex128',
    ],
    [
      "c32",
      "dtype",
      '"c32" is C\'s long double, whose bytes differ from machine to machine: write float64 or complex128',
    ],
    ...["f3", "c3", "i16", "c4", "f32", "u32", "M16"].map((text): readonly [string, string, string] => [
      text,
      "dtype",
      `"${text}" is not a dtype that can be read`,
    ]),
    ["T", "dtype", '"T" is text of any length, which numpy keeps outside of the array: write U'],
    ["y".repeat(60), "dtype", `"${"y".repeat(50)}" is not a dtype that can be read`],
    ["i4,;", "dtype", '"i4,;" is not a list of dtypes'],
    [`i4,${" ".repeat(60)};`, "dtype", `"i4,${" ".repeat(47)}" is not a list of dtypes`],
  ])("%j", (descr, code, message) => {
    expect(errorOf(descr)).toEqual(["numpy", code, message]);
  });

  test("fields and subarrays nest at most 32 levels", () => {
    expect(descrToDtype(deep(32)).itemsize).toBe(4);
    expect(errorOf(deep(33))).toEqual(["numpy", "dtype", noDescr]);
    expect(dtypeToDescr(descrToDtype([["a", nested(31)]]))).toEqual([
      ["a", "<i4", Array.from({ length: 31 }, () => 1)],
    ]);
    expect(descrToDtype([["a", nested(32)]]).itemsize).toBe(4);
    expect(errorOf([["a", nested(33)]])[1]).toBe("dtype");
  });
});

// What numpy.dtype([("a", text)]).descr is for each.
test.each<readonly [string, unknown]>([
  ["i4,f8  ", [["a", [["f0", "<i4"], ["f1", "<f8"]]]]], // prettier-ignore
  ["2f4  ", [["a", "<f4", [2]]]],
  ["(2,00)f4", [["a", "<f4", [2, 0]]]],
  ["(00,2)f4", [["a", "<f4", [0, 2]]]],
  ["i4 , \t f8", [["a", [["f0", "<i4"], ["f1", "<f8"]]]]], // prettier-ignore
  ["2U,>U", [["a", [["f0", "<U2"], ["f1", ">U0"]]]]], // prettier-ignore
])("spaces, zeros and sizes in a string are read as numpy reads them: %j", (text, printed) => {
  expect(dtypeToDescr(descrToDtype([["a", text]]))).toEqual(printed);
});

describe("fields of a structured dtype", () => {
  test("follow one another without gaps, as numpy packs them", () => {
    // numpy.dtype([("a", "i1"), ("b", "<f8", (2, 3)), ("c", "S3"), ("d", [("e", "<i2")], (2,))]).fields
    const dtype = descrToDtype([
      ["a", "i1"],
      ["b", "<f8", [2, 3]],
      ["c", "S3"],
      ["d", [["e", "<i2"]], [2]],
    ]);
    if (dtype.kind !== "struct") return expect.fail("this is structured");
    expect(dtype.itemsize).toBe(1 + 48 + 3 + 4);
    expect(dtype.fields.map(({ name, offset, shape, count }) => [name, offset, shape, count])).toEqual([
      ["a", 0, [], 1],
      ["b", 1, [2, 3], 6],
      ["c", 49, [], 1],
      ["d", 52, [2], 2],
    ]);
    return undefined;
  });

  test("may have no name if they are padding, any number of them", () => {
    const dtype = descrToDtype([["", "|V1"], ["a", "|u1"], ["", "|V2"]]); // prettier-ignore
    expect(dtype.itemsize).toBe(4);
  });

  test("keep their titles", () => {
    const descr = [[["A title", "a"], "<i4"], ["b", "<u2"]] as const; // prettier-ignore
    expect(dtypeToDescr(descrToDtype(descr))).toEqual(descr);
  });

  test("may be subarrays of subarrays, given as lists or as a string", () => {
    expect(dtypeToDescr(descrToDtype([["a", ["<i2", [3]], [2]]]))).toEqual([["a", "<i2", [2, 3]]]);
    expect(dtypeToDescr(descrToDtype([["a", [["<i2", [4]], [3]], [2]]]))).toEqual([["a", "<i2", [2, 3, 4]]]);
    expect(dtypeToDescr(descrToDtype([["a", ["3i2", [2]]]]))).toEqual([["a", "<i2", [2, 3]]]);
    expect(dtypeToDescr(descrToDtype([["a", ["i2,f4", [2]]]]))).toEqual([["a", [["f0", "<i2"], ["f1", "<f4"]], [2]]]); // prettier-ignore
    expect(dtypeToDescr(descrToDtype([["a", [[["b", "i1"]], [2]]]]))).toEqual([["a", [["b", "|i1"]], [2]]]);
    expect(dtypeToDescr(descrToDtype([["a", [[["2x", "i1"]], [2]]]]))).toEqual([["a", [["2x", "|i1"]], [2]]]);
  });

  test("are at most as large as numpy allows, and may have no bytes", () => {
    expect(descrToDtype([["a", "|u1", [2 ** 31 - 1]]]).itemsize).toBe(2 ** 31 - 1);
    expect(descrToDtype([["a", "V2147483647"], ["b", "V0"]]).itemsize).toBe(2 ** 31 - 1); // prettier-ignore
    expect(descrToDtype([["a", [], [2]]]).itemsize).toBe(0);
  });

  test("may have spaces before a size, as in C's strtol", () => {
    for (const text of ["i\v4", "i\f4", "i\r4", "i\n+4", "i\t4", "i 4"]) {
      expect(dtypeToDescr(descrToDtype(text))).toBe("<i4");
    }
  });

  test("have no items if a size is 0, however it is written", () => {
    expect(dtypeToDescr(descrToDtype([["a", "<i2", [0]]]))).toEqual([["a", "<i2", [0]]]);
    expect(descrToDtype([["a", "<i2", [0]]]).itemsize).toBe(0);
    expect(dtypeToDescr(descrToDtype([["a", "<i2", []]]))).toEqual([["a", "<i2"]]);
    expect(dtypeToDescr(descrToDtype([["a", ["<i2", []]]]))).toEqual([["a", "<i2"]]);
  });

  test("are written as numpy prints them in RecordArray.dtype", () => {
    const dtypeOf = (descr: unknown): unknown => new RecordArray(descr as never, [0], new Uint8Array()).dtype;
    expect(dtypeOf("i4,f8")).toEqual([["f0", "<i4"], ["f1", "<f8"]]); // prettier-ignore
    expect(dtypeOf([["a", ["<i2", []]]])).toEqual([["a", "<i2"]]);
    expect(dtypeOf([["a", ["i2", [2]]]])).toEqual([["a", "<i2", [2]]]);
    expect(dtypeOf([["a", "<i2", []]])).toEqual([["a", "<i2"]]);
    expect(dtypeOf([["a", "<i2"], ["b", "f8"]])).toEqual([["a", "<i2"], ["b", "<f8"]]); // prettier-ignore
    expect(dtypeOf([["a", [["b", "<i2"]]]])).toEqual([["a", [["b", "<i2"]]]]);
    expect(dtypeOf([["a", "i2,f4"]])).toEqual([["a", [["f0", "<i2"], ["f1", "<f4"]]]]); // prettier-ignore
  });
});

describe("names of dtypes", () => {
  test("do not include structured dtypes", () => {
    for (const name of ["i4,f8", "2i4"]) {
      expect(() => dtypeFromName(name)).toThrow(expect.objectContaining({ name: "FormatError", code: "dtype" }));
    }
    expect(() => dtypeFromName("i4,f8")).toThrow("i4,f8 is not a dtype of single items");
  });

  test("are read as numpy reads them", () => {
    expect(["float64", "bool", "str", "datetime64[us]", "longlong", ">i4"].map(dtypeFromName)).toEqual([
      "<f8",
      "|b1",
      "<U0",
      "<M8[us]",
      "<i8",
      ">i4",
    ]);
  });
});

test("fromColumns stores little-endian items for big-endian fields", () => {
  const made = RecordArray.fromRows([["t", ">M8[s]"], ["u", ">U2"]], [{ t: 1n, u: "ab" }]); // prettier-ignore
  expect(made.dtype).toEqual([["t", "<M8[s]"], ["u", "<U2"]]); // prettier-ignore
  expect(made.row(0)).toEqual({ t: 1n, u: "ab" });
  expect(NdArray.from(["ab"], ">U2").dtype).toBe("<U2");
});
