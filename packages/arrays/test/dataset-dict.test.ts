import { describe, expect, test } from "vitest";

import { DataArray, Dataset, DatasetError, NdArray } from "../src/index.ts";

function problemsOf(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof DatasetError) return [error.message.split(":")[0] ?? "", ...error.problems];
    throw error;
  }
  return [];
}

const variable = { dims: ["x"], data: [1, 2] };

describe("the dict of a Dataset", () => {
  // https://docs.xarray.dev/en/stable/generated/xarray.Dataset.to_dict.html
  test("is read from lists, arrays, typed arrays and single values, with attributes", () => {
    const dataset = Dataset.fromDict({
      coords: {
        x: { dims: "x", attrs: { long_name: "place" }, data: ["a", "b"] },
        t: { dims: [], attrs: {}, data: 5n },
      },
      attrs: { title: "all" },
      dims: { x: 2 },
      data_vars: {
        list: { dims: ["x"], data: [1, 2] },
        array: { dims: "x", data: NdArray.from([3n, 4n]) },
        typed: { dims: ["x"], data: Float32Array.of(5, 6) },
        flag: { dims: [], data: true },
        text: { dims: [], data: "so" },
        number: { dims: [], data: 0.5 },
      },
    });
    const values = Object.entries(dataset.dataVars).map(([name, { dims, data }]) => [name, dims, data.toList()]);
    expect(values).toEqual([
      ["list", ["x"], [1, 2]],
      ["array", ["x"], [3n, 4n]],
      ["typed", ["x"], [5, 6]],
      ["flag", [], true],
      ["text", [], "so"],
      ["number", [], 0.5],
    ]);
    expect([dataset.attrs, dataset.coords["x"]?.attrs, dataset.coords["t"]?.data.at()]).toEqual([{ title: "all" }, { long_name: "place" }, 5n]); // prettier-ignore
  });

  test("may be empty, with or without a prototype", () => {
    expect(Dataset.fromDict({}).identical(new Dataset())).toBe(true);
    expect(Dataset.fromDict(Object.create(null)).identical(new Dataset())).toBe(true);
  });

  test.each<readonly [string, unknown, string[]]>([
    ["null", null, ["the dict is not a dict"]],
    ["a list", [], ["the dict is not a dict"]],
    ["a text", "x", ["the dict is not a dict"]],
    ["bytes", new Uint8Array(1), ["the dict is not a dict"]],
    ["undefined", undefined, ["the dict is not a dict"]],
    ["a Map", new Map([[1, 2]]), ["the dict has keys that are not text"]],
    ["attrs that are text", { attrs: "x" }, ["the dict.attrs is not a dict"]],
    ["attrs that are null", { attrs: null }, ["the dict.attrs is not a dict"]],
    ["variables in a list", { data_vars: [variable] }, ["data_vars is not a dict"]],
    ["coords by numbers", { coords: new Map([[1, variable]]) }, ["coords has keys that are not text"]],
    ["a variable that is null", { data_vars: { v: null } }, ["data_vars['v'] is not a dict", "data_vars['v'].dims is not a list of names"]], // prettier-ignore
    ["no dims", { data_vars: { v: { data: [1] } } }, ["data_vars['v'].dims is not a list of names"]],
    ["dims of numbers", { coords: { v: { dims: ["x", 1], data: [1] } } }, ["coords['v'].dims is not a list of names"]],
    ["no data", { data_vars: { v: { dims: ["x"] } } }, ["data_vars['v'].data is neither an array, a list nor a single value"]], // prettier-ignore
    ["data that is null", { data_vars: { v: { dims: ["x"], data: null } } }, ["data_vars['v'].data is neither an array, a list nor a single value"]], // prettier-ignore
    ["data that is an object", { data_vars: { v: { dims: ["x"], data: {} } } }, ["data_vars['v'].data is neither an array, a list nor a single value"]], // prettier-ignore
    ["data that is a function", { data_vars: { v: { dims: ["x"], data: () => 1 } } }, ["data_vars['v'].data is neither an array, a list nor a single value"]], // prettier-ignore
    ["data that is a symbol", { data_vars: { v: { dims: ["x"], data: Symbol("x") } } }, ["data_vars['v'].data is neither an array, a list nor a single value"]], // prettier-ignore
    ["attrs of a variable", { data_vars: { v: { ...variable, attrs: [] } } }, ["data_vars['v'].attrs is not a dict"]],
    ["all of it", { attrs: 1, coords: 2, data_vars: { v: { dims: 3 }, w: 4 } }, ["data_vars['v'].dims is not a list of names", "data_vars['w'] is not a dict", "data_vars['w'].dims is not a list of names", "coords is not a dict", "the dict.attrs is not a dict"]], // prettier-ignore
  ])("%s: every problem is listed", (_, dict, problems) => {
    expect(problemsOf(() => Dataset.fromDict(dict))).toEqual(["this is not the dict of a Dataset", ...problems]);
  });

  test("with variables that do not fit together is refused like a Dataset", () => {
    const dict = { data_vars: { v: variable, w: { dims: ["x"], data: [1] } } };
    expect(problemsOf(() => Dataset.fromDict(dict))).toEqual([
      "this Dataset is not consistent",
      "dimension 'x' has size 2 in 'v', but 1 in 'w'",
    ]);
  });

  test("is written in xarray's order, with sizes and attributes", () => {
    const given = new Dataset({
      dataVars: { v: [["x", "y"], [[1, 2]], { units: "m" }] },
      coords: { y: ["a", "b"] },
      attrs: { title: "all" },
    });
    const dict = given.toDict();
    expect(Object.keys(dict)).toEqual(["coords", "attrs", "dims", "data_vars"]);
    expect(dict).toMatchObject({ attrs: { title: "all" }, dims: { x: 1, y: 2 } });
    expect(Object.keys(dict.coords)).toEqual(["y"]);
    const { v } = dict.data_vars;
    expect([v?.dims, v?.attrs, v?.data.toList(), Object.keys(v ?? {})]).toEqual([["x", "y"], { units: "m" }, [[1, 2]], ["dims", "attrs", "data"]]); // prettier-ignore
  });
});

describe("the dict of a DataArray", () => {
  test("is read with its name, coordinates and attributes", () => {
    const dict = {
      dims: ["x"],
      attrs: { units: "m" },
      data: [1, 2],
      coords: { x: { dims: ["x"], attrs: {}, data: ["a", "b"] } },
    };
    const named = DataArray.fromDict({ ...dict, name: "n" });
    expect([named.name, named.attrs, named.data.toList(), named.sel({ x: "b" }).data.at()]).toEqual(["n", { units: "m" }, [1, 2], 2]); // prettier-ignore
    for (const name of [null, undefined, 5]) expect(DataArray.fromDict({ ...dict, name }).name).toBeUndefined();
  });

  test.each<readonly [string, unknown, string[]]>([
    ["null", null, ["the dict is not a dict", "the dict.dims is not a list of names", "the dict is not a dict"]],
    ["no data", { dims: [] }, ["the dict.data is neither an array, a list nor a single value"]],
    ["attrs", { ...variable, attrs: 5 }, ["the dict.attrs is not a dict"]],
    ["coords", { ...variable, coords: { x: 5 } }, ["coords['x'] is not a dict", "coords['x'].dims is not a list of names"]], // prettier-ignore
  ])("%s: every problem is listed", (_, dict, problems) => {
    expect(problemsOf(() => DataArray.fromDict(dict))).toEqual(["this is not the dict of a DataArray", ...problems]);
  });

  test("is written with None as the name if there is none", () => {
    const array = new DataArray([1], { dims: "x", coords: { x: [5] }, attrs: { a: 1 } });
    expect(Object.keys(array.toDict())).toEqual(["dims", "attrs", "data", "coords", "name"]);
    expect(array.toDict()).toMatchObject({ dims: ["x"], attrs: { a: 1 }, name: null });
    expect(array.toDict().data.toList()).toEqual([1]);
    expect(array.toDict().coords["x"]?.data.toList()).toEqual([5]);
    expect(new DataArray([1], { name: "n" }).toDict().name).toBe("n");
  });
});

test("names such as constructor and __proto__ are safe in dicts", () => {
  const dict = JSON.parse('{"data_vars": {"__proto__": {"dims": ["constructor"], "data": [1, 2]}}}') as unknown;
  const dataset = Dataset.fromDict(dict);
  expect(Object.keys(dataset.dataVars)).toEqual(["__proto__"]);
  expect(dataset.get("__proto__").data.toList()).toEqual([1, 2]);
  expect(Object.keys(dataset.sizes)).toEqual(["constructor"]);
});
