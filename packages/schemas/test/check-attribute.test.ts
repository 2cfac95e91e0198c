import { NdArray } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { checkAttribute, wrongType } from "../src/datasets/check-attribute.ts";
import type { PlainAttribute } from "../src/datasets/check-attribute.ts";
import type { Literal } from "../src/datasets/definition.ts";
import { typeName } from "../src/type-name.ts";

type Type = PlainAttribute["type"];

// Values of each kind, and the types that take them.
const values: readonly (readonly [value: unknown, types: readonly Type[]])[] = [
  [true, ["bool"]],
  [false, ["bool"]],
  ["", ["str"]],
  ["1", ["str"]],
  [0, ["int", "float"]],
  [-7, ["int", "float"]],
  [2 ** 60, ["int", "float"]],
  [1.5, ["float"]],
  [NaN, ["float"]],
  [Infinity, ["float"]],
  [5n, ["int"]],
  [2n ** 70n, ["int"]],
  [[], ["list[str]", "list[float]", "list[list[float]]"]],
  [["a"], ["list[str]"]],
  [["a", 1], []],
  [[1, 2.5, NaN], ["list[float]"]],
  [[1, "a"], []],
  [[1, 2n], []],
  [[[]], ["list[list[float]]"]],
  [[[1], [2.5, 3]], ["list[list[float]]"]],
  [[[1], 2], []],
  [[[1], ["a"]], []],
  [{ a: 1 }, []],
  [new Float64Array(2), []],
  [NdArray.from([1, 2]), []],
];
const types: readonly Type[] = ["bool", "str", "int", "float", "list[str]", "list[float]", "list[list[float]]", "any"];

describe("an attribute of type", () => {
  test.each(types)("%s takes its values and no others", (type) => {
    const taken = values.filter(([value]) => checkAttribute(value, { type }).length === 0);
    expect(taken).toEqual(values.filter(([, takers]) => type === "any" || takers.includes(type)));
  });

  test.each<[type: Type, value: unknown, complaint: string]>([
    ["bool", 1, "is not a bool!"],
    ["str", 1, "is not a str!"],
    ["int", 1.5, "is not a int!"],
    ["float", "1", "is not a float!"],
    ["float", 1n, "is not a float!"],
    ["list[str]", "a", "is not a list!"],
    ["list[str]", { a: 1 }, "is not a list!"],
    ["list[str]", [1], "is not a list of strings!"],
    ["list[float]", "a", "is not a list of floats!"],
    ["list[float]", ["a"], "is not a list of floats!"],
    ["list[list[float]]", "a", "is not a list of lists of floats!"],
    ["list[list[float]]", [1], "is not a list of lists of floats!"],
  ])("%s says of %o that it %s", (type, value, complaint) => {
    const found = typeName(value);
    const issue = { code: "wrong_attr_type", path: [], message: `${found} ${complaint}`, found };
    expect(checkAttribute(value, { type })).toEqual([{ ...issue, expected: [type] }]);
    expect(checkAttribute(value, { type, optional: false })).toEqual([{ ...issue, expected: [type] }]);
    expect(checkAttribute(value, { type, optional: true })).toEqual([{ ...issue, expected: [type, "NoneType"] }]);
  });

  test("another type is told before the literals", () => {
    expect(checkAttribute(1, { type: "str", literal: ["1"] }).map(({ code }) => code)).toEqual(["wrong_attr_type"]);
  });
});

describe("a literal", () => {
  test.each<[value: unknown, literal: readonly Literal[]]>([
    ["Jy", ["Jy"]],
    ["K", ["Jy", "K"]],
    [1, [1]],
    [1n, [1]],
    [true, [true]],
    [0, [-0]],
    [
      ["X", "Y"],
      [["X"], ["X", "Y"]],
    ],
    [[], [[]]],
    [[1n], [[1]]],
    [[["a"], 1], [[["a"], 1]]],
  ])("%o is one of %o", (value, literal) => {
    expect(checkAttribute(value, { type: "any", literal })).toEqual([]);
  });

  test.each<[value: unknown, literal: readonly Literal[], message: string]>([
    ["mJy", ["Jy", "K"], '(expected: "Jy" or "K" found: "mJy")'],
    ["jy", ["Jy"], '(expected: "Jy" found: "jy")'],
    ["1", [1], '(expected: 1 found: "1")'],
    [1, ["1"], '(expected: "1" found: 1)'],
    [1, [true], "(expected: true found: 1)"],
    [2n, [1], "(expected: 1 found: 2)"],
    [1n, [true], "(expected: true found: 1)"],
    [1n, ["1"], '(expected: "1" found: 1)'],
    [1n, [[1]], "(expected: [1] found: 1)"],
    ["X", [["X"]], '(expected: ["X"] found: "X")'],
    [["X"], ["X"], '(expected: "X" found: ["X"])'],
    [["X"], [["X", "Y"]], '(expected: ["X","Y"] found: ["X"])'],
    [["X", "Y"], [["X"]], '(expected: ["X"] found: ["X","Y"])'],
    [["Y", "X"], [["X", "Y"]], '(expected: ["X","Y"] found: ["Y","X"])'],
    [["X", "X"], [["X", "Y"]], '(expected: ["X","Y"] found: ["X","X"])'],
    [{ length: 1, 0: "X" }, [["X"]], '(expected: ["X"] found: {"0":"X","length":1})'],
    [[["a"]], [[["b"]]], '(expected: [["b"]] found: [["a"]])'],
  ])("%o is none of %o", (value, literal, message) => {
    expect(checkAttribute(value, { type: "any", literal })).toEqual([
      {
        code: "bad_literal",
        path: [],
        message: `Disallowed literal value! ${message}`,
        found: value,
        expected: literal,
      },
    ]);
  });
});

describe("wrongType", () => {
  const array = { dims: [], dtype: "<f8" };

  test("calls a dataarray by xarray's name", () => {
    expect(wrongType("is not right!", "a", { type: "dataarray", array })).toEqual({
      code: "wrong_attr_type",
      path: [],
      message: "str is not right!",
      found: "str",
      expected: ["DataArray"],
    });
    expect(wrongType("", 1, { type: "dataarray", array, optional: true }).expected).toEqual(["DataArray", "NoneType"]);
    expect(wrongType("", 1, { type: "dict", entries: {}, optional: true }).expected).toEqual(["dict", "NoneType"]);
  });
});
