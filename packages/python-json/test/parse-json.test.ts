import { expect, test } from "vitest";

import { parseJson } from "../src/index.ts";
import type { ParseOptions } from "../src/index.ts";
import { refusal } from "./refusal.ts";

const defaults: ParseOptions = { acceptNonFinite: true, bigint: true, maxDepth: 512, error: refusal };
const parse = (text: string, options: Partial<ParseOptions> = {}): unknown =>
  parseJson(text, { ...defaults, ...options });

const python = "this is Python's str() or repr(); json.dumps() writes JSON";
const value = "a value is missing";
const key = "a key in double quotes is missing";
const more = "there is more after the value";
const item = "',' or ']' is missing";
const entry = "',' or '}' is missing";
const escape = "a string has a wrong escape or an unescaped control character";

test.each([
  ["", 0, value],
  [" \t\r\n", 4, value],
  ["\ufeff", 3, value],
  ["\ufeff\ufeff1", 3, value],
  ["\f1", 0, value],
  ["\v1", 0, value],
  ["\u00a01", 0, value],
  ["x", 0, value],
  ["/", 0, value],
  [":", 0, value],
  ["+1", 0, value],
  [".5", 0, value],
  ["-", 0, value],
  ["-x", 0, value],
  ["-.5", 0, value],
  ["[ -]", 2, value],
  ["--1", 0, value],
  ["tru", 0, value],
  ["Infinit", 0, value],
  ["-infinity", 0, value],
  ["Tru", 0, value],
  ["Non", 0, value],
  ["[,]", 1, value],
  ["[1,]", 3, value],
  ["[1, ", 4, value],
  ['{"a":}', 5, value],
  ['{"a": ', 6, value],
  ["]", 0, value],
  ["'a'", 0, python],
  ["True", 0, python],
  ["[1, False]", 4, python],
  ['{"a": None}', 6, python],
  ["{ 'a': 1}", 2, python],
  ["{None: 1}", 1, python],
  ["{", 1, key],
  ["{1: 2}", 1, key],
  ["{a: 2}", 1, key],
  ["{,}", 1, key],
  ['{"a": 1, }', 9, key],
  ['{"a"}', 4, "':' is missing"],
  ['{"a" 1}', 5, "':' is missing"],
  ['{"a" , 1}', 5, "':' is missing"],
  ['{"a": 1', 7, entry],
  ['{"a": 1 "b": 2}', 8, entry],
  ['{"a": 1]', 7, entry],
  ["[1", 2, item],
  ["[1 2]", 3, item],
  ["[[1], [2}", 8, item],
  ["1 2", 2, more],
  ["[1] ]", 4, more],
  ["01", 1, more],
  ["-01", 2, more],
  ["truex", 4, more],
  ["NaN0", 3, more],
  ["1:", 1, more],
  ["1/", 1, more],
  ['"a"b', 3, more],
  ["1.", 2, "a digit after the point is missing"],
  ["-0.", 3, "a digit after the point is missing"],
  ["1.e5", 2, "a digit after the point is missing"],
  ["1e", 2, "a digit in the exponent is missing"],
  ["1E", 2, "a digit in the exponent is missing"],
  ["1e+", 3, "a digit in the exponent is missing"],
  ["1.5E-", 5, "a digit in the exponent is missing"],
  ["1e+-1", 3, "a digit in the exponent is missing"],
  ['["abc', 1, "a string has no end"],
  ['["a text of more characters', 1, "a string has no end"],
  [String.raw`["abc\"`, 1, "a string has no end"],
  [String.raw`["abc\\\"`, 1, "a string has no end"],
  ['{"abc', 1, "a string has no end"],
  ['["a\u001fb"]', 1, escape],
  ['["\u0000"]', 1, escape],
  ['["a text of more characters\n"]', 1, escape],
  [String.raw`[1, "\x41"]`, 4, escape],
  [String.raw`["\u12"]`, 1, escape],
  ["  x", 2, value],
  ["[1, x]", 4, value],
  ["[nan]", 1, value],
  ["[.5]", 1, value],
  ["[1,", 3, value],
  ["}", 0, value],
  ["[1] ,", 4, more],
  ["1\u00a0", 1, more],
  ["1\f", 1, more],
  ["1.5e+", 5, "a digit in the exponent is missing"],
  ["truer", 4, more],
  ['{"a", 1}', 4, "':' is missing"],
  ["[1}", 2, item],
  ['["a', 1, "a string has no end"],
  [String.raw`["a\"`, 1, "a string has no end"],
  [String.raw`["a\\\"]`, 1, "a string has no end"],
  ['{"a', 1, "a string has no end"],
  ["nan", 0, value],
  ['"\n"', 0, escape],
  ['"\\x41"', 0, escape],
  ["-NaN", 0, value],
  ["{]", 1, key],
  ['"\\\\\\"', 0, "a string has no end"],
  ['"a', 0, "a string has no end"],
  ['{"a": "', 6, "a string has no end"],
])("%j is refused at byte %i", (text, offset, words) => {
  expect(() => parse(text)).toThrow(
    expect.objectContaining({
      code: "syntax",
      offset,
      path: undefined,
      message: `not JSON: ${words}, at byte ${offset}`,
    }),
  );
});

test("a wrong escape has the error of JSON.parse as its cause, other errors have none", () => {
  expect(() => parse(String.raw`"\x41"`)).toThrow(expect.objectContaining({ cause: expect.any(SyntaxError) }));
  expect(() => parse("[")).toThrow(expect.not.objectContaining({ cause: expect.anything() }));
});

test.each<[string, unknown]>([
  ["\ufeff1", 1],
  [" \t\r\n1 \t\r\n", 1],
  ["[ ]", []],
  ["{ }", {}],
  ["[\n1\t,\r2 ]", [1, 2]],
  ['{ "a" : 1 , "b" : { "c" : [ ] } }', { a: 1, b: { c: [] } }],
  ["[true,false,null]", [true, false, null]],
  ["[0,-0,10,-10,190]", [0, -0, 10, -10, 190]],
  ["[0.5,-0.5,10.25]", [0.5, -0.5, 10.25]],
  ["[0e1,1e2,1E+2,1.5e-1,25E-1]", [0, 100, 100, 0.15, 2.5]],
  ['["","a","twelve chars","thirteen char"]', ["", "a", "twelve chars", "thirteen char"]],
  ['[" ","\u007f","~!#[]^"]', [" ", "\u007f", "~!#[]^"]],
  [String.raw`["\\","\\\"","a\\","\\\\"]`, ["\\", '\\"', "a\\", "\\\\"]],
  [String.raw`{"\"a\"":"a\u00e9\n"}`, { '"a"': "aé\n" }],
  ["[NaN,Infinity,-Infinity]", [NaN, Infinity, -Infinity]],
  ["1e400", Infinity],
  ["\t\n\r 1\t\n\r ", 1],
  ["[ 1 ,\n2\t,\r3 ]", [1, 2, 3]],
  ["[true,false,null,NaN,Infinity,-Infinity]", [true, false, null, NaN, Infinity, -Infinity]],
  ["[0,-0,10,-10,100,1.5,-1.50,1.25]", [0, -0, 10, -10, 100, 1.5, -1.5, 1.25]],
  ["[1e2,1E2,1e+2,1e-2,1.5e10,12e12]", [100, 100, 100, 0.01, 1.5e10, 12e12]],
  ["[9007199254740991,9007199254740992,9007199254740992.0,1e20]", [2 ** 53 - 1, 2n ** 53n, 2 ** 53, 1e20]],
  ["[9007199254740993, -1180591620717411303424]", [2n ** 53n + 1n, -(2n ** 70n)]],
  ["[-0.0, 1e-07, 1E+16]", [-0, 1e-7, 1e16]],
  [String.raw`["","\\","\"","\\\"","\\\\","a\\"]`, ["", "\\", '"', '\\"', "\\\\", "a\\"]],
  ['{"a":{"b":{}},"c":[[],{}]}', { a: { b: {} }, c: [[], {}] }],
  ['{ "a" : 1 , "b" : 2 }', { a: 1, b: 2 }],
  [' {"a" : [ ] , "b" : { } }\n', { a: [], b: {} }],
  ['{"a": "NaN", "Infinity": "\\u00e9\\ud834\\udd1e"}', { a: "NaN", Infinity: "é𝄞" }],
  ['"a\\\\"', "a\\"],
])("%j is read", (text, read) => {
  expect(parse(text)).toStrictEqual(read);
});

test("a value under __proto__ is an entry, and no prototype", () => {
  const read = parse('{"__proto__": {"polluted": true}}');
  expect(Object.entries(Object(read))).toEqual([["__proto__", { polluted: true }]]);
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  expect(Reflect.get(Object(read), "polluted")).toBeUndefined();
});

test("__proto__ is an entry that can be changed and removed, as any other", () => {
  const read = parse('{"__proto__": 1, "a": 2}');
  expect(Object.getOwnPropertyDescriptors(Object(read))).toEqual({
    ["__proto__"]: { value: 1, configurable: true, enumerable: true, writable: true },
    a: { value: 2, configurable: true, enumerable: true, writable: true },
  });
});

test.each([
  ["[1, NaN]", 4, "NaN"],
  ["Infinity", 0, "Infinity"],
  ['{"a": -Infinity}', 6, "-Infinity"],
])("with acceptNonFinite: false %s is refused by its name", (text, offset, word) => {
  expect(() => parse(text, { acceptNonFinite: false })).toThrow(
    expect.objectContaining({
      code: "non-finite",
      offset,
      message: `not JSON: JSON has no ${word}, at byte ${offset}`,
    }),
  );
});

test("with bigint: false only integers that a number does not hold exactly are refused", () => {
  const held = "[9007199254740991,-9007199254740991,1e20,12345678901234567890.5]";
  expect(parse(held, { bigint: false })).toStrictEqual([
    2 ** 53 - 1,
    1 - 2 ** 53,
    1e20,
    Number("12345678901234567890.5"),
  ]);
  for (const integer of ["9007199254740992", "-9007199254740993"]) {
    expect(() => parse(`[1, ${integer}]`, { bigint: false })).toThrow(
      expect.objectContaining({
        code: "integer",
        offset: 4,
        message: `not JSON: the integer ${integer} does not fit a number; use bigint: true, at byte 4`,
      }),
    );
  }
});

test("integers of 4,300 digits are read and of one more refused, with a sign and without; other numbers may be longer", () => {
  const most = "9".repeat(4300);
  expect(parse(`[${most}, -${most}]`)).toStrictEqual([BigInt(most), -BigInt(most)]);
  for (const sign of ["", "-"]) {
    expect(() => parse(`[1, ${sign}9${most}]`)).toThrow(
      expect.objectContaining({
        code: "integer",
        offset: 4,
        message: "not JSON: an integer of 4301 digits, more than 4300, which Python refuses too, at byte 4",
      }),
    );
  }
  // Python: float("9" * 4301 + ".5") is inf, and 0.999… is 1.0.
  expect(parse(`[9${most}.5, 9${most}e0, 0.9${most}]`)).toStrictEqual([Infinity, Infinity, 1]);
});

test.each([
  [0, "1", "[]", 0],
  [0, '"a"', "{}", 0],
  [1, '[1, 2, "a"]', "[1, []]", 4],
  [1, '{"a": 1}', '{"a": {}}', 6],
  [2, "[[], {}, []]", '[{"a": []}]', 7],
])("maxDepth: %i reads %s and refuses %s", (maxDepth, good, deep, offset) => {
  expect(parse(good, { maxDepth })).toEqual(JSON.parse(good));
  expect(() => parse(deep, { maxDepth })).toThrow(
    expect.objectContaining({
      code: "depth",
      offset,
      message: `not JSON: deeper than ${maxDepth} levels (maxDepth), at byte ${offset}`,
    }),
  );
});

test("512 levels are read, and not one more", () => {
  const lists = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
  const objects = (levels: number): string => '{"a": '.repeat(levels) + "1" + "}".repeat(levels);
  for (const text of [lists(512), objects(512)]) expect(() => parse(text)).not.toThrow();
  expect(() => parse(lists(513))).toThrow(expect.objectContaining({ code: "depth", offset: 512 }));
  expect(() => parse(objects(513))).toThrow(expect.objectContaining({ code: "depth", offset: 512 * 6 }));
});

test("deep nesting and endless digits are refused", () => {
  expect(() => parse("[".repeat(100_000))).toThrow(expect.objectContaining({ code: "depth" }));
  expect(() => parse("1".repeat(100_000))).toThrow(expect.objectContaining({ code: "integer" }));
});
