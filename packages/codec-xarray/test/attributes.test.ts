import { NdArray } from "@dataqueues/arrays";
import { expect, test } from "vitest";
import { parseJson } from "../src/parse-json.ts";
import { printJson } from "../src/print-json.ts";

test.each([
  ["", "not JSON", 0],
  ["  x", "not JSON", 0],
  ["[1, x]", "not JSON", 3],
  ["[nan]", "not JSON", 1],
  ["[.5]", "not JSON", 1],
  ["[1,", "not JSON", 3],
  ["]", "']' where a value should be", 1],
  ["[,]", "',' where a value should be", 2],
  ["[1,]", "']' where a value should be", 4],
  [":", "':' where a value should be", 1],
  ["}", "'}' where a value should be", 1],
  ["1 2", "text after the value", 1],
  ["[1] ,", "text after the value", 3],
  ["1\u00a0", "text after the value", 1],
  ["1\f", "text after the value", 1],
  ["01", "text after the value", 1],
  ["1.e5", "text after the value", 1],
  ["1e", "text after the value", 1],
  ["1.5e+", "text after the value", 3],
  ["truer", "text after the value", 4],
  ["{1: 2}", "a key must be a string", 1],
  ['{"a": 1, }', "a key must be a string", 8],
  ['{"a" 1}', "':' expected", 4],
  ['{"a", 1}', "':' expected", 4],
  ['{"a": 1 "b": 2}', "',' or '}' expected", 7],
  ['{"a": 1]', "',' or '}' expected", 7],
  ["[1 2]", "',' or ']' expected", 2],
  ["[1}", "',' or ']' expected", 2],
  ["[1", "',' or ']' expected", 2],
  ['["a', "a string without an end", 2],
  [String.raw`["a\"`, "a string without an end", 2],
  [String.raw`["a\\\"]`, "a string without an end", 2],
  ['{"a', "a string without an end", 2],
])("%j is refused: %s at position %i", (text, words, position) => {
  expect(() => parseJson(text)).toThrow(
    expect.objectContaining({ name: "SyntaxError", message: `${words} at position ${position}` }),
  );
});

test.each<[string, unknown]>([
  ["\t\n\r 1\t\n\r ", 1],
  ["[ 1 ,\n2\t,\r3 ]", [1, 2, 3]],
  ["[true,false,null,NaN,Infinity,-Infinity]", [true, false, null, NaN, Infinity, -Infinity]],
  ["[0,-0,10,-10,100,1.5,-1.50,1.25]", [0, -0, 10, -10, 100, 1.5, -1.5, 1.25]],
  ["[1e2,1E2,1e+2,1e-2,1.5e10,12e12]", [100, 100, 100, 0.01, 1.5e10, 12e12]],
  ["[9007199254740991,9007199254740992,9007199254740992.0,1e20]", [2 ** 53 - 1, 2n ** 53n, 2 ** 53, 1e20]],
  [String.raw`["","\\","\"","\\\"","\\\\","a\\"]`, ["", "\\", '"', '\\"', "\\\\", "a\\"]],
  ['{"a":{"b":{}},"c":[[],{}]}', { a: { b: {} }, c: [[], {}] }],
  ['{ "a" : 1 , "b" : 2 }', { a: 1, b: 2 }],
])("%j is read", (text, value) => {
  expect(parseJson(text)).toEqual(value);
});

test("integers may have 4,300 characters, as in Python, and other numbers more", () => {
  const most = "9".repeat(4300);
  expect(parseJson(most)).toBe(BigInt(most));
  expect(() => parseJson(`[${most}9]`)).toThrow("an integer of more than 4300 digits at position 4302");
  expect(parseJson(`[${most}9.5,${most}9e0]`)).toEqual([Infinity, Infinity]);
});

test("512 levels are read and written, and not one more", () => {
  const lists = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
  const objects = (levels: number): string => '{"a": '.repeat(levels) + "1" + "}".repeat(levels);
  for (const text of [lists(513), objects(512)]) expect(printJson(parseJson(text), "v")).toBe(text);
  // An array is as deep as the lists that it is written as.
  const deepArray = NdArray.from([[1]]);
  let holder: unknown = deepArray;
  for (let level = 0; level < 510; level += 1) holder = [holder];
  expect(printJson(holder, "v")).toBe(`${"[".repeat(512)}1${"]".repeat(512)}`);
  expect(() => printJson([holder], "v")).toThrow("nested deeper than 512");
  expect(() => parseJson(lists(514))).toThrow("nested deeper than 512 at position 513");
  expect(() => parseJson(objects(513))).toThrow("nested deeper than 512");
  let nested: unknown[] = [];
  for (let level = 0; level < 513; level += 1) nested = [nested];
  expect(() => printJson(nested, "v")).toThrow(
    expect.objectContaining({
      name: "TypeError",
      message: `v${"[0]".repeat(513)}: nested deeper than 512, or within itself`,
    }),
  );
});

// As json.dumps prints them.
test.each<[string, unknown]>([
  ["null", null],
  ["true", true],
  ["false", false],
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
  ["-0.0", -0],
  ["0", 0],
  ["1.5", 1.5],
  ["9007199254740991", 2 ** 53 - 1],
  ["-9007199254740991", 1 - 2 ** 53],
  ["9007199254740992.0", 2 ** 53],
  ["-9007199254740992.0", -(2 ** 53)],
  ["9999999999999998.0", 9999999999999998],
  ["1e+16", 1e16],
  ["-1e+16", -1e16],
  ["10000000000000000", 10n ** 16n],
  [String.raw`"a\"\\\n"`, 'a"\\\n'],
  ["[]", []],
  ["[1, [2, 3], []]", [1, [2, 3], []]],
  ["{}", {}],
  [String.raw`{"a": 1, "b\"": {"c": null}}`, { a: 1, 'b"': { c: null } }],
  ["[1, 2.5]", new Float64Array([1, 2.5])],
  ["[1, -9007199254740993]", BigInt64Array.of(1n, -(2n ** 53n) - 1n)],
  [
    "[[1, 2], [3, 4]]",
    NdArray.from([
      [1, 2],
      [3, 4],
    ]),
  ],
  ['["a", "b"]', NdArray.from(["a", "b"])],
  ["[true, false]", NdArray.from([true, false])],
])("%s is written", (text, value) => {
  expect(printJson(value, "v")).toBe(text);
});

test("an object without a prototype is written", () => {
  expect(printJson(Object.assign(Object.create(null), { a: 1 }), "v")).toBe('{"a": 1}');
});

const nameless: unknown = Object.create(Object.create(null));
test.each<[what: string, value: unknown, message: string]>([
  ["undefined", undefined, "v: a value of type undefined cannot be written as JSON"],
  ["a function", { a: () => 1 }, "v.a: a value of type function cannot be written as JSON"],
  ["a symbol", [1, Symbol("s")], "v[1]: a value of type symbol cannot be written as JSON"],
  ["a Date", { a: [new Date()] }, "v.a[0]: a Date cannot be written as JSON"],
  ["a buffer", new ArrayBuffer(8), "v: a ArrayBuffer cannot be written as JSON"],
  ["a DataView", new DataView(new ArrayBuffer(8)), "v: a DataView cannot be written as JSON"],
  ["a class without a name", nameless, "v: a object cannot be written as JSON"],
  ["complex64", NdArray.from([{ re: 1, im: 2 }], "<c8"), "v: an array of dtype <c8 cannot be written as JSON"],
  [
    "complex128",
    { a: NdArray.from([{ re: 1, im: 2 }], "<c16") },
    "v.a: an array of dtype <c16 cannot be written as JSON",
  ],
  ["4,301 digits", [10n ** 4300n], "v[0]: an integer of 4301 digits, too many to be read"],
  ["4,300 digits and a sign", -(10n ** 4299n), "v: an integer of 4301 digits, too many to be read"],
])("%s is refused with its path", (_what, value, message) => {
  expect(() => printJson(value, "v")).toThrow(expect.objectContaining({ name: "TypeError", message }));
});

test("an integer of 4,300 characters is written", () => {
  expect(printJson(10n ** 4299n, "v")).toBe(`1${"0".repeat(4299)}`);
});
