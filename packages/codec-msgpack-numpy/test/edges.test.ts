import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { NdArray } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { Complex, decode, encode, Extension } from "../src/index.ts";

/** Made by tooling/python/scripts/msgpack_vectors.py. */
const vectors = JSON.parse(readFileSync(new URL("vectors/edges.json", import.meta.url), "utf8")) as {
  readonly lengths: readonly {
    readonly kind: string;
    readonly length: number;
    readonly bytes: number;
    readonly start: string;
    readonly sha256: string;
  }[];
  readonly integers: readonly { readonly integer: string; readonly hex: string }[];
  readonly complexes: readonly {
    readonly re: string;
    readonly im: string;
    readonly text: string;
    readonly hex: string;
  }[];
  readonly extensions: readonly { readonly type: number; readonly hex: string }[];
};

const unhex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const sevens = (length: number): Uint8Array => new Uint8Array(length).fill(7);

const make: Readonly<Record<string, (length: number) => unknown>> = {
  text: (length) => "a".repeat(length),
  "text of é": (length) => "é".repeat(length),
  bytes: sevens,
  extension: (length) => new Extension(5, sevens(length)),
  list: (length) => Array.from({ length }, () => null),
  "list of floats": (length) => Array.from({ length }, () => 0.5),
  dict: (length) => Object.fromEntries(Array.from({ length }, (_, index) => [`k${index}`, index])),
  "dict of integers": (length) => new Map(Array.from({ length }, (_, index) => [index, null])),
  array: (length) => NdArray.fromBytes("|u1", [length], sevens(length)),
};

describe("each length is written in the form in which Python writes it, and read again", () => {
  for (const kind of Object.keys(make)) {
    const rows = vectors.lengths.filter((row) => row.kind === kind);
    test(`${kind}: ${rows.map(({ length }) => length).join(", ")}`, () => {
      expect(rows.length).toBeGreaterThan(15);
      for (const { length, bytes, start, sha256 } of rows) {
        const value = make[kind]?.(length);
        const written = encode(value);
        expect([length, written.length, hexOf(written.subarray(0, 8))]).toEqual([length, bytes, start]);
        expect([length, createHash("sha256").update(written).digest("hex")]).toEqual([length, sha256]);
        // An empty dict is read as an object, because it has no integer keys.
        if (length < 300) expect(decode(written)).toEqual(kind === "dict of integers" && length === 0 ? {} : value);
      }
    });
  }
});

describe("an integer is written in the shortest form, and read again", () => {
  test.each(vectors.integers)("$integer: $hex", ({ integer, hex }) => {
    const exact = BigInt(integer);
    const number = Number(exact);
    const value = Number.isSafeInteger(number) ? number : exact;
    expect(hexOf(encode(exact))).toBe(hex);
    expect(hexOf(encode(value))).toBe(hex);
    expect(decode(unhex(hex))).toBe(value);
  });
});

describe("a complex number is written as Python prints it, and read again", () => {
  test.each(vectors.complexes)("$text", ({ re, im, text, hex }) => {
    const value = new Complex(Number(re), Number(im));
    expect(String(value)).toBe(text);
    expect(hexOf(encode(value))).toBe(hex);
    expect(decode(unhex(hex))).toEqual(value);
  });
});

describe("an extension keeps its type", () => {
  test.each(vectors.extensions)("$type", ({ type, hex }) => {
    const found = decode(unhex(hex), { extensionCodec: false });
    expect(found).toMatchObject({ type });
    expect(hexOf(encode(found))).toBe(hex);
  });

  // Negative types, which msgpack's specification reserves, are written as two's complement.
  test.each([
    [-128, "d480"],
    [-2, "d4fe"],
  ])("%i", (type, start) => {
    expect(hexOf(encode(new Extension(type, sevens(1))))).toBe(`${start}07`);
    expect(decode(unhex(`${start}07`))).toEqual(new Extension(type, sevens(1)));
  });
});

describe("large bytes and the values between them stay in order", () => {
  // The writer copies bytes of 128 and more at the end, and uses another loop for more than 128 bytes between them.
  test.each([0, 1, 127, 128, 129, 300])("%i nulls between", (between) => {
    const nulls = Array.from({ length: between }, () => null);
    const value = ["a", sevens(128), ...nulls, sevens(127), sevens(200), "é".repeat(70), ...nulls];
    expect(decode(encode(value))).toEqual(value);
    expect(decode(encode([value, value]))).toEqual([value, value]);
  });

  test("a message does not change when the bytes of the value do", () => {
    for (const length of [1, 127, 128, 1_000]) {
      const bytes = sevens(length);
      const written = encode([bytes]);
      bytes.fill(0);
      expect(decode(written)).toEqual([sevens(length)]);
    }
  });
});

describe("texts of complex numbers that Python's repr does not write", () => {
  const complexOf = (text: string): unknown =>
    decode(
      Buffer.concat([
        unhex("82c407636f6d706c6578c3c40464617461"),
        Uint8Array.of(0xa0 + text.length),
        Buffer.from(text),
      ]),
    );

  test.each([
    ["j1", null],
    ["1", null],
    ["1+j", null],
    ["(1+2j", [1, 2]],
    ["1+2j", [1, 2]],
    ["+1+2j", [1, 2]],
    ["1.+.5j", [1, 0.5]],
    ["1e5-1E5j", null],
    ["1e+5-1e-5j", [1e5, -1e-5]],
    ["-nan-nanj", [Number.NaN, Number.NaN]],
    ["+nanj", [0, Number.NaN]],
    ["-infj", [0, -Infinity]],
    ["+inf+infj", [Infinity, Infinity]],
    [" 1j", null],
    ["1j ", null],
    ["1+2j3j", null],
    ["", null],
  ])("%j", (text, parts) => {
    if (parts === null) expect(() => complexOf(text)).toThrow(/^the dict at byte 1 does not contain a complex number$/);
    else expect(complexOf(text)).toEqual(new Complex(parts[0] ?? 0, parts[1] ?? 0));
  });
});
