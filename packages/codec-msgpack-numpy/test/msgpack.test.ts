import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import * as theirs from "@msgpack/msgpack";
import { describe, expect, test } from "vitest";

import { decode, encode, Extension } from "../src/index.ts";

/** A value of the suite under the name of its type, and all its forms in msgpack, the shortest first. */
type Example = Readonly<Record<string, unknown>> & { readonly msgpack: readonly string[] };

const path = createRequire(import.meta.url).resolve("msgpack-test-suite/dist/msgpack-test-suite.json");
const suite = JSON.parse(readFileSync(path, "utf8")) as Readonly<Record<string, readonly Example[]>>;
const unhex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll("-", ""), "hex"));
const hexOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString("hex")
    .replaceAll(/..(?!$)/g, "$&-");

/** The value of an example; undefined for a time that is not in whole milliseconds, which no Date holds. */
function valueOf({ timestamp, binary, bignum, ext, ...plain }: Example): unknown {
  if (Array.isArray(timestamp)) {
    const [seconds = NaN, nanoseconds = NaN] = timestamp.map(Number);
    return nanoseconds % 1e6 === 0 ? new Date(seconds * 1e3 + nanoseconds / 1e6) : undefined;
  }
  if (typeof binary === "string") return unhex(binary);
  if (Array.isArray(ext)) return new Extension(Number(ext[0]), unhex(String(ext[1])));
  if (typeof bignum === "string") {
    const exact = BigInt(bignum);
    return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
  }
  return Object.entries(plain).find(([type]) => type !== "msgpack")?.[1];
}

describe("msgpack as https://github.com/kawanet/msgpack-test-suite has it", () => {
  for (const [group, examples] of Object.entries(suite)) {
    test(`${group}: every form is read, and the shortest is written`, () => {
      for (const example of examples) {
        const value = valueOf(example);
        for (const form of example.msgpack) {
          const found = decode(unhex(form), { extensionCodec: value === undefined ? false : undefined });
          if (value === undefined) expect(found).toMatchObject({ type: -1 });
          else if (typeof value === "bigint" && /^c[ab]/.test(form))
            expect([form, found]).toEqual([form, Number(value)]);
          else expect([form, found]).toEqual([form, value]);
          if (value === undefined) expect(example.msgpack).toContain(hexOf(encode(found)));
        }
        if (value === undefined) continue;
        const written = hexOf(encode(value));
        expect(example.msgpack).toContain(written);
        // Python always writes floats with 8 bytes, and never writes an integer as a float, which may be shorter.
        const forms = example.msgpack.filter((form) => !/^c[ab]/.test(form));
        if (forms.length > 0) expect(written.length).toBe(Math.min(...forms.map((form) => form.length)));
      }
    });
  }
});

/** Fixed values for changes of the code that only random values noticed: see random.test.ts. */
const kept: readonly (readonly [what: string, value: unknown])[] = [
  ["a list of floats alone", [0.5, 1.5, 2.5]],
  ["floats, then something else", [0.5, 1.5, "a", 2.5, 3]],
  ["something else, then floats", ["a", 0.5, 1.5]],
  ["a list of floats within a list of floats", [0.5, [1.5, 2.5], 3.5, [4.5]]],
  ["lists of floats in a row, whose neighbours begin like a float", [[0.5], [1.5], 2.5, [], 3.5]],
  ["a whole number among floats", [0.5, 2, 1.5]],
  ["a float, then bytes and texts that are longer than a float", [0.5, new Uint8Array(20), "a".repeat(20)]],
  ["the largest and the smallest float", [1.7976931348623157e308, 5e-324, Infinity, -Infinity]],
  ["a dict of floats", { a: 0.5, b: [0.5], c: 1.5 }],
  ["texts around 24 and 32 bytes", [22, 23, 24, 25, 30, 31, 32, 33].map((length) => "a".repeat(length))],
  ["short texts that are not ASCII", ["é", "aé", "aaaé", "aaaaé", "整形", "🛰", "\0", "\x7f", "\x80"]],
  ["the empty text as value and key", ["", { "": "" }]],
  ["keys that look like numbers", { 10: 1, 9: 2, "09": 3, "": 4, a: 5, 0: 6 }],
  ["keys of objects", { constructor: 1, toString: 2, hasOwnProperty: { valueOf: 3 } }],
  ["bytes around 128 in a row", [127, 128, 129, 0, 1, 300].map((length) => new Uint8Array(length).fill(length))],
  [
    "more than 1,000 items, for which the list is not made in advance",
    Array.from({ length: 1_001 }, (_, index) => index - 500),
  ],
  ["1,000 items, for which it is", Array.from({ length: 1_000 }, (_, index) => (index % 2 === 0 ? null : `${index}`))],
];

describe("@msgpack/msgpack reads what is written here, and the other way round", () => {
  test.each(kept)("%s", (_what, value) => {
    expect(theirs.decode(encode(value))).toEqual(value);
    expect(decode(theirs.encode(value))).toEqual(value);
    expect(decode(encode(value))).toEqual(value);
  });
});
