import { describe, expect, test } from "vitest";

import { DataArray, Dataset, DatasetError, NdArray, Variable } from "../src/index.ts";
import type { VariableInput } from "../src/index.ts";

const power = new DataArray(
  [
    [1, 2, 3],
    [4, 5, 6],
  ],
  {
    // prettier-ignore
    dims: ["receptor", "frequency"],
    coords: { receptor: ["X", "Y"], frequency: [1e9, 1.1e9, 1.2e9], day: 5 },
    name: "power",
    attrs: { units: "Jy" },
  },
);

describe("a DataArray", () => {
  test("has the dims, dtype, shape, size and sizes of its values", () => {
    expect([power.name, power.dims, power.dtype, power.shape, power.size, power.attrs]).toEqual(["power", ["receptor", "frequency"], "<f8", [2, 3], 6, { units: "Jy" }]); // prettier-ignore
    expect({ ...power.sizes }).toEqual({ receptor: 2, frequency: 3 });
    expect(Object.keys(power.coords)).toEqual(["receptor", "frequency", "day"]);
    expect([power.variable.size, power.variable.dtype, power.variable.shape]).toEqual([6, "<f8", [2, 3]]);
  });

  test("keeps its name, coordinates and attributes when a part is selected", () => {
    const part = power.sel({ receptor: "Y", frequency: [1.2e9, 1e9] });
    expect([part.name, part.dims, part.attrs, part.data.toList()]).toEqual(["power", ["frequency"], { units: "Jy" }, [6, 4]]); // prettier-ignore
    expect([part.coords["receptor"]?.data.at(), part.coords["day"]?.data.at()]).toEqual(["Y", 5]);
    expect(part.coords["frequency"]?.data.toList()).toEqual([1.2e9, 1e9]);
  });

  test("without dims has xarray's default names: dim_0, dim_1, …", () => {
    expect(new DataArray([[1, 2]]).dims).toEqual(["dim_0", "dim_1"]);
    expect(new DataArray(5).dims).toEqual([]);
    expect(new DataArray(new Date(5)).dims).toEqual([]);
    expect(new DataArray([new Date(5)]).dims).toEqual(["dim_0"]);
    expect(new DataArray(Uint8Array.of(1)).dims).toEqual(["dim_0"]);
    expect(new DataArray(NdArray.from([[[1]]])).dims).toEqual(["dim_0", "dim_1", "dim_2"]);
  });

  test("made of a Variable has its dims and attributes", () => {
    const array = new DataArray(new Variable("x", NdArray.from([1, 2]), { a: 1 }), { coords: { x: [3, 4] } });
    expect([array.dims, array.attrs, array.sel({ x: 4 }).data.at()]).toEqual([["x"], { a: 1 }, 2]);
  });

  test("made of a flat typed array takes its shape from coordinates", () => {
    const array = new DataArray(Float32Array.of(1, 2, 3, 4, 5, 6), {
      dims: ["a", "b"],
      coords: { a: [1, 2], b: [1, 2, 3] },
    });
    expect(array.data.toList()).toEqual([[1, 2, 3], [4, 5, 6]]); // prettier-ignore
  });

  test("may have any name and dimension, also those that are used internally", () => {
    for (const dim of ["values", "values_"]) {
      const array = new DataArray([1, 2], { dims: dim, coords: { [dim]: ["a", "b"] }, name: dim });
      expect([array.dims, array.sel({ [dim]: "b" }).data.at(), array.name]).toEqual([[dim], 2, dim]);
    }
    const bare = new DataArray([1, 2], { dims: "values" });
    expect([bare.dims, bare.coords]).toEqual([["values"], Object.create(null)]);
    const single = new DataArray([1, 2], { dims: "x", coords: { values: 5, values_: ["x", [3, 4]] } });
    expect([Object.keys(single.coords), single.data.toList()]).toEqual([
      ["values", "values_"],
      [1, 2],
    ]);
  });

  test("has coordinates only along its own dimensions", () => {
    const problems = (act: () => unknown): unknown => {
      try {
        return act();
      } catch (error) {
        return error instanceof DatasetError ? [error.message, error.problems] : error;
      }
    };
    const one = "coordinate 'q' lies along (y), the values along (x)";
    expect(problems(() => new DataArray([1], { dims: "x", coords: { q: ["y", [1]] } }))).toEqual([`this DataArray is not consistent: ${one}`, [one]]); // prettier-ignore
    const two = "coordinate 'q' lies along (x, y), the values along (x, z)";
    expect(problems(() => new DataArray([[1]], { dims: ["x", "z"], coords: { q: [["x", "y"], [[1]]] } }))).toEqual([`this DataArray is not consistent: ${two}`, [two]]); // prettier-ignore
    const short = "'values': values of shape (2) cannot lie along (x, y)";
    expect(problems(() => new DataArray([1, 2], { dims: ["x", "y"] }))).toEqual([`this DataArray is not consistent: ${short}`, [short]]); // prettier-ignore
  });
});

describe("a Dataset", () => {
  const dataset = new Dataset({
    dataVars: {
      v: [["x", "y"], [[1, 2]], { a: 1 }],
      w: ["y", [3, 4]],
    },
    coords: { y: ["a", "b"], late: ["x", [5]], both: [["x", "y"], [[6, 7]]], single: 8 },
  });

  test("returns a variable with the coordinates along its dimensions", () => {
    const found = (name: string): unknown => [dataset.get(name).name, Object.keys(dataset.get(name).coords)];
    expect(found("v")).toEqual(["v", ["y", "late", "both", "single"]]);
    expect(found("w")).toEqual(["w", ["y", "single"]]);
    expect(found("late")).toEqual(["late", ["late", "single"]]);
    expect(found("single")).toEqual(["single", ["single"]]);
    expect(dataset.get("v").attrs).toEqual({ a: 1 });
  });

  test("lists all names in the error for an unknown one", () => {
    expect(["v", "single", "x", "toString"].map((name) => dataset.has(name))).toEqual([true, true, false, false]);
    expect(() => dataset.get("x")).toThrow(
      new RangeError("there is no variable 'x' among (v, w, y, late, both, single)"),
    );
  });

  test("names its dimensions in the order in which they first appear", () => {
    expect([dataset.dims, { ...dataset.sizes }]).toEqual([["x", "y"], { x: 1, y: 2 }]);
    expect([new Dataset().dims, new Dataset().attrs]).toEqual([[], {}]);
  });

  test("makes a coordinate of a variable with the name of a dimension", () => {
    const given = new Dataset({ dataVars: { x: [1, 2], v: ["x", [3, 4]] } });
    expect([Object.keys(given.dataVars), Object.keys(given.coords)]).toEqual([["v"], ["x"]]);
  });

  test("takes over the coordinates of DataArrays, also of those given as coordinates", () => {
    const height = new DataArray([7, 8], { dims: "x", coords: { x: ["a", "b"], level: 1 } });
    const given = new Dataset({ dataVars: { v: ["x", [3, 4]] }, coords: { height } });
    expect(Object.keys(given.coords)).toEqual(["height", "x", "level"]);
    expect(given.sel({ x: "b" }).get("height").data.at()).toBe(8);
    // A data variable becomes a coordinate if a DataArray has it as one.
    const same = new Dataset({ dataVars: { level: 1, height } });
    expect([Object.keys(same.dataVars), Object.keys(same.coords)]).toEqual([["height"], ["level", "x"]]);
  });

  test("refuses a coordinate of a DataArray that differs from the existing one", () => {
    const brought = new DataArray([7, 8], { dims: "x", coords: { c: ["x", [1, 2]] } });
    const problem = "'brought' brings a different coordinate 'c'";
    for (const c of [
      ["x", [1, 3]],
      ["y", [1, 2]],
      [
        ["x", "y"],
        [[1], [2]],
      ],
      ["x", Float64Array.of(1, 3)],
      ["x", [1n, 2n]],
    ] as const) {
      expect(() => new Dataset({ dataVars: { brought }, coords: { c } })).toThrow(problem);
    }
    for (const c of [
      ["x", [1, 2]],
      ["x", Float64Array.of(1, 2)],
    ] as const) {
      expect(new Dataset({ dataVars: { brought }, coords: { c } }).coords["c"]?.data.toList()).toEqual([1, 2]);
    }
    const flat = new DataArray([[7, 8]], { dims: ["x", "y"], coords: { c: [["x", "y"], [[1, 2]]] } });
    expect(new Dataset({ dataVars: { flat }, coords: { c: [["x", "y"], Float64Array.of(1, 2)] } }).sizes).toMatchObject({ x: 1, y: 2 }); // prettier-ignore
    for (const values of [Float64Array.of(1, 3), Float64Array.of(1, 2, 3)])
      expect(() => new Dataset({ dataVars: { flat }, coords: { c: [["x", "y"], values] } })).toThrow("'flat' brings a different coordinate 'c'"); // prettier-ignore
  });
});

describe("variables that do not fit together", () => {
  test.each<readonly [string, Readonly<Record<string, VariableInput>>, readonly string[]]>([
    ["a dimension's name along another", { x: ["y", [1, 2]], v: ["x", [3]] }, ["'x' has a dimension's name, so it must lie along ('x'), not (y)"]], // prettier-ignore
    ["a dimension's name along itself and another", { x: [["x", "y"], [[1]]] }, ["'x' has a dimension's name, so it must lie along ('x'), not (x, y)"]], // prettier-ignore
    ["a dimension's name along none", { x: 5, v: ["x", [3]] }, ["'x' has a dimension's name, so it must lie along ('x'), not ()"]], // prettier-ignore
    ["too few dimensions of values", { a: ["y", [1, 2, 3]], c: [["x", "y"], [1, 2]] }, ["'c': values of shape (2) cannot lie along (x, y)"]], // prettier-ignore
    ["three sizes of one dimension", { a: ["x", [1]], b: ["x", [1, 2]], c: ["x", [1, 2, 3]] }, ["dimension 'x' has size 1 in 'a', but 2 in 'b'", "dimension 'x' has size 1 in 'a', but 3 in 'c'"]], // prettier-ignore
  ])("are listed in the error: %s", (_, dataVars, problems) => {
    expect(() => new Dataset({ dataVars })).toThrow(expect.objectContaining({ problems }));
  });

  test("a single value is not a coordinate along a dimension of size 1", () => {
    const brought = new DataArray([7], { dims: "x", coords: { c: ["x", [1]] } });
    expect(() => new Dataset({ dataVars: { brought }, coords: { c: [[], Float64Array.of(1)] } })).toThrow(
      "'brought' brings a different coordinate 'c'",
    );
  });
});

describe("a Variable", () => {
  test("requires dims", () => {
    expect(() => new Variable(undefined as never, NdArray.from([1]))).toThrow(
      new TypeError("dims must be a text or a list of texts, not undefined"),
    );
  });

  test("has a name for each dimension", () => {
    const problemsOf = (dims: readonly string[], data: NdArray): unknown => {
      try {
        return new Variable(dims, data);
      } catch (error) {
        return error instanceof DatasetError ? error.problems : error;
      }
    };
    const data = NdArray.from([[1, 2]]);
    expect(problemsOf(["x"], data)).toEqual(["values of shape (1, 2) cannot lie along (x)"]);
    expect(problemsOf(["x", "y", "z"], data)).toEqual(["values of shape (1, 2) cannot lie along (x, y, z)"]);
    expect(problemsOf(["x", "x"], data)).toEqual(["two dimensions are named 'x'"]);
    expect(problemsOf(["x", "x", "x"], NdArray.from([[[1]]]))).toEqual(["two dimensions are named 'x'", "two dimensions are named 'x'"]); // prettier-ignore
    expect(() => new Variable(["x"], data)).toThrow("this variable is not consistent: values of shape");
  });

  test("has the length along each dimension", () => {
    const variable = new Variable(["x", "toString"], NdArray.from([[1, 2]]));
    expect({ ...variable.sizes }).toEqual({ x: 1, toString: 2 });
    expect(Object.getPrototypeOf(variable.sizes)).toBeNull();
  });
});
