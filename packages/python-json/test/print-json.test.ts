import { expect, test, vi } from "vitest";

import { json } from "@dataqueues/codec-json";

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

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
  expect(() => json().encode(value)).toThrow(
    expect.objectContaining({
      name: "JsonError",
      code,
      path,
      offset: undefined,
      message: expect.stringContaining(`${path}: ${words}`),
    }),
  );
});

test("half a character is refused in Python's style too, which could escape it but not read it here", () => {
  expect(() => json({ pythonStyle: true }).encode(["\ud83d"])).toThrow(
    expect.objectContaining({ code: "utf8", path: "$[0]" }),
  );
});

test.each<[maxDepth: number, good: unknown, deep: unknown, path: string]>([
  [0, 1, [], "$"],
  [0, "a", {}, "$"],
  [1, [1, 2], [1, []], "$[1]"],
  [1, { a: 1 }, { a: {} }, "$.a"],
  [2, [[], {}, []], [{ a: [] }], "$[0].a"],
])("maxDepth: %i writes %j and refuses %j", (maxDepth, good, deep, path) => {
  const codec = json({ maxDepth });
  expect(textOf(codec.encode(good))).toBe(JSON.stringify(good));
  expect(() => codec.encode(deep)).toThrow(
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
])("%s in Python's style is %s in JavaScript's", (python, compact, value) => {
  expect(textOf(json({ pythonStyle: true }).encode(value))).toBe(python);
  expect(textOf(json().encode(value))).toBe(compact);
});

test("integers of 4,300 digits are written, with a sign and without", () => {
  const most = 10n ** 4300n - 1n;
  expect(textOf(json().encode([most, -most]))).toBe(`[${"9".repeat(4300)},-${"9".repeat(4300)}]`);
});

test("objects without a prototype are written", () => {
  const value: unknown = Object.assign(Object.create(null), { a: 1 });
  expect(textOf(json().encode(value))).toBe('{"a":1}');
});

test("what is written in parts, as all beyond 65,536 characters, is whole and in order", () => {
  const value = Array.from({ length: 5 }, (_, index) => String(index).repeat(40_000 + index));
  expect(textOf(json().encode(value))).toBe(JSON.stringify(value));
  expect(textOf(json({ pythonStyle: true }).encode({ a: value, b: 1 }))).toBe(
    `{"a": ${JSON.stringify(value).replaceAll(",", ", ")}, "b": 1}`,
  );
});

test("text becomes bytes whenever there are more than 65,536 characters of it, so that memory does not hold all of it", () => {
  const encode = vi.spyOn(TextEncoder.prototype, "encode");
  const lengths = (value: unknown): number[] => {
    encode.mockClear();
    json().encode(value);
    return encode.mock.calls.map(([text = ""]) => text.length);
  };
  try {
    // ["…", before the second text, and "a"] behind it.
    expect(lengths(["x".repeat(65_532), "a"])).toEqual([65_540]);
    expect(lengths(["x".repeat(65_533), "a"])).toEqual([65_537, 4]);
    expect(lengths(Array<string>(10).fill("x".repeat(9_998)))).toEqual([70_008, 30_003]);
    expect(lengths([1, 2, { a: 3 }])).toEqual([13]);
  } finally {
    encode.mockRestore();
  }
});

test("a codec writes the next value as if nothing had been before, also behind one that it refused", () => {
  const codec = json();
  expect(() => codec.encode({ deep: [1, NaN] })).toThrow("$.deep[1]");
  expect(textOf(codec.encode([1]))).toBe("[1]");
  expect(() => codec.encode([NaN])).toThrow("$[0]: JSON has no NaN");
});
