import { DataArray, Dataset, NdArray } from "@dataqueues/arrays";
import type { DatasetOptions } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { checkArray, checkAttributes, checkVariables } from "../src/datasets/check-array.ts";
import type { ArrayDefinition, AttributeDefinition, VariableDefinition } from "../src/datasets/definition.ts";

const placeOf = ({ code, path }: { code: string; path: readonly (string | number)[] }): string =>
  [code, ...path].join(" ");
const variablesOf = (coords: DatasetOptions["coords"]) => new Dataset({ coords: coords ?? {} }).coords;

describe("checkArray", () => {
  const array = new DataArray([1, 2.5], { dims: ["time"], attrs: { units: "Jy", other: 1 } });
  const definition = { dims: ["time"], dtype: "<f8" } as const satisfies ArrayDefinition;
  const units: AttributeDefinition = { type: "str", literal: ["K"] };

  test("has nothing to say of an array as defined, whose attributes do not matter", () => {
    expect(checkArray(array, {}, definition, false)).toEqual([]);
  });

  test("tells dims, dtype, attributes and coordinates in this order", () => {
    const time = { dims: ["time"], dtype: "<f8" };
    const issues = checkArray(array, {}, { dims: ["angle"], dtype: "<f4", attrs: { units }, coords: { time } }, false);
    expect(issues.map(placeOf)).toEqual([
      "wrong_dims dims",
      "wrong_dtype dtype",
      "bad_literal attrs units",
      "missing_coordinate coords time",
    ]);
  });

  test("tells attributes that no definition knows when it is strict, also where none is defined", () => {
    const unexpected = (name: string) => ({
      code: "unexpected_attr",
      path: ["attrs", name],
      message: "The schema does not know this attribute",
    });
    expect(checkArray(array, {}, definition, true)).toEqual([unexpected("units"), unexpected("other")]);
    const attrs = { units: { type: "str" } } as const;
    expect(checkArray(array, {}, { ...definition, attrs }, true)).toEqual([unexpected("other")]);
  });

  test("counts only coordinates along the array's own dimensions, and needs no others, strict or not", () => {
    const coords = variablesOf({
      time: [0, 1],
      label: [["time"], ["a", "b"]],
      epoch: 2000,
      angle: [0, 1, 2],
      both: [["time", "angle"], new Float64Array(6)],
    });
    const wanted = (name: string, dims: string[], dtype: string) =>
      checkArray(
        { attrs: {}, dims: array.dims, dtype: array.dtype },
        coords,
        {
          ...definition,
          coords: { [name]: { dims, dtype } },
        },
        true,
      ).map(placeOf);
    expect(wanted("label", ["time"], "<U0")).toEqual([]);
    expect(wanted("label", ["time"], "<f8")).toEqual(["wrong_dtype coords label dtype"]);
    expect(wanted("epoch", [], "<f8")).toEqual([]);
    expect(wanted("angle", ["angle"], "<f8")).toEqual(["missing_coordinate coords angle"]);
    expect(wanted("both", ["time", "angle"], "<f8")).toEqual(["missing_coordinate coords both"]);
  });
});

describe("checkVariables", () => {
  const variables = variablesOf({ FLAG: [["time"], [1]], FLAG_2: [["time"], [1]], FLAGS: [["time"], [1]] });
  const flag = { dims: ["time"], dtype: "|b1" } as const satisfies VariableDefinition;
  const wrong = (name: string) => `wrong_dtype coords ${name} dtype`;

  test.each<[change: Partial<VariableDefinition>, issues: readonly string[]]>([
    [{}, [wrong("FLAG")]],
    [{ versions: false }, [wrong("FLAG")]],
    [{ versions: true }, [wrong("FLAG"), wrong("FLAG_2")]],
    [{ optional: true }, [wrong("FLAG")]],
    [{ dtype: "<f8", versions: true }, []],
  ])("checks the variable, and its versions if there may be some: %o", (change, issues) => {
    const found = checkVariables(variables, {}, { FLAG: { ...flag, ...change } }, "coords", false);
    expect(found.map(placeOf)).toEqual(issues);
  });

  test("a version alone is enough, and known to the strict", () => {
    const { FLAG_2 } = variables;
    const only = FLAG_2 === undefined ? {} : { FLAG_2 };
    const versions = { ...flag, dtype: "<f8", versions: true };
    expect(checkVariables(only, {}, { FLAG: versions }, "data_vars", true)).toEqual([]);
    expect(
      checkVariables(only, {}, { FLAG: { ...versions, versions: false } }, "data_vars", true).map(placeOf),
    ).toEqual(["missing_data_var data_vars FLAG", "unexpected_data_var data_vars FLAG_2"]);
  });

  test("tells a missing coordinate and a missing data variable each in xradio's words", () => {
    const definitions = { weight: flag, mask: { ...flag, optional: true }, flux: { ...flag, optional: false } };
    const wanted = { time: flag };
    expect(checkVariables(variables, {}, wanted, "coords", false)).toEqual([
      {
        code: "missing_coordinate",
        path: ["coords", "time"],
        message: "Required coordinate 'time' is missing!",
        expected: ["time"],
      },
    ]);
    const found = ["FLAG", "FLAG_2", "FLAGS"];
    const missing = (name: string) => ({
      code: "missing_data_var",
      path: ["data_vars", name],
      message: `Required data variable '${name}' is missing (have FLAG,FLAG_2,FLAGS)!`,
      found,
      expected: [name],
    });
    expect(checkVariables(variables, {}, definitions, "data_vars", false)).toEqual([
      missing("weight"),
      missing("flux"),
    ]);
    expect(checkVariables({}, {}, { time: { ...flag, optional: true } }, "coords", false)).toEqual([]);
  });

  test("tells what is unknown when it is strict, behind all else", () => {
    const FLAG = { ...flag, dtype: "<f8" };
    const unexpected = (code: string, kind: string, what: string) =>
      ["FLAG_2", "FLAGS"].map((name) => ({
        code,
        path: [kind, name],
        message: `The schema does not know this ${what}`,
      }));
    expect(checkVariables(variables, {}, { FLAG }, "coords", true)).toEqual(
      unexpected("unexpected_coordinate", "coords", "coordinate"),
    );
    expect(checkVariables(variables, {}, { FLAG }, "data_vars", true)).toEqual(
      unexpected("unexpected_data_var", "data_vars", "data variable"),
    );
    expect(checkVariables(variables, {}, { FLAG: flag }, "coords", true).map(({ code }) => code)).toEqual([
      "wrong_dtype",
      "unexpected_coordinate",
      "unexpected_coordinate",
    ]);
  });

  test("hands on that it is strict", () => {
    const attributed = new Dataset({ coords: { FLAG: [["time"], [1], { note: "a" }] } }).coords;
    const check = (strict: boolean) =>
      checkVariables(attributed, {}, { FLAG: { ...flag, dtype: "<f8" } }, "coords", strict).map(placeOf);
    expect(check(true)).toEqual(["unexpected_attr coords FLAG attrs note"]);
    expect(check(false)).toEqual([]);
  });
});

describe("checkAttributes", () => {
  const definitions = { units: { type: "str" }, note: { type: "float", optional: true } } as const;

  test.each([[{}], [{ units: null }], [{ units: undefined }]])("tells that one is missing from %o", (attrs) => {
    expect(checkAttributes(attrs, definitions, ["attrs"], false)).toEqual([
      {
        code: "missing_attr",
        path: ["attrs", "units"],
        message: 'Non-optional attribute is missing! (expected: "str")',
        expected: ["str"],
      },
    ]);
  });

  test.each<[value: unknown, issues: readonly string[]]>([
    [null, []],
    [undefined, []],
    [1.5, []],
    ["a", ["wrong_attr_type note"]],
  ])("takes %o for an optional one, or tells %o", (note, issues) => {
    expect(checkAttributes({ units: "Jy", note }, definitions, [], false).map(placeOf)).toEqual(issues);
  });

  test("takes nothing from a prototype, neither a value nor a definition", () => {
    const attrs: Record<string, unknown> = Object.create({ units: "Jy" });
    expect(checkAttributes(attrs, definitions, [], false).map(placeOf)).toEqual(["missing_attr units"]);
    expect(checkAttributes({ units: "Jy", toString: 1 }, definitions, [], true).map(placeOf)).toEqual([
      "unexpected_attr toString",
    ]);
    const inherited = { toString: { type: "any" } as const satisfies AttributeDefinition };
    expect(checkAttributes({}, inherited, [], false).map(placeOf)).toEqual(["missing_attr toString"]);
  });

  test("looks into dicts, strict or not", () => {
    const entries = { name: { type: "str" } } as const;
    const site = (value: unknown, strict = false) =>
      checkAttributes({ site: value }, { site: { type: "dict", entries } }, ["attrs"], strict).map(placeOf);
    expect(site({ name: "MID", owner: "SKAO" })).toEqual([]);
    expect(site({ name: "MID", owner: "SKAO" }, true)).toEqual(["unexpected_attr attrs site owner"]);
    expect(site({})).toEqual(["missing_attr attrs site name"]);
    expect(checkAttributes({ site: ["MID"] }, { site: { type: "dict", entries } }, ["attrs"], false)).toEqual([
      {
        code: "wrong_attr_type",
        path: ["attrs", "site"],
        message: "list is not a dictionary!",
        found: "list",
        expected: ["dict"],
      },
    ]);
  });

  test.each([false, true])("takes any dict where no entries are defined, strict or not: %o", (strict) => {
    const site: AttributeDefinition = { type: "dict", entries: {} };
    expect(checkAttributes({ site: { name: "MID", place: { x: 1 } } }, { site }, ["attrs"], strict)).toEqual([]);
    expect(checkAttributes({ site: {} }, { site }, ["attrs"], strict)).toEqual([]);
    expect(checkAttributes({ site: 1 }, { site }, ["attrs"], strict).map(placeOf)).toEqual([
      "wrong_attr_type attrs site",
    ]);
  });

  describe("of a DataArray", () => {
    const array = {
      dims: ["time"],
      dtype: "<f8",
      attrs: { units: { type: "str" } },
      coords: { time: { dims: ["time"], dtype: "<f8" } },
    } as const satisfies ArrayDefinition;
    const check = (value: unknown, strict = false) =>
      checkAttributes({ offset: value }, { offset: { type: "dataarray", array } }, ["attrs"], strict);
    const good = new DataArray([0.5], { dims: ["time"], coords: { time: [1.5] }, attrs: { units: "s" } });

    test("take one, or its dict", () => {
      expect(check(good)).toEqual([]);
      expect(check(good.toDict())).toEqual([]);
    });

    test("tell what is wrong in it, at its place", () => {
      const bad = new DataArray(new Int32Array(1), { dims: ["time"], coords: { time: ["now"] }, attrs: { note: "a" } });
      const issues = [
        "wrong_dtype attrs offset dtype",
        "missing_attr attrs offset attrs units",
        "wrong_dtype attrs offset coords time dtype",
      ];
      expect(check(bad).map(placeOf)).toEqual(issues);
      expect(check(bad.toDict()).map(placeOf)).toEqual(issues);
      expect(check(bad, true).map(placeOf)).toEqual(issues.toSpliced(2, 0, "unexpected_attr attrs offset attrs note"));
    });

    test.each<[value: unknown, found: string]>([
      ["a", "str"],
      [1, "int"],
      [[1], "list"],
      [NdArray.from([1]), "ndarray"],
      [new Dataset(), "Dataset"],
    ])("tell that %o is none", (value, found) => {
      const message = `${found} is not an xarray.DataArray!`;
      expect(check(value)).toEqual([
        { code: "wrong_attr_type", path: ["attrs", "offset"], message, found, expected: ["DataArray"] },
      ]);
    });

    test("tell why a dict is none", () => {
      expect(check({ dims: ["time"] })).toEqual([
        {
          code: "wrong_attr_type",
          path: ["attrs", "offset"],
          message: "this is not the dict of a DataArray: the dict.data is neither an array, a list nor a single value",
          found: "dict",
          expected: ["DataArray"],
        },
      ]);
    });
  });
});
