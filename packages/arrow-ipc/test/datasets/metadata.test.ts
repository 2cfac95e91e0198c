import { expect, test } from "vitest";
import { readAxes, readDescription, readDict, readVariables } from "../../src/datasets/metadata.ts";

const refused = (code: string, message: string): unknown =>
  expect.objectContaining({ name: "FormatError", codec: "xarray", code, message, offset: undefined });

const describe = (text: string, maxLength = 100): unknown => readDescription(new Map([["xarray", text]]), maxLength);

test("the description is the JSON under the key xarray", () => {
  expect(describe('{"attrs": {"a": NaN}}')).toEqual({ attrs: { a: NaN } });
});

test("metadata without the key are no Dataset", () => {
  expect(() => readDescription(new Map([["pandas", "{}"]]), 100)).toThrow(
    refused(
      "metadata",
      "the Arrow schema has no key 'xarray': this is no Dataset; arrow() of @dataqueues/codec-arrow reads any table",
    ),
  );
});

test("a description may have as many characters as allowed, and not one more", () => {
  expect(describe('{"a": 1}', 8)).toEqual({ a: 1 });
  expect(() => describe('{"a": 1}', 7)).toThrow(
    refused("metadata", "the description has 8 characters, more than maxDescriptionLength (7)"),
  );
});

test("what is not JSON is refused with the place, and with the cause where there is one", () => {
  expect(() => describe("{1: 1}")).toThrow(
    refused("metadata", "the metadata 'xarray' are not JSON: a key in double quotes is missing, at byte 1"),
  );
  expect(() => describe(String.raw`{"\x41": 1}`)).toThrow(expect.objectContaining({ cause: expect.any(SyntaxError) }));
});

test.each(["[]", "null", "1", '"{}"'])("the JSON %s is no description", (text) => {
  expect(() => describe(text)).toThrow(refused("metadata", "xarray is not a dict"));
});

test.each([[[1]], [null], [undefined], ["a"], [1]])("%j is no dict", (value) => {
  expect(() => readDict(value, "attrs")).toThrow(refused("metadata", "attrs is not a dict"));
});

test("variables are read with their names, in their order", () => {
  const v = { dims: ["x"], attrs: { units: "Jy" }, dtype: "float64", shape: [2] };
  const w = { dims: [], shape: [], dtype: "object" };
  expect(readVariables({ v, w }, "coords")).toEqual([
    ["v", { dims: ["x"], attrs: { units: "Jy" }, dtype: "<f8", shape: [2] }],
    ["w", { dims: [], attrs: {}, dtype: undefined, shape: [] }],
  ]);
  for (const none of [undefined, null, {}]) expect(readVariables(none, "coords")).toEqual([]);
});

const good = { dims: ["x"], attrs: {}, dtype: "float64", shape: [2] };
test.each<[code: string, message: string, variables: unknown]>([
  ["metadata", "coords is not a dict", []],
  ["metadata", "coords['v'] is not a dict", { v: null }],
  ["metadata", "coords['v'].attrs is not a dict", { v: { ...good, attrs: [] } }],
  ["metadata", "coords['v'].attrs is not a dict", { v: { ...good, attrs: null } }],
  ["metadata", "coords['v'].dims is not a list of names", { v: { ...good, dims: "x" } }],
  ["metadata", "coords['v'].dims is not a list of names", { v: { ...good, dims: [1] } }],
  ["metadata", "coords['v'].dims is not a list of names", { v: { ...good, dims: ["x", null] } }],
  ["metadata", "coords['v'].shape is not a list of sizes", { v: { ...good, shape: 2 } }],
  ["metadata", "coords['v'].shape is not a list of sizes", { v: { ...good, shape: ["2"] } }],
  ["metadata", "coords['v'].shape is not a list of sizes", { v: { ...good, shape: [-1] } }],
  ["metadata", "coords['v'].shape is not a list of sizes", { v: { ...good, shape: [1, 1.5] } }],
  ["metadata", "coords['v'].shape is not a list of sizes", { v: { ...good, shape: [2n ** 60n] } }],
  ["metadata", "coords['v'] has 1 dims for a shape of 2", { v: { ...good, shape: [2, 2] } }],
  ["metadata", "coords['v'] has 2 dims for a shape of 1", { v: { ...good, dims: ["x", "y"] } }],
  ["dtype", "coords['v'].dtype 'float7' is none that a variable can have", { v: { ...good, dtype: "float7" } }],
  ["dtype", "coords['v'].dtype 'undefined' is none that a variable can have", { v: { ...good, dtype: undefined } }],
  ["dtype", "coords['v'].dtype '8' is none that a variable can have", { v: { ...good, dtype: 8 } }],
])("variables are refused with code %s: %s", (code, message, variables) => {
  expect(() => readVariables(variables, "coords")).toThrow(refused(code, message));
});

test("an unknown dtype has a cause that says why", () => {
  expect(() => readVariables({ v: { ...good, dtype: "float7" } }, "coords")).toThrow(
    expect.objectContaining({ cause: expect.any(Error) }),
  );
});

test("a shape has 64 axes and as many values as a number holds, at most", () => {
  const axes = (shape: readonly number[]): unknown =>
    readAxes({ dims: shape.map((_, axis) => `d${axis}`), shape }, "v");
  const shapes = [Array<number>(64).fill(1), [0], [0, 2 ** 40], [2 ** 26, 2 ** 26], [2 ** 53 - 1, 1]];
  for (const shape of shapes) expect(axes(shape)).toMatchObject({ shape });
  for (const shape of [Array<number>(65).fill(1), [2 ** 27, 2 ** 26], [2 ** 40, 2 ** 40, 0.5]]) {
    expect(() => axes(shape)).toThrow(refused("metadata", "v.shape is not a list of sizes"));
  }
});
