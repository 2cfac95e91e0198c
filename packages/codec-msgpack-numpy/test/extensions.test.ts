import { NdArray, RecordArray } from "@dataqueues/arrays";
import * as theirs from "@msgpack/msgpack";
import { ExtData, ExtensionCodec } from "@msgpack/msgpack";
import type { ExtensionCodecType } from "@msgpack/msgpack";
import { describe, expect, test } from "vitest";

import { Complex, decode, encode, Extension, Float64, msgpackNumpy, NumpyScalar } from "../src/index.ts";

const unhex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

class Antenna {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Antennas as type 5, Sets as type 6 in the way of @msgpack/msgpack's README, integers beyond 64 bits as type 7. */
const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: 5,
  encode: (value) => (value instanceof Antenna ? new TextEncoder().encode(value.name) : null),
  decode: (data) => new Antenna(new TextDecoder().decode(data)),
});
extensionCodec.register({
  type: 6,
  encode: (value) => (value instanceof Set ? theirs.encode([...value], { extensionCodec }) : null),
  decode: (data) => new Set(theirs.decode(data, { extensionCodec }) as unknown[]),
});
extensionCodec.register({
  type: 7,
  encode: (value) => (typeof value === "bigint" ? new TextEncoder().encode(String(value)) : null),
  decode: (data) => BigInt(new TextDecoder().decode(data)),
});

/** An ExtensionCodec that only does what is given. */
const only = (given: Partial<ExtensionCodecType<undefined>>): ExtensionCodecType<undefined> => ({
  tryToEncode: () => null,
  decode: (data, type) => new ExtData(type, data),
  ...given,
});

describe("an ExtensionCodec of @msgpack/msgpack", () => {
  const values: readonly unknown[] = [
    new Antenna("SKA001"),
    [new Antenna("SKA001"), { a: new Antenna("x".repeat(300)), at: new Date(1_700_000_000_123) }],
    { seen: new Set([1, "a", new Set([new Antenna("M033")])]) },
    { longer: [new Antenna("x".repeat(16)), new Antenna("x".repeat(17)), new Antenna("x".repeat(70_000))] },
  ];
  test.each(values)("%o is written with the bytes of @msgpack/msgpack, and read again", (value) => {
    const bytes = encode(value, { extensionCodec });
    expect(bytes).toEqual(theirs.encode(value, { extensionCodec }));
    expect(decode(bytes, { extensionCodec })).toEqual(value);
    expect(decode(bytes, { extensionCodec })).toEqual(theirs.decode(bytes, { extensionCodec }));
    expect(msgpackNumpy({ extensionCodec }).decode(msgpackNumpy({ extensionCodec }).encode(value))).toEqual(value);
  });

  test("is asked for any bigint, also for one that has a form of its own", () => {
    const asText = (digits: string): string => Buffer.from(digits).toString("hex");
    const bytes = encode([2n ** 64n, 5n], { extensionCodec });
    expect(hexOf(bytes)).toBe(`92c71407${asText("18446744073709551616")}d407${asText("5")}`);
    expect(decode(bytes, { extensionCodec })).toEqual([2n ** 64n, 5n]);
  });

  test("is asked for Maps, lists and dicts before they get their own form, as by @msgpack/msgpack", () => {
    const asExtensions = new ExtensionCodec();
    asExtensions.register({
      type: 1,
      encode: (value) => (value instanceof Map ? theirs.encode([...value], { extensionCodec: asExtensions }) : null),
      decode: (data) => new Map(theirs.decode(data, { extensionCodec: asExtensions }) as [unknown, unknown][]),
    });
    asExtensions.register({
      type: 2,
      encode: (value) => (typeof value === "object" && value !== null && "tag" in value ? Uint8Array.of(7) : null),
      decode: () => ({ tag: 7 }),
    });
    const value = [new Map([["a", new Map([["b", 1]])]]), { tag: 7 }, [{ plain: 1 }]];
    const bytes = encode(value, { extensionCodec: asExtensions });
    expect(bytes).toEqual(theirs.encode(value, { extensionCodec: asExtensions }));
    expect(decode(bytes, { extensionCodec: asExtensions })).toEqual(value);
  });

  test("is asked for a function and a symbol, not for undefined", () => {
    const asked: unknown[] = [];
    const named = only({
      tryToEncode: (value) => {
        asked.push(typeof value);
        return typeof value === "object" ? null : new ExtData(1, Uint8Array.of(7));
      },
    });
    expect(hexOf(encode([() => 1, Symbol("s")], { extensionCodec: named }))).toBe("92d40107d40107");
    expect(() => encode(undefined, { extensionCodec: named })).toThrow("$: msgpack has no form for undefined");
    expect(asked).toEqual(["object", "function", "symbol"]);
  });

  test("is not asked for arrays, and for values that only msgpack-numpy has a form for", () => {
    const asked: unknown[] = [];
    const curious = only({ tryToEncode: (value) => (asked.push(value), null) });
    const array = NdArray.from([1, 2], "<f4");
    const rows = new RecordArray([["a", "|u1"]], [1], Uint8Array.of(1));
    const own = [new Complex(1, 2), new Float64(1), new NumpyScalar("<f4", 1), new Extension(5, Uint8Array.of(1))];
    const plain = [null, true, 1, 0.5, "a", Uint8Array.of(1), Float32Array.of(1)];
    for (const value of [array, rows, ...own, ...plain]) {
      expect(encode(value, { extensionCodec: curious })).toEqual(encode(value));
    }
    expect(asked).toEqual([]);
  });

  test("writes an ExtData as it is", () => {
    expect(hexOf(encode([new ExtData(5, Uint8Array.of(1))]))).toBe("91d40501");
    expect(() => encode(new ExtData(5, Uint8Array.of(1)), { extensionCodec: false })).toThrow(
      "$: msgpack has no form for a ExtData",
    );
  });

  test("may make keys of a dict", () => {
    const bytes = encode(new Map([[new Antenna("M033"), 1]]), { extensionCodec });
    expect(hexOf(bytes)).toBe(`81d605${Buffer.from("M033").toString("hex")}01`);
    const [[key, value] = []] = decode(bytes, { extensionCodec }) as Map<unknown, unknown>;
    expect([key, value]).toEqual([new Antenna("M033"), 1]);
    const asText = only({ decode: (data) => new TextDecoder().decode(data) });
    expect(decode(bytes, { extensionCodec: asText })).toEqual({ M033: 1 });
  });

  test.each([
    ["__proto__", "the key at byte 1 is __proto__"],
    [new TextEncoder().encode("__proto__"), "the key at byte 1 is __proto__"],
    [[1], "the key at byte 1 is a list, which cannot be a key in Python either"],
    [{}, "the key at byte 1 is a dict, which cannot be a key in Python either"],
    [Object.create(null), "the key at byte 1 is a dict, which cannot be a key in Python either"],
    [undefined, "the key at byte 1 is undefined, which cannot be a key in Python either"],
  ])("cannot make a key of %o", (key, message) => {
    const made = only({ decode: () => key });
    expect(() => decode(unhex("81d4050001"), { extensionCodec: made })).toThrow(
      expect.objectContaining({ code: "key", offset: 1, message }),
    );
  });
});

describe("an extension that no ExtensionCodec knows", () => {
  test("is an Extension, also if the ExtData is of another copy of @msgpack/msgpack", () => {
    const otherCopy = {
      ExtData: class ExtData {
        readonly type = 5;
      },
    };
    const unknown = only({ decode: () => new otherCopy.ExtData() });
    expect(decode(unhex("d40501"), { extensionCodec: unknown })).toEqual(new Extension(5, Uint8Array.of(1)));
  });

  test.each(["d40501", "c70005", "c70305010203", "d5fe0102", "d47f00", `c80100fd${"07".repeat(256)}`])(
    "%s is an Extension, which is written with the same bytes",
    (hex) => {
      for (const each of [undefined, new ExtensionCodec(), false] as const) {
        const found = decode(unhex(hex), { extensionCodec: each });
        expect(found).toBeInstanceOf(Extension);
        expect(hexOf(encode(found, { extensionCodec: each }))).toBe(hex);
      }
    },
  );

  test("an Extension is written as it is, also if its type is known", () => {
    expect(hexOf(encode(new Extension(-1, Uint8Array.of(1))))).toBe("d4ff01");
    expect(hexOf(encode(new Extension(5, Uint8Array.of(0x61)), { extensionCodec }))).toBe("d40561");
  });
});

describe("the bytes of an extension", () => {
  test("are a view of the message, and never a Buffer of Node", () => {
    const kept: Uint8Array[] = [];
    const keeps = only({ decode: (data) => kept.push(data) });
    const message = Buffer.from("00009302d50501020300", "hex").subarray(2, 9);
    expect(decode(message, { extensionCodec: keeps })).toEqual([2, 1, 3]);
    const [data] = kept;
    expect(data?.constructor).toBe(Uint8Array);
    expect([data?.buffer, data?.byteOffset, data?.byteLength]).toEqual([message.buffer, message.byteOffset + 4, 2]);
  });

  test("may be written from a buffer that the ExtensionCodec uses again", () => {
    const buffer = new Uint8Array(200);
    const reuses = only({
      tryToEncode: (value) => (value instanceof Antenna ? new ExtData(5, buffer.fill(value.name.charCodeAt(0))) : null),
    });
    const bytes = encode([new Antenna("a"), new Antenna("b")], { extensionCodec: reuses });
    expect(hexOf(bytes)).toBe(`92c7c805${"61".repeat(200)}c7c805${"62".repeat(200)}`);
  });

  test.each([0, 1, 127, 128, 5_000])("may depend on their place, after %i bytes", (before) => {
    const places: number[] = [];
    const aligned = only({
      tryToEncode: (value) => {
        if (!(value instanceof Antenna)) return null;
        return new ExtData(5, (place) => {
          places.push(place);
          return new Uint8Array(-place & 7);
        });
      },
    });
    const value = ["x", new Uint8Array(before), new Antenna(""), new Uint8Array(before), new Antenna("")];
    const bytes = encode(value, { extensionCodec: aligned });
    const [first = 0, second = 0] = places;
    expect([bytes[first - 6], bytes[first - 1], bytes[second - 6], bytes[second - 1]]).toEqual([0xc9, 5, 0xc9, 5]);
    expect(bytes).toEqual(theirs.encode(value, { extensionCodec: aligned }));
  });
});

describe("what an ExtensionCodec throws", () => {
  const reason = new Error("no such antenna");
  const throws = (thrown: unknown): ExtensionCodecType<undefined> => {
    const act = (): never => {
      throw thrown;
    };
    return { tryToEncode: (value) => (value instanceof Antenna ? act() : null), decode: act };
  };

  test.each([
    [reason, "no such antenna"],
    ["a text", "a text"],
  ])("is the cause of an error with the offset of the type: %s", (cause, text) => {
    expect(() => decode(unhex("92a161c70105ff"), { extensionCodec: throws(cause) })).toThrow(
      expect.objectContaining({
        name: "FormatError",
        codec: "msgpack_numpy",
        code: "extension",
        offset: 5,
        message: `the extension of type 5 at byte 5 cannot be decoded: ${text}`,
        cause,
      }),
    );
  });

  test.each([
    [reason, "no such antenna"],
    ["a text", "a text"],
  ])("is the cause of an error with the path of the value: %s", (cause, text) => {
    expect(() => encode({ a: [1, new Antenna("")] }, { extensionCodec: throws(cause) })).toThrow(
      expect.objectContaining({
        name: "FormatError",
        codec: "msgpack_numpy",
        code: "extension",
        path: "$.a[1]",
        message: `$.a[1]: extensionCodec cannot encode it: ${text}`,
        cause,
      }),
    );
  });

  test.each([
    [new ExtData(128, Uint8Array.of()), "type must be a whole number from -128 to 127, not 128"],
    [new ExtData(5, () => "x" as never), 'data must be a Uint8Array, not "x"'],
    [Uint8Array.of(1) as never, "type must be a whole number from -128 to 127, not undefined"],
  ])("and what it gives that is no extension: %o", (given, text) => {
    const wrong = only({ tryToEncode: () => given });
    expect(() => encode(new Antenna(""), { extensionCodec: wrong })).toThrow(
      expect.objectContaining({ code: "extension", message: `$: extensionCodec cannot encode it: ${text}` }),
    );
  });

  test("and an invalid Date that it gives", () => {
    const invalid = only({ decode: () => new Date(NaN) });
    expect(() => decode(unhex("d40500"), { extensionCodec: invalid })).toThrow(/no Date holds this time/);
  });
});
