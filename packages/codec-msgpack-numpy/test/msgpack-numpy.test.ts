import { NdArray, RecordArray } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { Complex, decode, encode, Float64, NumpyScalar } from "../src/index.ts";

/** Bytes that msgpack_numpy 0.4.8 (numpy 2.4.6, msgpack 1.2.4) wrote, with their values. */
const vectors: readonly (readonly [
  name: string,
  hex: string,
  dtype: string,
  shape: readonly number[],
  items: unknown,
])[] = [
  [
    "f8",
    "85c4026e64c3c40474797065a33c6638c4046b696e64c400c40573686170659101c40464617461c408000000000000f83f",
    "<f8",
    [1],
    [1.5],
  ],
  [
    "f8 without dimensions",
    "85c4026e64c3c40474797065a33c6638c4046b696e64c400c405736861706590c40464617461c408000000000000f83f",
    "<f8",
    [],
    1.5,
  ],
  [
    "an empty i4 of shape (2, 0)",
    "85c4026e64c3c40474797065a33c6934c4046b696e64c400c4057368617065920200c40464617461c400",
    "<i4",
    [2, 0],
    [[], []],
  ],
  [
    "bool",
    "85c4026e64c3c40474797065a37c6231c4046b696e64c400c40573686170659102c40464617461c4020100",
    "|b1",
    [2],
    [true, false],
  ],
  [
    "u8",
    "85c4026e64c3c40474797065a33c7538c4046b696e64c400c40573686170659101c40464617461c408ffffffffffffffff",
    "<u8",
    [1],
    [2n ** 64n - 1n],
  ],
  [
    "c8",
    "85c4026e64c3c40474797065a33c6338c4046b696e64c400c40573686170659101c40464617461c4080000803f00000040",
    "<c8",
    [1],
    [{ re: 1, im: 2 }],
  ],
  [
    "U2",
    "85c4026e64c3c40474797065a33c5532c4046b696e64c400c40573686170659101c40464617461c4086100000062000000",
    "<U2",
    [1],
    ["ab"],
  ],
  ["S2", "85c4026e64c3c40474797065a37c5332c4046b696e64c400c40573686170659101c40464617461c4026162", "|S2", [1], ["ab"]],
];

const unhex = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const hexOf = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

describe("msgpack-numpy", () => {
  for (const [name, hex, dtype, shape, items] of vectors) {
    test(`${name} is read with Python's values and written as Python writes it`, () => {
      const array = decode(unhex(hex));
      expect(array).toBeInstanceOf(NdArray);
      if (!(array instanceof NdArray)) return;
      expect([array.dtype, array.shape, array.toList()]).toEqual([dtype, shape, items]);
      expect(hexOf(encode(array))).toBe(hex);
    });
  }

  test("a structured array is read by columns and rows and written as Python writes it", () => {
    const hex =
      "85c4026e64c3c404747970659292a161a33c693492a162a33c6638c4046b696e64c40156c40573686170659101c40464617461c40c010000000000000000000440";
    const records = decode(unhex(hex));
    expect(records).toBeInstanceOf(RecordArray);
    if (!(records instanceof RecordArray)) return;
    expect(records.dtype).toEqual([
      ["a", "<i4"],
      ["b", "<f8"],
    ]);
    expect({ ...records.row(0) }).toEqual({ a: 1, b: 2.5 });
    expect(records.column("b")).toEqual(Float64Array.of(2.5));
    expect(hexOf(encode(records))).toBe(hex);
  });

  test("arrays are found in dicts and lists, and scalars are numbers", () => {
    const hex =
      "82a16185c4026e64c3c40474797065a37c7531c4046b696e64c400c40573686170659101c40464617461c40101a16c9183c4026e64c2c40474797065a33c6634c40464617461c4040000c03f";
    const value = decode(unhex(hex));
    expect(value).toMatchObject({ l: [1.5] });
    expect(value).toHaveProperty("a", expect.any(NdArray));
  });

  // numpy.int64(1024), numpy.int64(2**53 + 1) and numpy.uint64(7).
  test.each([
    ["83c4026e64c2c40474797065a33c6938c40464617461c4080004000000000000", 1024],
    ["83c4026e64c2c40474797065a33c6938c40464617461c4080100000000002000", 2n ** 53n + 1n],
    ["83c4026e64c2c40474797065a33c7538c40464617461c4080700000000000000", 7],
  ])("a numpy integer is read like a Python integer: %s", (hex, value) => {
    expect(decode(unhex(hex))).toBe(value);
  });

  // The message that msgpack_numpy writes for the scalar, and the one for the same value of Python (or for timedelta64
  // itself). It reads datetime64, bytes_, str_ and void in this form, but does not write it.
  test.each([
    ["bool_(True)", "83c4026e64c2c40474797065a37c6231c40464617461c40101", "c3"],
    ["float16(1.5)", "83c4026e64c2c40474797065a33c6632c40464617461c402003e", "cb3ff8000000000000"],
    ["float32(1.5)", "83c4026e64c2c40474797065a33c6634c40464617461c4040000c03f", "cb3ff8000000000000"],
    [
      "complex64(1+2j)",
      "83c4026e64c2c40474797065a33c6338c40464617461c4080000803f00000040",
      "82c407636f6d706c6578c3c40464617461a628312b326a29",
    ],
    [
      "complex128(1+2j)",
      "83c4026e64c2c40474797065a43c633136c40464617461c410000000000000f03f0000000000000040",
      "82c407636f6d706c6578c3c40464617461a628312b326a29",
    ],
    [
      "timedelta64(5, 's')",
      "83c4026e64c2c40474797065a63c6d385b735dc40464617461c4080500000000000000",
      "83c4026e64c2c40474797065a63c6d385b735dc40464617461c4080500000000000000",
    ],
    [
      "datetime64(5, 's')",
      "83c4026e64c2c40474797065a63c4d385b735dc40464617461c4080500000000000000",
      "83c4026e64c2c40474797065a63c4d385b735dc40464617461c4080500000000000000",
    ],
    ["bytes_(b'ab')", "83c4026e64c2c40474797065a37c5333c40464617461c403616200", "c4026162"],
    ["str_('a')", "83c4026e64c2c40474797065a33c5532c40464617461c4086100000000000000", "a161"],
    ["void(b'ab\\0')", "83c4026e64c2c40474797065a37c5633c40464617461c403616200", "c403616200"],
  ])("numpy.%s is read and written again as the same value, also in lists and dicts", (_name, hex, sent) => {
    expect(hexOf(encode(decode(unhex(hex))))).toBe(sent);
    expect(hexOf(encode(decode(unhex(`9281a161${hex}${hex}`))))).toBe(`9281a161${sent}${sent}`);
    // The dtype is kept on request.
    expect(hexOf(encode(decode(unhex(hex), { scalars: "typed" })))).toBe(hex);
  });

  test("a complex numpy scalar is a Complex, a time a NumpyScalar with its unit", () => {
    expect(decode(unhex("83c4026e64c2c40474797065a33c6338c40464617461c4080000803f00000040"))).toEqual(
      new Complex(1, 2),
    );
    const time = decode(unhex("83c4026e64c2c40474797065a63c6d385b735dc40464617461c4080004000000000000"));
    expect(time).toBeInstanceOf(NumpyScalar);
    expect(time).toMatchObject({ dtype: "<m8[s]", value: 1024n });
  });

  test("a dict with the text key nd stays a dict", () => {
    expect(decode(encode({ nd: true, type: "<f8", data: "x" }))).toEqual({ nd: true, type: "<f8", data: "x" });
  });

  test("Python's complex numbers are read", () => {
    expect(decode(unhex("82c407636f6d706c6578c3c40464617461a628312b326a29"))).toEqual({ re: 1, im: 2 });
    expect(decode(unhex("82c407636f6d706c6578c3c40464617461aa286e616e2b696e666a29"))).toEqual({
      re: NaN,
      im: Infinity,
    });
  });

  test("floats, complex numbers, extensions and numpy scalars are keys of a Map, which is written again as it was", () => {
    // {1.0: 1, 1.5: 2}, {1j: 1}, {msgpack.ExtType(5, b"a"): 1}, {numpy.int64(3): 1} as Python writes them.
    for (const hex of [
      "81cb3ff800000000000002",
      "8182c407636f6d706c6578c3c40464617461a2316a01",
      "81d4056101",
      "8183c4026e64c2c40474797065a33c6938c40464617461c408030000000000000001",
    ]) {
      const found = decode(unhex(hex), { scalars: "typed" });
      expect(found).toBeInstanceOf(Map);
      expect(hexOf(encode(found))).toBe(hex);
    }
    expect(hexOf(encode(new Map([[new Float64(1), 1]])))).toBe("81cb3ff000000000000001");
    expect(decode(unhex("8183c4026e64c2c40474797065a33c6938c40464617461c408030000000000000001"))).toEqual(
      new Map([[3, 1]]),
    );
  });

  test.each([
    [new Map<unknown, unknown>([[[1], 1]]), "type", "a key is a list"],
    [new Map<unknown, unknown>([[{}, 1]]), "type", "a key is a dict"],
    [new Map<unknown, unknown>([[NdArray.from([1]), 1]]), "type", "a key is an array"],
    [new Map<unknown, unknown>([[undefined, 1]]), "type", "a key is undefined"],
    [
      new Map<unknown, unknown>([
        [1, 1],
        [1n, 2],
      ]),
      "key",
      "1 is a key as a number and as a bigint",
    ],
    [new Map<unknown, unknown>([["__proto__", 1]]), "key", "__proto__"],
    [new Map<unknown, unknown>([[new TextEncoder().encode("__proto__"), 1]]), "key", "__proto__"],
    [JSON.parse('{"__proto__": 1}'), "key", "__proto__"],
  ])("a key that would not be read is refused when writing: %o", (value, code, expected) => {
    expect(() => encode(value)).toThrow(expect.objectContaining({ code, path: expect.stringMatching(/^\$./) }));
    expect(() => encode(value)).toThrow(expected);
  });

  test("64-bit integers keep all digits", () => {
    for (const integer of [2n ** 53n + 1n, -(2n ** 63n), 2n ** 64n - 1n]) expect(decode(encode(integer))).toBe(integer);
    expect(hexOf(encode(5_000_000_000))).toBe("cf000000012a05f200");
  });

  test("pickles are refused by name, also in fields", () => {
    const object = "85c4026e64c3c40474797065a27c4fc4046b696e64c4014fc40573686170659101c40464617461c40101";
    const hidden =
      "85c4026e64c3c404747970659192a161a27c4fc4046b696e64c40156c40573686170659101c40464617461c4080000000000000000";
    for (const hex of [object, hidden]) {
      expect(() => decode(unhex(hex))).toThrow(expect.objectContaining({ code: "pickle-refused" }));
    }
  });

  test("headers that declare too much are refused before anything is allocated", () => {
    for (const hex of [
      "dd01ffffff",
      "dfffffffff",
      "dcffff".repeat(20),
      "c6ffffffff00",
      "91".repeat(1000),
      "c1",
      "0000",
    ]) {
      expect(() => decode(unhex(hex))).toThrow(expect.objectContaining({ name: "FormatError" }));
    }
  });

  test("every truncation of every vector is an error with a code", () => {
    for (const [, hex] of vectors) {
      const bytes = unhex(hex);
      for (let length = 0; length < bytes.length; length += 1) {
        expect(() => decode(bytes.subarray(0, length))).toThrow(
          expect.objectContaining({
            name: "FormatError",
            code: expect.stringMatching(/^(empty|truncated|declared-length)$/),
          }),
        );
      }
    }
  });
});
