import { NdArray } from "@dataqueues/arrays";
import { ExtensionCodec } from "@msgpack/msgpack";
import { describe, expect, test } from "vitest";

import { decode, encode, msgpackNumpy, NumpyScalar } from "../src/index.ts";
import type { DecodeOptions, EncodeOptions } from "../src/index.ts";

const one = Uint8Array.of(1);

describe("valid options are accepted, invalid ones are refused with their name and the valid values", () => {
  const good: readonly DecodeOptions[] = [
    { copy: "auto" },
    { copy: "always" },
    { copy: "never" },
    { copy: undefined },
    { scalars: "plain" },
    { scalars: "typed" },
    { scalars: undefined },
    { bytesKeys: "string" },
    { bytesKeys: "map" },
    { bytesKeys: "error" },
    { bytesKeys: undefined },
    { legacy: true },
    { legacy: false },
    { legacy: undefined },
    { extensionCodec: false },
    { extensionCodec: undefined },
    { extensionCodec: new ExtensionCodec() },
    { extensionCodec: { tryToEncode: () => null, decode: () => null } },
    { maxMemoryBytes: 1 },
    { maxMemoryBytes: Number.MAX_SAFE_INTEGER },
    { maxMemoryBytes: Infinity },
    { maxItems: 1 },
    { maxItems: Infinity },
    { maxDepth: 1 },
    { maxDepth: 2_000 },
  ];
  test.each(good)("%o", (options) => {
    expect(decode(one, options)).toBe(1);
    expect(msgpackNumpy(options).decode(one)).toBe(1);
    expect(msgpackNumpy(options).encode(1)).toEqual(one);
  });

  const size = "a whole number from 1 to 9007199254740991 or Infinity";
  const codec = "an ExtensionCodec of @msgpack/msgpack, or false";
  const bad: readonly (readonly [options: object, message: string])[] = [
    [{ copy: "" }, 'copy must be one of "auto", "always", "never", not ""'],
    [{ scalars: "" }, 'scalars must be one of "plain", "typed", not ""'],
    [{ bytesKeys: "" }, 'bytesKeys must be one of "string", "map", "error", not ""'],
    [{ legacy: "" }, 'legacy must be one of true, false, not ""'],
    [{ extensionCodec: null }, `extensionCodec must be ${codec}, not null`],
    [{ extensionCodec: true }, `extensionCodec must be ${codec}, not true`],
    [{ extensionCodec: { decode: () => null } }, expect.stringContaining(`extensionCodec must be ${codec}, not `)],
    [{ extensionCodec: { tryToEncode: () => null } }, expect.stringContaining(`extensionCodec must be ${codec}, not `)],
    [{ extensionCodec: ExtensionCodec }, expect.stringContaining(`extensionCodec must be ${codec}, not `)],
    [{ maxMemoryBytes: 0 }, `maxMemoryBytes must be ${size}, not 0`],
    [{ maxMemoryBytes: 2 ** 53 }, `maxMemoryBytes must be ${size}, not 9007199254740992`],
    [{ maxMemoryBytes: -Infinity }, `maxMemoryBytes must be ${size}, not -Infinity`],
    [{ maxItems: 0 }, `maxItems must be ${size}, not 0`],
    [{ maxItems: 1n }, `maxItems must be ${size}, not 1n`],
    [{ maxDepth: 0 }, "maxDepth must be a whole number from 1 to 2000, not 0"],
    [{ maxDepth: 2_001 }, "maxDepth must be a whole number from 1 to 2000, not 2001"],
    [{ maxDepth: "5" }, 'maxDepth must be a whole number from 1 to 2000, not "5"'],
  ];
  test.each(bad)("%o", (options, message) => {
    expect(() => decode(one, options)).toThrow(expect.objectContaining({ name: "TypeError", message }));
    expect(() => msgpackNumpy(options)).toThrow(expect.objectContaining({ name: "TypeError", message }));
    if ("extensionCodec" in options) {
      expect(() => encode(1, options as EncodeOptions)).toThrow(
        expect.objectContaining({ name: "TypeError", message }),
      );
    }
  });

  test.each([null, 5, "x", true])("options that are %o", (none) => {
    const options: unknown = none;
    const error = /^options must be an object, not /;
    expect(() => decode(one, options as DecodeOptions)).toThrow(error);
    expect(() => encode(1, options as EncodeOptions)).toThrow(error);
    expect(() => msgpackNumpy(options as DecodeOptions)).toThrow(error);
  });

  test("at most 2,000 levels are read and written", () => {
    const deep = Uint8Array.from([...new Uint8Array(2_000).fill(0x91), 0]);
    expect(encode(decode(deep, { maxDepth: 2_000 }), { maxDepth: 2_000 })).toEqual(deep);
  });
});

test("a codec is a frozen object with its name", () => {
  expect(msgpackNumpy().name).toBe("msgpack_numpy");
  expect(Object.isFrozen(msgpackNumpy())).toBe(true);
});

test.each([undefined, null, "abc", 5, [1], new ArrayBuffer(1)])("bytes that are %o are refused", (none) => {
  const bytes: unknown = none;
  for (const act of [() => decode(bytes as Uint8Array), () => msgpackNumpy().decode(bytes as Uint8Array)]) {
    expect(act).toThrow(
      expect.objectContaining({
        name: "TypeError",
        message: expect.stringMatching(/^bytes must be a Uint8Array, not /),
      }),
    );
  }
});

describe("values of JavaScript that have another name in Python", () => {
  const typed = [
    [Int8Array.of(-1), "|i1"],
    [Uint8ClampedArray.of(1), "|u1"],
    [Int16Array.of(-1), "<i2"],
    [Uint16Array.of(1), "<u2"],
    [Int32Array.of(-1), "<i4"],
    [Uint32Array.of(1), "<u4"],
    [Float32Array.of(1.5), "<f4"],
    [Float64Array.of(1.5), "<f8"],
    [BigInt64Array.of(-1n), "<i8"],
    [BigUint64Array.of(1n), "<u8"],
  ] as const;
  test.each(typed)("%o is an array of dtype %s", (value, dtype) => {
    expect(decode(encode(value))).toMatchObject({ dtype, shape: [1] });
    expect(decode(encode([value, { a: value }]))).toMatchObject([{ dtype }, { a: { dtype } }]);
  });

  test("a dict without a prototype is a dict", () => {
    const bare: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    bare["a"] = 1;
    expect(decode(encode(bare))).toEqual({ a: 1 });
  });

  test("a Map of text is a dict", () => {
    expect(
      encode(
        new Map([
          ["a", 1],
          ["b", 2],
        ]),
      ),
    ).toEqual(encode({ a: 1, b: 2 }));
  });
});

describe("numpy scalars", () => {
  test("a dtype may have any of its names", () => {
    const array = NdArray.fromItems("<f8", [], [1.5]);
    for (const name of ["<f8", "float64", "f8", "d", "double"]) {
      expect(new NumpyScalar(name, array)).toMatchObject({ dtype: "<f8", value: 1.5 });
      expect(new NumpyScalar(name, 1.5)).toMatchObject({ dtype: "<f8", value: 1.5 });
    }
    expect(() => new NumpyScalar("float32", array)).toThrow(/^value must be a single float32, not /);
    expect(() => new NumpyScalar("no dtype", array)).toThrow(expect.objectContaining({ code: "dtype" }));
  });

  test("a NumpyScalar works in arithmetic and comparisons", () => {
    expect(Number(new NumpyScalar("<i2", 5))).toBe(5);
    expect(Number(new NumpyScalar("<i8", 5n).valueOf())).toBe(5);
  });
});
