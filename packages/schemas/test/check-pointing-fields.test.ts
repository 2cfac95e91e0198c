import { describe, expect, test } from "vitest";

import { checkPointingFields } from "../src/pointing/check-pointing-fields.ts";
import { antennas, oneAntenna } from "./python-example.ts";

const names = Object.keys(oneAntenna);
const formatOf = (name: string): string => (name === "antenna_name" ? "<U8" : "<f8");
const without = (name: string): object =>
  Object.fromEntries(Object.entries(oneAntenna).filter(([other]) => other !== name));
const issuesOf = (change: object) => checkPointingFields({ ...oneAntenna, ...change }).issues;

describe("checkPointingFields", () => {
  test("makes columns of single values", () => {
    const columns = Object.fromEntries(Object.entries(oneAntenna).map(([name, value]) => [name, [value]]));
    expect(checkPointingFields(oneAntenna)).toEqual({ columns, issues: [] });
  });

  test("makes columns of lists, of Float64Arrays and of none at all", () => {
    const fields = antennas("SKA001", "SKA002");
    expect(checkPointingFields(fields)).toEqual({ columns: fields, issues: [] });
    const { columns, issues } = checkPointingFields({ ...fields, el_offset: new Float64Array([NaN, 2.5]) });
    expect(columns["el_offset"]).toEqual([NaN, 2.5]);
    expect(issues).toEqual([]);
    expect(checkPointingFields(antennas())).toEqual({ columns: antennas(), issues: [] });
  });

  test.each<[value: unknown, found: string]>([
    [undefined, "NoneType"],
    [null, "NoneType"],
    [5, "int"],
    ["text", "str"],
    [[oneAntenna], "list"],
    [new Float64Array(14), "Float64Array"],
  ])("needs fields by their names, not %o", (value, found) => {
    expect(checkPointingFields(value)).toEqual({
      columns: {},
      issues: [
        {
          code: "wrong_type",
          path: [],
          message: `fields by their names are needed, this is ${found}`,
          found,
          expected: "dict",
        },
      ],
    });
  });

  test.each(names)("says that %s is missing, be it left out or undefined", (name) => {
    const missing = [
      { code: "missing_field", path: [name], message: `field '${name}' is missing`, expected: formatOf(name) },
    ];
    expect(checkPointingFields(without(name)).issues).toEqual(missing);
    expect(issuesOf({ [name]: undefined })).toEqual(missing);
  });

  test("takes no field from a prototype", () => {
    const inherited: object = Object.assign(Object.create({ el_offset: 1 }), without("el_offset"));
    expect(checkPointingFields(inherited).issues.map(({ code, path }) => [code, ...path])).toEqual([
      ["missing_field", "el_offset"],
    ]);
  });

  test.each(["hieght", "constructor", "FITTED_HEIGHT"])("says that there is no field %s", (name) => {
    expect(issuesOf({ [name]: 1 })).toEqual([
      { code: "unknown_field", path: [name], message: `there is no field '${name}'`, found: name },
    ]);
  });

  test.each<[what: string, value: unknown, path: (string | number)[], found: string]>([
    ["text", "2.8", [], "str"],
    ["a boolean", true, [], "bool"],
    ["null", null, [], "NoneType"],
    ["a bigint, which is no float in JavaScript", 9n, [], "bigint"],
    ["a dict", {}, [], "dict"],
    ["another typed array", new Float32Array(1), [], "Float32Array"],
    ["a list in a list", [[1]], [], "list"],
    ["text alone in its list", ["2.8"], [], "str"],
    ["text as the first of a list", ["1", 2], [0], "str"],
    ["text as the second of a list", [1, "2"], [1], "str"],
    ["a hole in a list", [1, undefined, "2"], [1], "NoneType"],
  ])("takes no %s for a number", (_what, value, place, found) => {
    const [issue] = issuesOf({ el_offset: value });
    expect(issue).toEqual({
      code: "wrong_type",
      path: ["el_offset", ...place],
      message: `field 'el_offset' takes float, not ${found}`,
      found,
      expected: "float",
    });
  });

  test.each<[what: string, value: unknown, path: (string | number)[], found: string]>([
    ["a whole number", 1, [], "int"],
    ["a number", 1.5, [], "float"],
    ["a bigint", 1n, [], "bigint"],
    ["null", null, [], "NoneType"],
    ["numbers in a Float64Array", new Float64Array(2), [0], "int"],
    ["a number among names", ["SKA001", 1.5], [1], "float"],
    ["a number behind a name that is too long", ["SKA000001", 1.5], [1], "float"],
  ])("takes no %s for a name", (_what, value, place, found) => {
    const [issue] = issuesOf({ antenna_name: value });
    expect(issue).toEqual({
      code: "wrong_type",
      path: ["antenna_name", ...place],
      message: `field 'antenna_name' takes str, not ${found}`,
      found,
      expected: "str",
    });
  });

  test("of wrong items in a field the first one is told, and the fields behind it as well", () => {
    expect(issuesOf({ el_offset: "1", fitted_height: ["2"] }).map(({ path }) => path)).toEqual([
      ["el_offset"],
      ["fitted_height"],
    ]);
    const fields = { ...antennas("a", "b"), el_offset: ["1", "2"] };
    expect(checkPointingFields(fields).issues.map(({ path }) => path)).toEqual([["el_offset", 0]]);
  });

  test.each(["", "12345678", "SKA001🔭🔭", "éééééééé"])("takes the name %o of up to eight characters", (name) => {
    expect(issuesOf({ antenna_name: name })).toEqual([]);
  });

  test("tells each name of more than eight characters, which numpy would cut", () => {
    const names = ["123456789", "12345678", "SKA001🔭🔭🔭"];
    expect(checkPointingFields({ ...antennas("a", "b", "c"), antenna_name: names }).issues).toEqual([
      {
        code: "name_too_long",
        path: ["antenna_name", 0],
        message: "'123456789' has 9 characters, 8 are the most",
        found: "123456789",
        expected: 8,
      },
      {
        code: "name_too_long",
        path: ["antenna_name", 2],
        message: "'SKA001🔭🔭🔭' has 9 characters, 8 are the most",
        found: "SKA001🔭🔭🔭",
        expected: 8,
      },
    ]);
  });

  test("tells each field whose length is not that of the first", () => {
    const fields = { ...antennas("a", "b"), xel_offset: [1], fitted_height_std: new Float64Array(3) };
    expect(checkPointingFields(fields).issues).toEqual([
      {
        code: "unequal_length",
        path: ["xel_offset"],
        message: "field 'xel_offset' has the length 1, 'antenna_name' has 2",
        found: 1,
        expected: 2,
      },
      {
        code: "unequal_length",
        path: ["fitted_height_std"],
        message: "field 'fitted_height_std' has the length 3, 'antenna_name' has 2",
        found: 3,
        expected: 2,
      },
    ]);
  });

  test("compares lengths with the first field that is there", () => {
    const { antenna_name: _, ...numbers } = antennas("a", "b");
    const { issues } = checkPointingFields({ ...numbers, fitted_height: [1] });
    expect(issues.map(({ code, path, expected }) => [code, path[0], expected])).toEqual([
      ["missing_field", "antenna_name", "<U8"],
      ["unequal_length", "fitted_height", 2],
    ]);
  });

  test("has only missing fields to tell of a dict without fields", () => {
    const { columns, issues } = checkPointingFields({});
    expect(columns).toEqual({});
    expect(issues.map(({ code, path }) => [code, ...path])).toEqual(names.map((name) => ["missing_field", name]));
  });

  test("tells fields in their order, then unknown ones, then lengths", () => {
    const issues = issuesOf({ remark: "", fitted_height: null, el_offset: [1, 2], antenna_name: "much too long" });
    expect(issues.map(({ code, path }) => [code, ...path].join(" "))).toEqual([
      "name_too_long antenna_name 0",
      "wrong_type fitted_height",
      "unknown_field remark",
      "unequal_length el_offset",
    ]);
  });
});
