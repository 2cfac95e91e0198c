import { NdArray, RecordArray } from "@dataqueues/arrays";
import type { FieldDescr } from "@dataqueues/arrays";
import { PointingNumpyArray } from "@dataqueues/schemas";
import { describe, expect, test } from "vitest";

import { checkPointingArray } from "../src/pointing/check-pointing-array.ts";
import { pointingDtype } from "../src/pointing/pointing-fields.ts";
import { issuesOf } from "./issues-of.ts";
import { oneAntenna } from "./python-example.ts";

// numpy's descr of the array that ska-sdp-wflow-pointing-offset documents for its data queue.
const documented: FieldDescr[] = [
  ["antenna_name", "<U8"],
  ["last_scan_index", "<f8"],
  ["xel_offset", "<f8"],
  ["xel_offset_std", "<f8"],
  ["el_offset", "<f8"],
  ["el_offset_std", "<f8"],
  ["expected_width_h", "<f8"],
  ["expected_width_v", "<f8"],
  ["fitted_width_h", "<f8"],
  ["fitted_width_h_std", "<f8"],
  ["fitted_width_v", "<f8"],
  ["fitted_width_v_std", "<f8"],
  ["fitted_height", "<f8"],
  ["fitted_height_std", "<f8"],
];
const names = documented.map(([name]) => name);

/** An array of one row, or of another shape, with these fields and zeros in them. */
const arrayOf = (dtype: readonly FieldDescr[], shape: readonly number[] = [1]): RecordArray => {
  const { itemsize } = new RecordArray(dtype, [0], new Uint8Array());
  return new RecordArray(dtype, shape, new Uint8Array(shape.reduce((product, length) => product * length, itemsize)));
};

describe("pointingDtype", () => {
  test("has the 14 documented fields in their order, and 136 bytes a row: 8 characters of 4 bytes and 13 doubles", () => {
    expect(pointingDtype).toEqual(documented);
    expect(pointingDtype).toHaveLength(14);
    expect(arrayOf(pointingDtype).itemsize).toBe(8 * 4 + 13 * 8);
  });
});

describe("checkPointingArray", () => {
  test.each([[[0]], [[1]], [[7]]])("has nothing to say of the documented fields in the shape %o", (shape) => {
    expect(checkPointingArray(arrayOf(documented, shape))).toEqual([]);
  });

  test("knows a field by its name, not by its title", () => {
    const titled = documented.with(1, [["The last scan", "last_scan_index"], "<f8"]);
    expect(checkPointingArray(arrayOf(titled))).toEqual([]);
    const [issue] = checkPointingArray(arrayOf(documented.with(1, [["last_scan_index", "scan"], "<f8"])));
    expect(issue).toMatchObject({ code: "missing_field", path: ["last_scan_index"] });
  });

  test.each([...documented.entries()])("says that field %i is missing: %o", (index, [name, format]) => {
    expect(checkPointingArray(arrayOf(documented.toSpliced(index, 1)))).toEqual([
      { code: "missing_field", path: [name], message: `field '${String(name)}' is missing`, expected: format },
    ]);
  });

  test.each([...documented.entries()])("says that field %i has another dtype: %o", (index, [name, format]) => {
    expect(checkPointingArray(arrayOf(documented.with(index, [name, "<f4"])))).toEqual([
      {
        code: "wrong_dtype",
        path: [name],
        message: `field '${String(name)}' is <f4, not ${String(format)}`,
        found: "<f4",
        expected: format,
      },
    ]);
  });

  test.each<[what: string, field: FieldDescr, found: unknown, text: string]>([
    ["the other byte order", ["el_offset", ">f8"], ">f8", ">f8"],
    ["whole numbers", ["el_offset", "<i8"], "<i8", "<i8"],
    ["several items", ["el_offset", "<f8", [2, 3]], ["<f8", [2, 3]], '["<f8",[2,3]]'],
    ["fields of its own", ["el_offset", [["a", "<f8"]]], [["a", "<f8"]], '[["a","<f8"]]'],
  ])("takes no field with %s", (_what, field, found, text) => {
    expect(checkPointingArray(arrayOf(documented.with(4, field)))).toEqual([
      {
        code: "wrong_dtype",
        path: ["el_offset"],
        message: `field 'el_offset' is ${text}, not <f8`,
        found,
        expected: "<f8",
      },
    ]);
  });

  test("says which fields are unknown, and nothing of the order then", () => {
    const remark: FieldDescr = ["remark", "<U4"];
    const beam: FieldDescr = ["beam", "<i4"];
    expect(checkPointingArray(arrayOf([remark, ...documented, beam]))).toEqual([
      { code: "unknown_field", path: ["remark"], message: "there is no field 'remark'", found: "remark" },
      { code: "unknown_field", path: ["beam"], message: "there is no field 'beam'", found: "beam" },
    ]);
  });

  test("says that two fields have changed places", () => {
    const swapped = documented.toSpliced(12, 2, ["fitted_height_std", "<f8"], ["fitted_height", "<f8"]);
    expect(checkPointingArray(arrayOf(swapped))).toEqual([
      {
        code: "wrong_field_order",
        path: [],
        message: "the fields are in the wrong order",
        found: names.toSpliced(12, 2, "fitted_height_std", "fitted_height"),
        expected: names,
      },
    ]);
  });

  test.each([
    [[], "()"],
    [[1, 2], "(1, 2)"],
    [[1, 1, 1], "(1, 1, 1)"],
  ])("needs one dimension, not %o", (shape, text) => {
    expect(checkPointingArray(arrayOf(documented, shape))).toEqual([
      {
        code: "wrong_shape",
        path: ["shape"],
        message: `one dimension is needed, the shape is ${text}`,
        found: shape,
        expected: "(antennas,)",
      },
    ]);
  });

  test("tells missing fields, dtypes, unknown fields and the shape in this order", () => {
    const dtype = [...documented.slice(2).with(0, ["xel_offset", "<f4"]), ["remark", "<U4"]] satisfies FieldDescr[];
    const issues = checkPointingArray(arrayOf(dtype, [1, 1]));
    expect(issues.map(({ code, path }) => [code, ...path].join(" "))).toEqual([
      "missing_field antenna_name",
      "missing_field last_scan_index",
      "wrong_dtype xel_offset",
      "unknown_field remark",
      "wrong_shape shape",
    ]);
  });

  test.each<[what: string, value: unknown, found: string]>([
    ["null", null, "NoneType"],
    ["a list", [1], "list"],
    ["a dict", oneAntenna, "dict"],
    ["an array of numbers", NdArray.from([1]), "ndarray"],
    ["the builder itself", new PointingNumpyArray(oneAntenna), "PointingNumpyArray"],
  ])("takes no %s", (_what, value, found) => {
    expect(checkPointingArray(value)).toEqual([
      {
        code: "not_a_record_array",
        path: [],
        message: `a numpy structured array (RecordArray) is needed, this is ${found}`,
        found,
        expected: "RecordArray",
      },
    ]);
  });

  test("the schema tells the first issue unless all are asked for", () => {
    const broken = arrayOf(documented.slice(2));
    const missing = ["antenna_name", "last_scan_index"];
    const paths = (schema: Parameters<typeof issuesOf>[0]) => issuesOf(schema, broken).map(({ path }) => path);
    expect(paths(PointingNumpyArray)).toEqual([["antenna_name"]]);
    expect(paths(PointingNumpyArray.with({}))).toEqual([["antenna_name"]]);
    expect(paths(PointingNumpyArray.with({ collect: false }))).toEqual([["antenna_name"]]);
    expect(paths(PointingNumpyArray.with({ collect: true }))).toEqual(missing.map((name) => [name]));
  });
});
