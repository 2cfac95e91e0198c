import { Dataset, NdArray } from "@dataqueues/arrays";
import { expect, test } from "vitest";
import { readStream } from "../src/arrow-stream.ts";
import { xarray } from "../src/index.ts";

/** The JSON of an attribute, as it stands in the description of a Dataset. */
function written(value: unknown): string {
  const description = readStream(xarray().encode(new Dataset({ attrs: { v: value } }))).metadata.get("xarray");
  const [, text] =
    /^\{"coords": \{\}, "attrs": \{"v": (.*)\}, "dims": \{\}, "data_vars": \{\}\}$/s.exec(description ?? "") ?? [];
  return text ?? "";
}

/** What is read of an attribute with this JSON. */
function read(text: string): unknown {
  const bytes = xarray().encode(new Dataset({ attrs: { v: "@".repeat(text.length - 2) } }));
  const json = Buffer.from(bytes.buffer);
  json.write(text, json.indexOf('"@'));
  return xarray().decode(bytes).attrs["v"];
}

test("attributes have 510 levels, both ways, and not one more", () => {
  // The Dataset and its attrs are two of the 512 levels.
  const lists = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
  const objects = (levels: number): string => '{"a": '.repeat(levels) + "1" + "}".repeat(levels);
  for (const text of [lists(510), objects(510)]) expect(written(read(text))).toBe(text);
  for (const text of [lists(511), objects(511)]) {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: "metadata" }));
    expect(() => read(text)).toThrow("deeper than 512 levels");
  }
  // An array is as deep as the lists that it is written as.
  let holder: unknown = NdArray.from([[1]]);
  for (let level = 0; level < 508; level += 1) holder = [holder];
  expect(written(holder)).toBe(`${"[".repeat(510)}1${"]".repeat(510)}`);
  expect(() => written([holder])).toThrow("deeper than 512 levels");
  let nested: unknown[] = [];
  for (let level = 0; level < 510; level += 1) nested = [nested];
  expect(() => written(nested)).toThrow(
    expect.objectContaining({
      name: "TypeError",
      message: `dataset.attrs.v${"[0]".repeat(510)}: deeper than 512 levels (maxDepth), or within itself`,
    }),
  );
});

test("an integer has 4,300 digits at most, as in Python, with a sign and without", () => {
  const most = 10n ** 4300n - 1n;
  for (const value of [most, -most]) expect(read(written(value))).toBe(value);
  for (const text of [`${most}9`, `-${most}9`]) expect(() => read(text)).toThrow("more than 4300");
  expect(read(`[${most}9.5,${most}9e0]`)).toEqual([Infinity, Infinity]);
});

test("a half of a surrogate pair, which Python's surrogateescape makes, is written and read as an escape", () => {
  expect(written(["\udc80", { "\ud83d": "😀" }])).toBe(String.raw`["\udc80", {"\ud83d": "😀"}]`);
  expect(read(String.raw`"\udc80"`)).toBe("\udc80");
});

// As json.dumps(value, ensure_ascii=False) prints them.
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
])("the attribute %s is written", (text, value) => {
  expect(written(value)).toBe(text);
});

test("an object without a prototype is written", () => {
  expect(written(Object.assign(Object.create(null), { a: 1 }))).toBe('{"a": 1}');
});

const nameless: unknown = Object.create(Object.create(null));
test.each<[what: string, value: unknown, message: string]>([
  ["undefined", undefined, ": JSON has no form for undefined"],
  ["a function", { a: () => 1 }, ".a: JSON has no form for function"],
  ["a symbol", [1, Symbol("s")], "[1]: JSON has no form for symbol"],
  ["a Date", { a: [new Date()] }, ".a[0]: JSON has no form for a Date; make it a list, an object or text first"],
  ["a buffer", new ArrayBuffer(8), ": JSON has no form for a ArrayBuffer; make it a list, an object or text first"],
  [
    "a DataView",
    new DataView(new ArrayBuffer(8)),
    ": JSON has no form for a DataView; make it a list, an object or text first",
  ],
  ["a class without a name", nameless, ": JSON has no form for a object; make it a list, an object or text first"],
  ["complex64", NdArray.from([{ re: 1, im: 2 }], "<c8"), ": JSON has no form for an array of dtype <c8"],
  ["complex128", { a: NdArray.from([{ re: 1, im: 2 }], "<c16") }, ".a: JSON has no form for an array of dtype <c16"],
  ["4,301 digits", [10n ** 4300n], "[0]: an integer of 4301 digits; Python reads 4300 at most"],
  ["4,301 digits and a sign", -(10n ** 4300n), ": an integer of 4301 digits; Python reads 4300 at most"],
])("%s is refused with its path", (_what, value, message) => {
  expect(() => written(value)).toThrow(
    expect.objectContaining({ name: "TypeError", message: `dataset.attrs.v${message}` }),
  );
});

test("an integer of 4,300 characters is written", () => {
  expect(written(10n ** 4299n)).toBe(`1${"0".repeat(4299)}`);
});
