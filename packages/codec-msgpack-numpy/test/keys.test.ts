import { describe, expect, test } from "vitest";

import { decode, encode, msgpackNumpy } from "../src/index.ts";

const ascii = (text: string): string => Buffer.from(text, "latin1").toString("hex");
const unhex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const bin = (text: string): string => `c4${text.length.toString(16).padStart(2, "0")}${ascii(text)}`;
const str = (text: string): string => (0xa0 + text.length).toString(16) + ascii(text);
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));
/** A dict of these keys, with 0, 1, 2 … as values. */
const dictOf = (...keys: string[]): Uint8Array =>
  unhex(
    (0x80 + keys.length).toString(16) + keys.map((key, index) => key + index.toString(16).padStart(2, "0")).join(""),
  );

describe("what a dict becomes, by its keys and bytesKeys", () => {
  test("text alone is an object, whatever bytesKeys says", () => {
    for (const bytesKeys of [undefined, "string", "map", "error"] as const) {
      const found = decode(dictOf(str("a"), str("b")), { bytesKeys });
      expect(found).not.toBeInstanceOf(Map);
      expect(found).toEqual({ a: 0, b: 1 });
    }
  });

  test("bytes alone: text by default, a Map or an error on request", () => {
    const message = dictOf(bin("a"), bin("\xff"));
    for (const bytesKeys of [undefined, "string"] as const) {
      const found = decode(message, { bytesKeys });
      expect(found).not.toBeInstanceOf(Map);
      expect(found).toEqual({ a: 0, "\xff": 1 });
    }
    expect(decode(message, { bytesKeys: "map" })).toEqual(
      new Map([
        [bytes("a"), 0],
        [bytes("\xff"), 1],
      ]),
    );
    expect(() => decode(message, { bytesKeys: "error" })).toThrow(expect.objectContaining({ code: "key" }));
  });

  test("a key as text and as bytes: refused by default, two keys of a Map", () => {
    const message = dictOf(str("a"), bin("a"));
    expect(() => decode(message)).toThrow(expect.objectContaining({ code: "key-collision" }));
    const found = decode(message, { bytesKeys: "map" });
    expect(found instanceof Map && [...found]).toEqual([
      ["a", 0],
      [bytes("a"), 1],
    ]);
    expect(() => decode(message, { bytesKeys: "error" })).toThrow(expect.objectContaining({ code: "key" }));
  });

  test("other keys make it a Map, also if bytes are an error", () => {
    const message = dictOf("01", str("a"));
    for (const bytesKeys of [undefined, "map", "error"] as const) {
      expect(decode(message, { bytesKeys })).toEqual(
        new Map<unknown, unknown>([
          [1, 0],
          ["a", 1],
        ]),
      );
    }
    expect(() => decode(dictOf("01", bin("a")), { bytesKeys: "error" })).toThrow(
      expect.objectContaining({ code: "key" }),
    );
  });

  test("an empty dict is an object", () => {
    for (const bytesKeys of ["string", "map", "error"] as const) expect(decode(unhex("80"), { bytesKeys })).toEqual({});
  });
});

describe("a Map has the keys in the order of the message", () => {
  // JavaScript objects put keys that look like whole numbers first, in ascending order.
  const text = ["b", "a", "0", "9", "10", "1", ":", "/", "09"];
  const orders: readonly (readonly [what: string, keys: readonly string[]])[] = [
    ["text, then a number", [...text.map(str), "05"]],
    ["a number, then text", ["05", ...text.map(str)]],
    ["a number in between", [str("b"), str("0"), "05", str("9"), str("a")]],
    ["bytes, then a number", [...text.map(bin), "05"]],
    ["bytes and text by turns", [str("b"), bin("2"), str("a"), bin("1"), str("10"), bin("z"), str("9")]],
    ["text before bytes", [str("b"), str("a"), bin("d"), bin("c")]],
    ["bytes before text", [bin("d"), bin("c"), str("b"), str("a")]],
    ["bytes that look like numbers after text", [str("x"), bin("2"), bin("1"), bin("0")]],
    ["the largest digit first", [str("b"), str("9"), "05"]],
    ["the smallest digit first", [str("b"), str("0"), "05"]],
    ["the largest digit first, in bytes", [bin("b"), bin("9"), "05"]],
    ["only keys that look like numbers", [str("10"), str("9"), str("0"), "05"]],
    ["only bytes that look like numbers", [bin("10"), bin("9"), bin("0")]],
    ["text that looks like numbers after bytes", [bin("x"), str("2"), str("1"), str("0")]],
  ];
  const keyOf = (hex: string): unknown => {
    if (hex === "05") return 5;
    const text = Buffer.from(hex.slice(hex.startsWith("c4") ? 4 : 2), "hex").toString("latin1");
    return hex.startsWith("c4") ? bytes(text) : text;
  };

  test.each(orders)("%s", (_what, keys) => {
    const found = decode(dictOf(...keys), { bytesKeys: "map" });
    if (!(found instanceof Map)) throw new TypeError("a Map was to be read");
    expect([...found]).toEqual(keys.map((hex, index) => [keyOf(hex), index]));
    expect(Buffer.compare(encode(found), dictOf(...keys))).toBe(0);
  });

  test("a duplicate key keeps its first place and gets its last value", () => {
    const found = decode(dictOf(bin("2"), str("b"), bin("1"), bin("2"), str("b"), "05", "05"), { bytesKeys: "map" });
    expect(found instanceof Map && [...found]).toEqual([
      [bytes("2"), 3],
      ["b", 4],
      [bytes("1"), 2],
      [5, 6],
    ]);
  });

  test("bytes become text in it by default", () => {
    expect(decode(dictOf(bin("2"), bin("1"), "05"))).toEqual(
      new Map<unknown, unknown>([
        ["2", 0],
        ["1", 1],
        [5, 2],
      ]),
    );
  });
});

describe("keys are not confused with each other", () => {
  const values = [null, true, false, -1, 2.5, 2n ** 63n, -(2n ** 63n)];
  test.each(values)("%s", (key) => {
    const found = decode(encode(new Map([[key, 1]])));
    expect(found).toEqual(new Map([[key, 1]]));
  });

  test("a number and a bigint are refused if they are equal in Python, else they are two keys", () => {
    expect(() =>
      encode(
        new Map<unknown, number>([
          [5, 1],
          [5n, 2],
        ]),
      ),
    ).toThrow("which are equal in Python");
    expect(() =>
      encode(
        new Map<unknown, number>([
          [5n, 1],
          [5, 2],
        ]),
      ),
    ).toThrow("which are equal in Python");
    // The number nearest to 2^53 + 1 is 2^53.
    for (const keys of [
      [2 ** 53, 2n ** 53n + 1n],
      [4, 5n],
      [5n, 6n],
    ]) {
      const two = new Map<unknown, number>(keys.map((key, index) => [key, index]));
      expect(decode(encode(two))).toHaveProperty("size", 2);
    }
  });

  // The reader compares keys with those of an array in their order: nd, type, kind, shape, data.
  test.each(["n", "ndx", "nd\0", "dn", "Nd", "", "type", "data"])("bytes %j in place of nd", (name) => {
    expect(decode(unhex(`81${bin(name)}64`))).toEqual({ [name]: 100 });
    expect(decode(unhex(`82${bin(name)}64${bin("typ")}65`))).toEqual({ [name]: 100, typ: 101 });
  });

  test.each(["kin", "kindly", "king", "shape"])("bytes %j in place of kind", (name) => {
    const head = `${bin("nd")}64${bin("type")}64`;
    expect(decode(unhex(`83${head}${bin(name)}64`))).toEqual({ nd: 100, type: 100, [name]: 100 });
  });

  test("more keys than those of an array", () => {
    const names = ["nd", "type", "kind", "shape", "data", "more", "nd2"];
    expect(decode(dictOf(...names.map(bin)))).toEqual(Object.fromEntries(names.map((name, index) => [name, index])));
  });
});

describe("short texts are cached without being confused", () => {
  test("texts that differ in one character, at every place and length up to 30", () => {
    const codec = msgpackNumpy();
    for (let length = 0; length <= 30; length += 1) {
      const texts = ["a".repeat(length)];
      for (let at = 0; at < length; at += 1) {
        for (const other of ["b", "\0", "\x7f", "é", "整", "🛰"]) {
          texts.push(`${"a".repeat(at)}${other}${"a".repeat(length - at - 1)}`);
        }
      }
      expect(codec.decode(codec.encode([...texts, ...texts]))).toEqual([...texts, ...texts]);
    }
  });

  test("texts of all lengths, in ascending and descending order", () => {
    const codec = msgpackNumpy();
    const texts = Array.from({ length: 600 }, (_, index) => `${index}`.repeat(1 + (index % 7)));
    for (const text of [...texts, ...texts]) expect(codec.decode(codec.encode(text))).toBe(text);
  });

  test("a text is compared with its own bytes, not with those before it", () => {
    // Two texts with the same hash. The length byte of the second is the last character of the first.
    expect(decode(unhex("92a26102d9026142"))).toEqual(["a\u0002", "aB"]);
  });
});
