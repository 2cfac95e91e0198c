import { NdArray } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { Complex, decode, encode } from "../src/index.ts";

const list = (length: number, make: (index: number) => unknown): unknown[] =>
  Array.from({ length }, (_, at) => make(at));

/** Some megabytes of each kind of value. An earlier limit of 250,000 values refused to read them. */
const long: readonly (readonly [name: string, value: unknown])[] = [
  ["zeros", list(3_000_000, () => 0)],
  ["integers", list(300_000, (index) => index)],
  ["floats of which the first is 0", list(300_000, (index) => index / 2)],
  ["floats of which the first is 0.5", list(300_000, (index) => index / 2 + 0.5)],
  ["floats and text by turns", list(300_000, (index) => (index % 2 === 0 ? 0.5 : "a"))],
  ["nothing", list(300_000, () => null)],
  ["booleans", list(300_000, (index) => index % 3 === 0)],
  ["texts", list(300_000, (index) => String(index))],
  ["bytes", list(300_000, () => Uint8Array.of(1))],
  ["empty lists", list(1_000_000, () => [])],
  ["pairs", list(300_000, (index) => [index % 100, 0.5])],
  ["empty dicts", list(1_000_000, () => ({}))],
  ["dicts", list(300_000, (index) => ({ a: index, b: "x" }))],
  ["a dict", Object.fromEntries(list(300_000, (index) => [`k${index}`, index]) as [string, number][])],
  ["a dict of integers", new Map(list(300_000, (index) => [index, index]) as [number, number][])],
  ["complex numbers", list(100_000, (index) => new Complex(index, 1))],
  ["arrays", list(30_000, (index) => NdArray.from([index], "<u2"))],
];

describe("what is written with default options is read with default options", () => {
  for (const [name, value] of long) {
    test(name, () => {
      // toEqual would take seconds for so many values.
      expect(Buffer.compare(encode(decode(encode(value))), encode(value))).toBe(0);
    });
  }
});

test.each([
  ["empty lists", 0x90],
  ["empty dicts", 0x80],
])("10 MB of %s are refused by default, before they take more memory than allowed", (_, type) => {
  const bytes = new Uint8Array(10_000_005).fill(type);
  bytes.set([0xdd, 0x00, 0x98, 0x96, 0x80]);
  expect(() => decode(bytes)).toThrow(expect.objectContaining({ code: "too-many-items", offset: expect.any(Number) }));
});
