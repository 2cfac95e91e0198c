import { NdArray, RecordArray } from "@dataqueues/arrays";
import type { FieldDescr } from "@dataqueues/arrays";
import { check, PointingNumpyArray } from "@dataqueues/schemas";
import type { PointingFields } from "@dataqueues/schemas";
import { describe, expect, test } from "vitest";

import { codesOf, errorOf, issuesOf } from "./issues-of.ts";
import { antennas, oneAntenna } from "./python-example.ts";

const twoAntennas = new PointingNumpyArray(antennas("SKA001", "SKA002"));

describe("PointingNumpyArray", () => {
  test("single values make an array of one antenna with the fourteen fields in their order, 136 bytes a row", () => {
    const array = new PointingNumpyArray(oneAntenna).toNumpy();
    expect(array.shape).toEqual([1]);
    expect(array.itemsize).toBe(136);
    expect(array.dtype).toEqual([
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
    ]);
    expect({ ...array.row(0) }).toEqual(oneAntenna);
  });

  test("lists make an array of several antennas", () => {
    const array = twoAntennas.toNumpy();
    expect(array.shape).toEqual([2]);
    expect(array.column("antenna_name")).toEqual(["SKA001", "SKA002"]);
    expect(array.column("fitted_height_std")).toEqual(new Float64Array([1, 2]));
  });

  test("numbers may be a Float64Array, and NaN is a number: a fit that failed", () => {
    const fields = { ...antennas("SKA001"), xel_offset: new Float64Array([NaN]), el_offset: [NaN] };
    const array = check(PointingNumpyArray, new PointingNumpyArray(fields).toNumpy());
    expect(array.column("xel_offset")).toEqual(new Float64Array([NaN]));
    expect(array.column("el_offset")).toEqual(new Float64Array([NaN]));
  });

  test("names of exactly eight characters are kept, also beyond the basic plane", () => {
    const array = new PointingNumpyArray({ ...oneAntenna, antenna_name: "SKA001🔭🔭" }).toNumpy();
    expect(array.column("antenna_name")).toEqual(["SKA001🔭🔭"]);
  });

  test("any number of names that are too long is told", () => {
    const numbers = new Float64Array(200_000);
    const names = Array.from(numbers, (_, index) => `antenna ${index}`);
    const columns = Object.keys(oneAntenna).map((name) => [name, name === "antenna_name" ? names : numbers]);
    const fields: PointingFields = Object.fromEntries(columns);
    expect(errorOf(() => new PointingNumpyArray(fields, { collect: true })).issues).toHaveLength(200_000);
  });

  const { fitted_height: _, ...withoutHeight } = oneAntenna;
  test.each<[what: string, fields: unknown, code: string, path: (string | number)[], message: string]>([
    ["a missing field", withoutHeight, "missing_field", ["fitted_height"], "field 'fitted_height' is missing"],
    ["an unknown field", { ...oneAntenna, hieght: 1 }, "unknown_field", ["hieght"], "there is no field 'hieght'"],
    [
      "text for a number",
      { ...oneAntenna, el_offset: "2.8" },
      "wrong_type",
      ["el_offset"],
      "field 'el_offset' takes float, not str",
    ],
    [
      "a boolean for a number",
      { ...oneAntenna, el_offset: true },
      "wrong_type",
      ["el_offset"],
      "field 'el_offset' takes float, not bool",
    ],
    [
      "nothing for a number",
      { ...oneAntenna, el_offset: null },
      "wrong_type",
      ["el_offset"],
      "field 'el_offset' takes float, not NoneType",
    ],
    [
      "a bigint for a number",
      { ...oneAntenna, last_scan_index: 9n },
      "wrong_type",
      ["last_scan_index"],
      "field 'last_scan_index' takes float, not bigint",
    ],
    [
      "text among numbers",
      { ...oneAntenna, el_offset: [1, "2"] },
      "wrong_type",
      ["el_offset", 1],
      "field 'el_offset' takes float, not str",
    ],
    [
      "a number for a name",
      { ...oneAntenna, antenna_name: 1 },
      "wrong_type",
      ["antenna_name"],
      "field 'antenna_name' takes str, not int",
    ],
    [
      "a list of another length",
      { ...oneAntenna, el_offset: [1, 2] },
      "unequal_length",
      ["el_offset"],
      "field 'el_offset' has the length 2, 'antenna_name' has 1",
    ],
    [
      "a name that numpy would cut",
      { ...oneAntenna, antenna_name: "MKT000001" },
      "name_too_long",
      ["antenna_name", 0],
      "'MKT000001' has 9 characters, 8 are the most",
    ],
    ["no fields at all", 5, "wrong_type", [], "fields by their names are needed, this is int"],
  ])("%s is refused", (_what, fields, code, path, message) => {
    const error = errorOf(() => new PointingNumpyArray(fields as PointingFields));
    expect(error.issues).toEqual([expect.objectContaining({ code, path, message })]);
    expect(error.code).toBe("SCHEMA_MISMATCH");
  });

  test("only the first issue is told, in the order of the fields, or all with collect", () => {
    const { last_scan_index: _, ...fields } = {
      ...oneAntenna,
      antenna_name: "much too long",
      el_offset: "2.8",
      extra: 1,
    };
    const broken = fields as object as PointingFields;
    expect(errorOf(() => new PointingNumpyArray(broken)).issues.map(({ code }) => code)).toEqual(["name_too_long"]);
    expect(errorOf(() => new PointingNumpyArray(broken, { collect: true })).message).toMatchInlineSnapshot(`
      "this is no pointing array: 4 issues
       * antenna_name.0: 'much too long' has 13 characters, 8 are the most
       * last_scan_index: field 'last_scan_index' is missing
       * el_offset: field 'el_offset' takes float, not str
       * extra: there is no field 'extra'"
    `);
  });
});

describe("PointingNumpyArray as schema", () => {
  const good = twoAntennas.toNumpy();
  const withDtype = (change: (dtype: FieldDescr[]) => FieldDescr[]): RecordArray => {
    const dtype = change([...good.dtype]);
    return new RecordArray(dtype, [1], new Uint8Array(new RecordArray(dtype, [0], new Uint8Array()).itemsize));
  };

  test("the array that it builds passes, and is the value", () => {
    expect(PointingNumpyArray["~standard"].validate(good)).toEqual({ value: good });
    expect(check(PointingNumpyArray, good)).toBe(good);
  });

  test("an array without antennas passes", () => {
    expect(issuesOf(PointingNumpyArray, new RecordArray(good.dtype, [0], new Uint8Array()))).toEqual([]);
  });

  test.each<[what: string, value: unknown, code: string, path: (string | number)[], message: string]>([
    [
      "a field of another dtype",
      withDtype((dtype) => dtype.with(2, ["xel_offset", "<f4"])),
      "wrong_dtype",
      ["xel_offset"],
      "field 'xel_offset' is <f4, not <f8",
    ],
    [
      "longer names",
      withDtype((dtype) => dtype.with(0, ["antenna_name", "<U9"])),
      "wrong_dtype",
      ["antenna_name"],
      "field 'antenna_name' is <U9, not <U8",
    ],
    [
      "several items in a field",
      withDtype((dtype) => dtype.with(2, ["xel_offset", "<f8", [2]])),
      "wrong_dtype",
      ["xel_offset"],
      `field 'xel_offset' is ["<f8",[2]], not <f8`,
    ],
    [
      "a missing field",
      withDtype((dtype) => dtype.slice(0, -1)),
      "missing_field",
      ["fitted_height_std"],
      "field 'fitted_height_std' is missing",
    ],
    [
      "an unknown field",
      withDtype((dtype) => [...dtype, ["remark", "<U4"]]),
      "unknown_field",
      ["remark"],
      "there is no field 'remark'",
    ],
    [
      "fields in another order",
      withDtype((dtype) => dtype.toReversed()),
      "wrong_field_order",
      [],
      "the fields are in the wrong order",
    ],
    [
      "two dimensions",
      new RecordArray(good.dtype, [1, 2], good.data),
      "wrong_shape",
      ["shape"],
      "one dimension is needed, the shape is (1, 2)",
    ],
    [
      "no dimensions",
      new RecordArray(good.dtype, [], good.data.slice(0, 136)),
      "wrong_shape",
      ["shape"],
      "one dimension is needed, the shape is ()",
    ],
    [
      "an array of numbers",
      NdArray.from([1, 2]),
      "not_a_record_array",
      [],
      "a numpy structured array (RecordArray) is needed, this is ndarray",
    ],
    [
      "the fields themselves",
      oneAntenna,
      "not_a_record_array",
      [],
      "a numpy structured array (RecordArray) is needed, this is dict",
    ],
    [
      "the builder of an array, without toNumpy()",
      twoAntennas,
      "not_a_record_array",
      [],
      "a numpy structured array (RecordArray) is needed, this is PointingNumpyArray",
    ],
    [
      "nothing",
      undefined,
      "not_a_record_array",
      [],
      "a numpy structured array (RecordArray) is needed, this is NoneType",
    ],
  ])("%s is refused", (_what, value, code, path, message) => {
    expect(issuesOf(PointingNumpyArray, value)).toEqual([expect.objectContaining({ code, path, message })]);
  });

  test("only the first issue is told, or all with collect", () => {
    const broken = withDtype((dtype) => dtype.slice(1, -1).with(0, ["last_scan_index", "<i8"]));
    expect(codesOf(PointingNumpyArray, broken)).toEqual(["missing_field antenna_name"]);
    expect(codesOf(PointingNumpyArray.with({ collect: true }), broken)).toEqual([
      "missing_field antenna_name",
      "wrong_dtype last_scan_index",
      "missing_field fitted_height_std",
    ]);
  });
});
