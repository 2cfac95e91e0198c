import { NdArray } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { decode, Extension } from "../src/index.ts";

const ascii = (text: string): string => Buffer.from(text, "latin1").toString("hex");
const unhex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const bin = (text: string): string => `c4${text.length.toString(16).padStart(2, "0")}${ascii(text)}`;
const str = (text: string): string => (0xa0 + text.length).toString(16) + ascii(text);

/** The dict that represents an array, with some values replaced. */
function array(parts: Partial<Record<"nd" | "type" | "kind" | "shape" | "data", string>> = {}): Uint8Array {
  const { nd = "c3", type = str("<i2"), kind = "c400", shape = "9102", data = "c40401000200" } = parts;
  return unhex(
    `85${bin("nd")}${nd}${bin("type")}${type}${bin("kind")}${kind}${bin("shape")}${shape}${bin("data")}${data}`,
  );
}

const object = str("|O");
const field = (format: string): string => `9192${str("a")}${format}`;

const refused: readonly (readonly [name: string, bytes: Uint8Array, code: string])[] = [
  ["no bytes", unhex(""), "empty"],
  ["a list of 4 thousand million items", unhex("ddffffffff"), "declared-length"],
  ["a dict of 4 thousand million items", unhex("dfffffffff"), "declared-length"],
  ["a text of 4 GB", unhex("dbffffffff"), "truncated"],
  ["4 GB of bytes", unhex("c6ffffffff"), "truncated"],
  ["an extension of 4 GB", unhex("c9ffffffff01"), "truncated"],
  ["nested lists that declare more items than there are", unhex("dcffff".repeat(24_000)), "declared-length"],
  ["a million levels", new Uint8Array(1_000_000).fill(0x91), "depth"],
  ["the byte that msgpack never uses", unhex("91c1"), "format"],
  ["two messages", unhex("0000"), "trailing"],
  ["text that is not UTF-8", unhex("a1ff"), "utf8"],
  ["text in overlong UTF-8", unhex("a2c080"), "utf8"],
  ["long text that ends within a character", unhex(`d920${"61".repeat(31)}e2`), "utf8"],
  ["1,025 levels", unhex(`${"91".repeat(1_025)}00`), "depth"],
  ["a list as key", unhex("81910101"), "key"],
  ["a dict as key", unhex("818001"), "key"],
  ["an array as key", unhex(`81${Buffer.from(array()).toString("hex")}01`), "key"],
  ["a missing key", unhex("81"), "declared-length"],
  ["the key __proto__ beside a number", unhex(`820001${str("__proto__")}80`), "key"],
  ["one key as text and as bytes beside a number", unhex(`83${str("a")}01${bin("a")}020003`), "key-collision"],
  ["the key __proto__", unhex(`81${str("__proto__")}80`), "key"],
  ["the key __proto__ in bytes", unhex(`81${bin("__proto__")}80`), "key"],
  ["one key as text and as bytes", unhex(`82${str("a")}01${bin("a")}02`), "key-collision"],
  ["an array of objects", array({ kind: bin("O") }), "pickle-refused"],
  ["an array of objects whose kind says otherwise", array({ type: object }), "pickle-refused"],
  ["objects in a field", array({ type: field(object), kind: bin("V") }), "pickle-refused"],
  ["objects in a field of a field", array({ type: field(field(object)), kind: bin("V") }), "pickle-refused"],
  ["objects in a subarray", array({ type: `9193${str("a")}${object}9102`, kind: bin("V") }), "pickle-refused"],
  ["objects in an array without dimensions", array({ type: object, shape: "90" }), "pickle-refused"],
  ["an object as scalar", unhex(`83${bin("nd")}c2${bin("type")}${object}${bin("data")}c40101`), "pickle-refused"],
  ["data that are text", array({ data: str("abcd") }), "size-mismatch"],
  ["data that are too short", array({ data: "c403010002" }), "size-mismatch"],
  ["data that are too long", array({ data: "c4050100020000" }), "size-mismatch"],
  ["a negative size", array({ shape: "91ff" }), "shape"],
  ["a size with a fraction", array({ shape: "91cb3ff8000000000000" }), "shape"],
  ["a size beyond 2^53", array({ shape: "91cfffffffffffffffff" }), "shape"],
  ["sizes whose product is beyond 2^53", array({ shape: "92ce80000000ce80000000" }), "shape"],
  ["a shape that is a number", array({ shape: "02" }), "shape"],
  ["65 dimensions", array({ shape: `dc0041${"01".repeat(65)}` }), "shape"],
  ["a type that is a dict", array({ type: "80" }), "dtype"],
  ["a type that is a number", array({ type: "05" }), "dtype"],
  ["a type that does not exist", array({ type: str("<i3") }), "dtype"],
  ["long double", array({ type: str("<f16") }), "dtype"],
  ["an invalid complex number", unhex(`82${bin("complex")}c3${bin("data")}${str("1 + 2j")}`), "format"],
];

describe("messages that are refused", () => {
  for (const [name, bytes, code] of refused) {
    test(`${name}: ${code}`, () => {
      expect(() => decode(bytes)).toThrow(
        expect.objectContaining({ name: "FormatError", codec: "msgpack_numpy", code, offset: expect.any(Number) }),
      );
    });
  }
});

test.each([
  ["81910101", /the key at byte 1 is a list/],
  ["818001", /the key at byte 1 is a dict/],
  [`81${Buffer.from(array()).toString("hex")}01`, /the key at byte 1 is an array/],
])("the error for an invalid key names its type: %s", (hex, error) => {
  expect(() => decode(unhex(hex))).toThrow(error);
});

describe("messages that look hostile but are valid", () => {
  const cases: readonly (readonly [name: string, hex: string, value: unknown])[] = [
    ["a key twice: the last counts, as in Python", `82${str("a")}01${str("a")}02`, { a: 2 }],
    ["an integer twice: the last counts", "82000100cc02", new Map([[0, 2]])],
    ["1 and 1.0, which are one key in Python", "820105cb3ff000000000000006", new Map([[1, 6]])],
    [
      "an array beside an integer is an array, as in Python",
      `84${bin("nd")}c2${bin("type")}${str("|u1")}${bin("data")}c401070001`,
      7,
    ],
    [
      "bytes as a key beside an integer",
      `82${bin("a")}010002`,
      new Map<unknown, unknown>([
        ["a", 1],
        [0, 2],
      ]),
    ],
    ["the key constructor", `81${str("constructor")}01`, { constructor: 1 }],
    ["nd as text", `82${str("nd")}c3${str("data")}${str("x")}`, { nd: true, data: "x" }],
    ["nd that is not a boolean", `82${bin("nd")}01${bin("data")}c400`, { nd: 1, data: new Uint8Array() }],
    ["nd alone", `81${bin("nd")}c3`, { nd: true }],
    [
      "64-bit integers",
      "93cf0020000000000001d38000000000000000cfffffffffffffffff",
      [2n ** 53n + 1n, -(2n ** 63n), 2n ** 64n - 1n],
    ],
    ["small integers in 64 bits", "92cf0000000000000005d3fffffffffffffffe", [5, -2]],
    ["a NaN with a payload", "cb7ff8000000000001", NaN],
    ["an extension", "d40501", new Extension(5, Uint8Array.of(1))],
    ["msgpack's timestamp", "d6ff00000001", new Date(1_000)],
    ["an extension of no bytes", "c70005", new Extension(5, Uint8Array.of())],
  ];
  for (const [name, hex, value] of cases) {
    test(name, () => expect(decode(unhex(hex))).toEqual(value));
  }

  test("keys of text, bytes and numbers keep their order, each once", () => {
    const hex = `85${str("2")}01${bin("b")}020003${str("1")}04${bin("b")}05`;
    const found = decode(unhex(hex), { bytesKeys: "map" });
    expect(found instanceof Map && [...found]).toEqual([
      ["2", 1],
      [Uint8Array.of(0x62), 5],
      [0, 3],
      ["1", 4],
    ]);
  });

  test("a type under another name of Python, keys in another order", () => {
    const bytes = unhex(`84${bin("data")}c40401000200${bin("shape")}9102${bin("type")}${str("i2")}${bin("nd")}c3`);
    const value = decode(bytes);
    expect(value).toBeInstanceOf(NdArray);
    expect(value).toMatchObject({ dtype: "<i2", shape: [2] });
  });
});
