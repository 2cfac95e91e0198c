import { describe, expect, test } from "vitest";

import { alternatives, checkDims } from "../src/datasets/check-dims.ts";

describe("alternatives", () => {
  test.each([
    [["time"], [["time"]]],
    [["time", "angle"], [["time", "angle"]]],
    [[], [[]]],
    [[[]], [[]]],
    [[["time"]], [["time"]]],
    [
      [["time"], ["time", "angle"]],
      [["time"], ["time", "angle"]],
    ],
    [
      [[], ["time"]],
      [[], ["time"]],
    ],
  ])("of %o are %o", (dims, expected) => {
    expect(alternatives(dims)).toEqual(expected);
  });
});

describe("checkDims", () => {
  test.each<[found: readonly string[], expected: readonly (readonly string[])[]]>([
    [[], [[]]],
    [["time"], [["time"]]],
    [["time", "angle"], [["time", "angle"]]],
    [["time"], [[], ["time"]]],
    [
      ["time", "angle"],
      [["angle"], ["time"], ["time", "angle"]],
    ],
  ])("%o is one of %o, in any order or not", (found, expected) => {
    expect(checkDims(found, expected)).toBeUndefined();
    expect(checkDims(found, expected, true)).toBeUndefined();
  });

  test("the order of dimensions counts, unless any will do", () => {
    const expected = [["antenna"], ["time", "antenna", "angle"]];
    const found = ["time", "angle", "antenna"];
    expect(checkDims(found, expected, true)).toBeUndefined();
    expect(checkDims(found, expected)).toEqual({
      code: "wrong_dim_order",
      path: ["dims"],
      message:
        "Dimensions are in the wrong order! Consider transpose()" +
        ' (expected: ["time","antenna","angle"] found: ["time","angle","antenna"])',
      found,
      expected: [["time", "antenna", "angle"]],
    });
    expect(checkDims(["b", "a"], [["a", "b"]], false)).toMatchObject({ code: "wrong_dim_order" });
  });

  test.each<[found: readonly string[], expected: readonly (readonly string[])[], code: string, sentence: string]>([
    [[], [["time"]], "missing_dim", "Missing dimension 'time'!"],
    [["time"], [["time", "angle"]], "missing_dim", "Missing dimension 'angle'!"],
    [["b"], [["d", "c", "b", "a"]], "missing_dim", "Missing dimension 'a','c','d'!"],
    [["time"], [[]], "superfluous_dim", "Superfluous coordinate 'time'?"],
    [["time", "angle"], [["angle"]], "superfluous_dim", "Superfluous coordinate 'time'?"],
    [["d", "c", "b", "a"], [["b"]], "superfluous_dim", "Superfluous coordinate 'a','c','d'?"],
    [["time"], [["angle"]], "wrong_dims", "Unexpected coordinates, replace 'time' by 'angle'?"],
    [["time", "y", "x"], [["time", "m", "l"]], "wrong_dims", "Unexpected coordinates, replace 'x','y' by 'l','m'?"],
    // The nearest alternative, wherever it stands: with the fewest names on one of both sides only.
    [["a", "b"], [["c"], ["a"]], "superfluous_dim", "Superfluous coordinate 'b'?"],
    [["a", "b"], [["a"], ["c"]], "superfluous_dim", "Superfluous coordinate 'b'?"],
    [
      ["a"],
      [
        ["a", "b", "c"],
        ["a", "b"],
      ],
      "missing_dim",
      "Missing dimension 'b'!",
    ],
    [
      ["a"],
      [
        ["a", "b"],
        ["a", "b", "c"],
      ],
      "missing_dim",
      "Missing dimension 'b'!",
    ],
    [
      ["a", "b", "c"],
      [
        ["a", "b", "c", "d", "e"],
        ["a", "b"],
      ],
      "superfluous_dim",
      "Superfluous coordinate 'c'?",
    ],
    [["a", "b", "c"], [["a"], ["a", "b", "c", "d"]], "missing_dim", "Missing dimension 'd'!"],
    // Of two that are as near the first one.
    [["a", "b"], [["a"], ["a", "b", "c"]], "superfluous_dim", "Superfluous coordinate 'b'?"],
    [["a", "b"], [["a", "b", "c"], ["a"]], "missing_dim", "Missing dimension 'c'!"],
  ])("%o for %o: %s, %s", (found, expected, code, sentence) => {
    const shown = expected.map((dims) => JSON.stringify(dims)).join(" or ");
    const issue = {
      code,
      path: ["dims"],
      message: `${sentence} (expected: ${shown} found: ${JSON.stringify(found)})`,
      found,
      expected,
    };
    expect(checkDims(found, expected)).toEqual(issue);
    expect(checkDims(found, expected, true)).toEqual(issue);
  });
});
