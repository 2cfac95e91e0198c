import { expect, test } from "vitest";
import { printJson, printJsonInParts } from "../src/index.ts";
import type { PrintOptions } from "../src/index.ts";
import { refusal } from "./refusal.ts";

const defaults: PrintOptions = {
  separators: [", ", ": "],
  ensureAscii: false,
  pythonExponents: false,
  nonFinite: "python",
  maxDepth: 512,
  root: "$",
  error: refusal,
};
const print = (value: unknown, options: Partial<PrintOptions> = {}): string =>
  printJson(value, { ...defaults, ...options });
const compact: Partial<PrintOptions> = { separators: [",", ":"] };
const pythonStyle: Partial<PrintOptions> = { ensureAscii: true, pythonExponents: true };

/** An object of a class that has no name. */
const nameless: unknown = Object.create(Object.create(null));

class Spectrum {
  readonly power = 1;
}

test.each<[what: string, value: unknown, code: string, path: string, words: string]>([
  ["undefined", undefined, "type", "$", "JSON has no form for undefined"],
  ["a function", { a: () => 1 }, "type", "$.a", "JSON has no form for function"],
  ["a symbol", [1, Symbol("s")], "type", "$[1]", "JSON has no form for symbol"],
  ["a Map", { a: new Map() }, "type", "$.a", "JSON has no form for a Map; make it a list, an object or text first"],
  ["an own class", [new Spectrum()], "type", "$[0]", "JSON has no form for a Spectrum; make it"],
  ["a class without a name", [[nameless]], "type", "$[0][0]", "JSON has no form for a object; make it"],
  ["NaN", [[], { b: NaN }], "non-finite", "$[1].b", 'JSON has no NaN; choose nonFinite: "null" or "python"'],
  ["-Infinity", -Infinity, "non-finite", "$", 'JSON has no -Infinity; choose nonFinite: "null" or "python"'],
  ["half a character", { a: "\udc00" }, "utf8", "$.a", "half of a surrogate pair has no UTF-8 form"],
  ["half a character in a key", { a: { "\ud800": 1 } }, "utf8", "$.a.\ud800", "half of a surrogate pair"],
  ["4,301 digits", 10n ** 4300n, "integer", "$", "an integer of 4301 digits; Python reads 4300 at most"],
  ["-4,301 digits", [-(10n ** 4300n)], "integer", "$[0]", "an integer of 4301 digits; Python reads 4300 at most"],
])("%s is refused with its path and what to do", (_what, value, code, path, words) => {
  expect(() => print(value, { nonFinite: "error" })).toThrow(
    expect.objectContaining({
      code,
      path,
      offset: undefined,
      message: expect.stringContaining(`${path}: ${words}`),
    }),
  );
});

test("half of a surrogate pair is refused with ensureAscii too, unless lone surrogates are allowed", () => {
  expect(() => print(["\ud83d"], pythonStyle)).toThrow(expect.objectContaining({ code: "utf8", path: "$[0]" }));
  // Python: json.dumps({"\udc00": "\ud83d\ude00\ud83d"}).
  const text = String.raw`{"\udc00": "\ud83d\ude00\ud83d"}`;
  expect(print({ "\udc00": "😀\ud83d" }, { ...pythonStyle, loneSurrogates: true })).toBe(text);
  expect(print({ "\udc00": "😀\ud83d" }, { loneSurrogates: true })).toBe(String.raw`{"\udc00": "😀\ud83d"}`);
});

test.each<[maxDepth: number, good: unknown, deep: unknown, path: string]>([
  [0, 1, [], "$"],
  [0, "a", {}, "$"],
  [1, [1, 2], [1, []], "$[1]"],
  [1, { a: 1 }, { a: {} }, "$.a"],
  [2, [[], {}, []], [{ a: [] }], "$[0].a"],
])("maxDepth: %i writes %j and refuses %j", (maxDepth, good, deep, path) => {
  expect(print(good, { ...compact, maxDepth })).toBe(JSON.stringify(good));
  expect(() => print(deep, { maxDepth })).toThrow(
    expect.objectContaining({
      code: "depth",
      path,
      message: `${path}: deeper than ${maxDepth} levels (maxDepth), or within itself`,
    }),
  );
});

// As json.dumps(value) and json.dumps(value, separators=(",", ":"), ensure_ascii=False) print them.
test.each<[python: string, compact: string, value: unknown]>([
  ["[]", "[]", []],
  ["{}", "{}", {}],
  ["[1, 2, 3]", "[1,2,3]", [1, 2, 3]],
  ['{"a": 1, "b": [], "c": {}}', '{"a":1,"b":[],"c":{}}', { a: 1, b: [], c: {} }],
  ["[true, false, null]", "[true,false,null]", [true, false, null]],
  [String.raw`"\u00e9\u0000\u007f\uffff"`, '"é\\u0000\u007f\uffff"', "é\u0000\u007f\uffff"],
  [String.raw`"\ud83d\ude00~"`, '"😀~"', "😀~"],
  [String.raw`"\"\\\b\f\n\r\t\u001f"`, String.raw`"\"\\\b\f\n\r\t\u001f"`, '"\\\b\f\n\r\t\u001f'],
  [String.raw`"\ud7ff\ue000"`, '"\ud7ff\ue000"', "\ud7ff\ue000"],
  [String.raw`{"\u00e9\n": "[ ]"}`, String.raw`{"é\n":"[ ]"}`, { "é\n": "[ ]" }],
  ["1e-05", "0.00001", 0.00001],
  ["-1e-07", "-1e-7", -1e-7],
  ["1.5e-10", "1.5e-10", 1.5e-10],
  ["1e-100", "1e-100", 1e-100],
  ["0.0001", "0.0001", 0.0001],
  ["[0, -0.0]", "[0,-0.0]", [0, -0]],
  ["9007199254740991", "9007199254740991", 2 ** 53 - 1],
  ["-9007199254740992.0", "-9007199254740992.0", -(2 ** 53)],
  ["9999999999999998.0", "9999999999999998.0", 9999999999999998],
  ["1e+16", "1e+16", 1e16],
  ["[1, -100000000000000000000]", "[1,-100000000000000000000]", [1n, -(10n ** 20n)]],
])("%s in Python's style is %s in JavaScript's", (python, javaScript, value) => {
  expect(print(value, pythonStyle)).toBe(python);
  expect(print(value, compact)).toBe(javaScript);
});

test("integers of 4,300 digits are written, with a sign and without", () => {
  const most = 10n ** 4300n - 1n;
  expect(print([most, -most])).toBe(`[${"9".repeat(4300)}, -${"9".repeat(4300)}]`);
});

test("objects without a prototype are written", () => {
  const value: unknown = Object.assign(Object.create(null), { a: 1 });
  expect(print(value)).toBe('{"a": 1}');
});

test("a long text comes in parts, each as soon as there are more than 65,536 characters of it", () => {
  const lengths = (value: unknown): number[] => {
    const parts: string[] = [];
    printJsonInParts(value, { ...defaults, ...compact }, (part) => parts.push(part));
    expect(parts.join("")).toBe(JSON.stringify(value));
    return parts.map((part) => part.length);
  };
  // ["…", is before the second text, and "a"] after it.
  expect(lengths(["x".repeat(65_532), "a"])).toEqual([65_540]);
  expect(lengths(["x".repeat(65_533), "a"])).toEqual([65_537, 4]);
  expect(lengths(Array<string>(10).fill("x".repeat(9_998)))).toEqual([70_008, 30_003]);
  expect(lengths([1, 2, { a: 3 }])).toEqual([13]);
  expect(lengths("")).toEqual([2]);
});

test("default says what is written instead of other objects", () => {
  const seen: string[] = [];
  const options: Partial<PrintOptions> = {
    root: "attrs",
    default: (value, path) => {
      seen.push(path);
      return value instanceof Set ? [...(value as Set<unknown>)] : undefined;
    },
  };
  expect(print({ a: new Set([1, new Set()]), b: {} }, options)).toBe('{"a": [1, []], "b": {}}');
  expect(seen).toEqual(["attrs.a", "attrs.a[1]"]);
  expect(() => print({ a: new Set([new Map()]) }, options)).toThrow(
    expect.objectContaining({ code: "type", path: "attrs.a[0]" }),
  );
  // What is written instead is as deep as any other value.
  expect(print([new Set()], { ...options, maxDepth: 2 })).toBe("[[]]");
  expect(() => print([new Set()], { ...options, maxDepth: 1 })).toThrow(
    expect.objectContaining({ code: "depth", path: "attrs[0]" }),
  );
});

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
])("%s is written as by json.dumps(value, ensure_ascii=False)", (text, value) => {
  expect(print(value)).toBe(text);
});

test("an object within itself is refused", () => {
  const list: unknown[] = [];
  list.push(list);
  expect(() => print(list)).toThrow("deeper than 512 levels (maxDepth), or within itself");
});
