import { expect, test } from "vitest";
import { parseJson } from "../src/parse-json.ts";

test.for([
  ["[NaN, Infinity, -Infinity]", [NaN, Infinity, -Infinity]],
  ['{"a": "NaN", "Infinity": "\\u00e9\\ud834\\udd1e"}', { a: "NaN", Infinity: "é𝄞" }],
  ["[9007199254740991, 9007199254740993, -1180591620717411303424]", [2 ** 53 - 1, 2n ** 53n + 1n, -(2n ** 70n)]],
  ["[-0.0, 1e-07, 1E+16, 1e400]", [-0, 1e-7, 1e16, Infinity]],
  [' {"a" : [ ] , "b" : { } }\n', { a: [], b: {} }],
  ['"a\\\\"', "a\\"],
] as const)("%s", ([text, value]) => {
  const parsed = parseJson(text);
  expect(parsed).toEqual(value);
});

test("__proto__ is a key like any other", () => {
  const parsed = parseJson('{"__proto__": {"polluted": true}}');
  expect(Object.entries(Object(parsed))).toEqual([["__proto__", { polluted: true }]]);
  expect(Object.getPrototypeOf(parsed)).toBeNull();
});

test.for([
  "",
  "{",
  "[1,]",
  "{1: 2}",
  "nan",
  "+1",
  "01",
  "[1 2]",
  "'a'",
  '"\n"',
  '"\\x41"',
  "1 2",
  "-NaN",
  "{]",
  "tru",
  '"\\\\\\"',
  '"a',
  '{"a',
  '{"a": "',
  "1\u00a0",
  "\u00a01",
])("%j is not JSON", (text) => {
  expect(() => parseJson(text)).toThrow(SyntaxError);
});

test("deep nesting and endless digits are refused", () => {
  expect(() => parseJson("[".repeat(100_000))).toThrow(SyntaxError);
  expect(() => parseJson("1".repeat(100_000))).toThrow(SyntaxError);
});
