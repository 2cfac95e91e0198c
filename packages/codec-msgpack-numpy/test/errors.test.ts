import { FormatError, NdArray, RecordArray } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { Complex, decode, encode, Extension, Float64, msgpackNumpy, NumpyScalar } from "../src/index.ts";
import type { DecodeOptions } from "../src/index.ts";

const unhex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));

describe("a refused message has a code, an offset and a message", () => {
  const cases: readonly (readonly [
    hex: string,
    code: string,
    offset: number,
    message: string,
    options?: DecodeOptions,
  ])[] = [
    ["", "empty", 0, "there are no bytes"],
    ["0000", "trailing", 1, "1 bytes follow the message"],
    ["9100c0c0c0", "trailing", 2, "3 bytes follow the message"],
    ["9300c100", "format", 2, "byte 2 is 0xc1, which msgpack never uses"],
    ["c4", "truncated", 1, "the message ends within the 1 bytes at byte 1"],
    ["c50001", "truncated", 3, "the message ends within the 1 bytes at byte 3"],
    ["91", "declared-length", 1, "1 items are declared at byte 1, too many for the message"],
    ["92cb3fe0000000000000cb3fe00000000000", "truncated", 11, "the message ends within the 8 bytes at byte 11"],
    ["91cb3fe0", "truncated", 2, "the message ends within the 8 bytes at byte 2"],
    ["a36162", "truncated", 1, "the message ends within the 3 bytes at byte 1"],
    ["d9056162", "truncated", 2, "the message ends within the 5 bytes at byte 2"],
    ["92a16193", "declared-length", 4, "3 items are declared at byte 4, too many for the message"],
    ["81a16182", "declared-length", 4, "4 items are declared at byte 4, too many for the message"],
    ["92a161a1ff", "utf8", 4, "the text at byte 4 is not UTF-8"],
    ["a180", "utf8", 1, "the text at byte 1 is not UTF-8"],
    ["a480000000", "utf8", 1, "the text at byte 1 is not UTF-8"],
    ["a56100008000", "utf8", 1, "the text at byte 1 is not UTF-8"],
    ["a5610000ff80", "utf8", 1, "the text at byte 1 is not UTF-8"],
    [`d918${"61".repeat(23)}80`, "utf8", 2, "the text at byte 2 is not UTF-8"],
    ["9181a95f5f70726f746f5f5f00", "key", 2, "the key at byte 2 is __proto__"],
    ["9181c4095f5f70726f746f5f5f00", "key", 2, "the key at byte 2 is __proto__"],
    ["91819000", "key", 2, "the key at byte 2 is a list, which cannot be a key in Python either"],
    ["91818000", "key", 2, "the key at byte 2 is a dict, which cannot be a key in Python either"],
    ["9182a16101c4016102", "key-collision", 2, "the dict at byte 2 has a as text and as bytes"],
    ["9181c4016101", "key", 2, "the dict at byte 2 has bytes as keys", { bytesKeys: "error" }],
    ["9191c0", "depth", 2, "at byte 2 values nest deeper than maxDepth allows, which is 1", { maxDepth: 1 }],
    ["9181a161c0", "depth", 2, "at byte 2 values nest deeper than maxDepth allows, which is 1", { maxDepth: 1 }],
    [
      "9192c0c0",
      "too-many-items",
      2,
      "at byte 2 there are more values in lists and dicts than maxItems allows, which is 2; raise it for a sender that you trust",
      { maxItems: 2 },
    ],
    [
      "91c40100",
      "too-many-items",
      3,
      "at byte 3 lists, dicts and bytes take more memory than maxMemoryBytes allows, which is 100; raise it for a sender that you trust",
      { maxMemoryBytes: 100 },
    ],
  ];
  const rows = cases.map(
    ([hex, code, offset, message, options = {}]) => [hex, code, offset, message, options] as const,
  );
  test.each(rows)("%s: %s at %i", (hex, code, offset, message, options) => {
    for (const act of [() => decode(unhex(hex), options), () => msgpackNumpy(options).decode(unhex(hex))]) {
      expect(act).toThrow(FormatError);
      expect(act).toThrow(expect.objectContaining({ codec: "msgpack_numpy", code, offset, message, path: undefined }));
    }
  });
});

class Other {
  readonly kind = "other";
}
const noClass: object = Object.create(Object.create(null) as object) as object;

describe("a refused value has a code, a path and a message", () => {
  const title = new RecordArray([[["a title", "a"], "|u1"]], [1], new Uint8Array(1));
  const inside = new RecordArray([["b", [[["a title", "a"], "|u1"]]]], [1], new Uint8Array(1));
  const twice = new RecordArray([["c", ["|u1", [2]], [3]]], [1], new Uint8Array(6));
  const cases: readonly (readonly [value: unknown, code: string, path: string, message: string])[] = [
    [undefined, "type", "$", "msgpack has no form for undefined"],
    [Symbol("s"), "type", "$", "msgpack has no form for symbol"],
    [[1, () => 1], "type", "$[1]", "msgpack has no form for function"],
    [[[1, 2], [], undefined], "type", "$[2]", "msgpack has no form for undefined"],
    [[0.5, 0.5, undefined], "type", "$[2]", "msgpack has no form for undefined"],
    [{ a: { b: 1 }, c: [{ d: undefined }] }, "type", "$.c[0].d", "msgpack has no form for undefined"],
    [{ a: { b: 1 }, c: undefined }, "type", "$.c", "msgpack has no form for undefined"],
    [new Map([[5, undefined]]), "type", "$[5]", "msgpack has no form for undefined"],
    [new Map([["x", [undefined]]]), "type", "$.x[0]", "msgpack has no form for undefined"],
    [new Map([[true, undefined]]), "type", "$.true", "msgpack has no form for undefined"],
    [new Map([[Uint8Array.of(0x62), undefined]]), "type", "$.b", "msgpack has no form for undefined"],
    [[new Map([["x", [1]]]), undefined], "type", "$[1]", "msgpack has no form for undefined"],
    [[new Other()], "type", "$[0]", "msgpack has no form for a Other"],
    [[new Date(NaN)], "extension", "$[0]", "extensionCodec cannot encode it: it is an invalid Date"],
    [new Map([[new Set([1]), 1]]), "type", "$.[object Set]", "msgpack has no form for a Set"],
    [new Map([[new Float32Array(1), 1]]), "type", "$.0", "a key is an array, which Python does not read"],
    [new Map([[new Map(), 1]]), "type", "$.[object Map]", "a key is a dict, which Python does not read"],
    [new ArrayBuffer(1), "type", "$", "msgpack has no form for a ArrayBuffer"],
    [new DataView(new ArrayBuffer(1)), "type", "$", "msgpack has no form for a DataView"],
    [new Set([1]), "type", "$", "msgpack has no form for a Set"],
    [noClass, "type", "$", "msgpack has no form for a object"],
    [2n ** 64n, "type", "$", "18446744073709551616 does not fit 64 bits"],
    [[-(2n ** 63n) - 1n], "type", "$[0]", "-9223372036854775809 does not fit 64 bits"],
    [{ a: "\ud800" }, "utf8", "$.a", "half of a surrogate pair has no UTF-8 form"],
    [{ "\udc00": 1 }, "utf8", "$.\udc00", "half of a surrogate pair has no UTF-8 form"],
    [
      new Map([["a".repeat(40).concat("\ud800"), 1]]),
      "utf8",
      `$.${"a".repeat(40)}\ud800`,
      "half of a surrogate pair has no UTF-8 form",
    ],
    [new Map([[[1], 1]]), "type", "$.1", "a key is a list, which Python does not read"],
    [new Map([[{}, 1]]), "type", "$.[object Object]", "a key is a dict, which Python does not read"],
    [new Map([[undefined, 1]]), "type", "$.undefined", "a key is undefined, which Python does not read"],
    [JSON.parse('{"__proto__": 1}'), "key", "$.__proto__", "__proto__ cannot be a key, because decode refuses it"],
    [new Map([["__proto__", 1]]), "key", "$.__proto__", "__proto__ cannot be a key, because decode refuses it"],
    [
      new Map<unknown, number>([
        [7n, 1],
        [7, 2],
      ]),
      "key",
      "$.7",
      "7 is a key as a number and as a bigint, which are equal in Python",
    ],
    [[title], "dtype", "$[0]", "field a title,a has a title, which msgpack_numpy cannot read"],
    [inside, "dtype", "$", "field a title,a has a title, which msgpack_numpy cannot read"],
    [twice, "dtype", "$", "field c has a subarray of a subarray, which msgpack_numpy cannot read"],
  ];
  test.each(cases)("%o: %s at %s", (value, code, path, message) => {
    for (const act of [() => encode(value), () => msgpackNumpy().encode(value)]) {
      expect(act).toThrow(FormatError);
      expect(act).toThrow(
        expect.objectContaining({
          codec: "msgpack_numpy",
          code,
          path,
          message: `${path}: ${message}`,
          offset: undefined,
        }),
      );
    }
  });

  test.each([
    [{ maxDepth: 1 }, "depth", "values nest deeper than maxDepth allows, which is 1"],
    [
      { maxItems: 1 },
      "too-many-items",
      "there are more values in lists and dicts than maxItems allows, which is 1; arrays take less, or raise it here and where it is read",
    ],
    [
      { maxMemoryBytes: 64 },
      "too-many-items",
      "lists, dicts and bytes take more memory than maxMemoryBytes allows, which is 64; arrays take less, or raise it here and where it is read",
    ],
  ])("a value over the limit %j", (limit, code, message) => {
    expect(() => encode([[1]], limit)).toThrow(
      expect.objectContaining({ code, path: "$[0]", message: `$[0]: ${message}` }),
    );
  });
});

describe("an invalid argument of a constructor is refused", () => {
  const typeOf = "type must be a whole number from -128 to 127, not ";
  test.each([
    [() => new Extension(128, new Uint8Array()), `${typeOf}128`],
    [() => new Extension(-129, new Uint8Array()), `${typeOf}-129`],
    [() => new Extension(1.5, new Uint8Array()), `${typeOf}1.5`],
    [() => new Extension(1, "x" as never), 'data must be a Uint8Array, not "x"'],
    [() => new Complex("1" as never, 1), 're must be a number, not "1"'],
    [() => new Complex(1, null as never), "im must be a number, not null"],
    [() => new Float64(5n as never), "value must be a number, not 5n"],
    [() => new NumpyScalar("<f4", NdArray.from([1], "<f4")), /^value must be a single <f4, not /],
    [() => new NumpyScalar("<f4", NdArray.fromItems("<f8", [], [1])), /^value must be a single <f4, not /],
  ])("%s", (act, message) => {
    expect(act).toThrow(TypeError);
    expect(act).toThrow(message);
  });

  test("the limits of the range are valid", () => {
    expect([new Extension(-128, new Uint8Array()).type, new Extension(127, new Uint8Array()).type]).toEqual([
      -128, 127,
    ]);
    expect(Number(new Float64(2.5))).toBe(2.5);
  });
});
