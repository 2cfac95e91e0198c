import { expect, test } from "vitest";

import { compressedParts } from "../src/protocol/compressed-parts.ts";
import { compressedVectors, xerial } from "./compressed-vectors.ts";
import { fromHex } from "./java-batches.ts";

function sizes(...given: Parameters<typeof compressedParts>): number[] {
  return Array.from(compressedParts(...given), ({ mostBytes }) => mostBytes);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

test.each(compressedVectors)(
  "%s, %s: the parts become no more than they say",
  (compression, _what, hex, content, most) => {
    const found = sum(sizes(compression, fromHex(hex)));
    expect(found).toBeGreaterThanOrEqual(content.length);
    expect(found).toBeLessThanOrEqual(most);
  },
);

test("frames follow one another, and those of user data are left out", () => {
  const user = "512a4d1803000000aabbcc";
  const lz4 = `04224d187040ad28000080${"00".repeat(40)}ad3dcf4400000000`;
  const zstd = `28b52ffd2028410100${"00".repeat(40)}`;
  for (const [compression, frame] of [
    ["lz4", lz4],
    ["zstd", zstd],
  ] as const) {
    const parts = [...compressedParts(compression, fromHex(frame, user, frame, user))];
    expect(parts.map(({ bytes }) => bytes.toString("hex"))).toEqual([frame, frame]);
    expect(sizes(compression, fromHex(user))).toEqual([]);
    expect(() => sizes(compression, fromHex(frame, user.slice(0, -2)))).toThrow(RangeError);
  }
});

test("Java's streams of snappy follow one another", () => {
  const stream = `${xerial}0000002a289c${"00".repeat(40)}`;
  expect(sizes("snappy", fromHex(stream, stream))).toEqual([40, 40]);
});

test("a frame of zstd that says no size becomes no more than its window for each block", () => {
  // A window of 1 KiB, three compressed blocks of one byte.
  expect(sizes("zstd", fromHex("28b52ffd0000", "0c000000", "0c000000", "0d000000"))).toEqual([3 * 2 ** 10]);
  const repeated = "02001000".repeat(8_192);
  expect(sizes("zstd", fromHex("28b52ffd0000", repeated, "03000000"))).toEqual([2 ** 30]);
});

test.each([
  ["snappy", ["", "ff", "ffffffffffff", "ffffffff0f", `${xerial}0000000180`, `${xerial}0000002a289c`, `${xerial}00`]],
  ["lz4", ["ff", "04224d18", "04224d187040ad", "04224d187040ad0e000000", "28b52ffd2000010000", "512a4d18ffffffff"]],
  [
    "zstd",
    [
      "ff",
      "28b52ffd",
      "28b52ffd0000",
      "28b52ffd0000070000",
      "04224d187040ad00000000",
      // A reserved bit, a window of 144 MiB, a cut block, and a size of 2 ** 32 - 1 in front of a block of one byte.
      "28b52ffd2800010000",
      "28b52ffd0089010000",
      "28b52ffd2028410100",
      "28b52ffda0ffffffff09000000",
    ],
  ],
] as const)("what is no %s, is cut or promises more than it can hold is a RangeError", (compression, hostile) => {
  for (const hex of hostile) expect(() => sizes(compression, fromHex(hex))).toThrow(RangeError);
});
