import { expect, test } from "vitest";

import { compressedParts } from "../src/protocol/compressed-parts.ts";
import { compressedVectors, xerial } from "./compressed-vectors.ts";
import { fromHex } from "./java-batches.ts";

function sizes(...given: Parameters<typeof compressedParts>): number[] {
  return Array.from(compressedParts(...given), ({ maxDecompressedSize }) => maxDecompressedSize);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

test.each(compressedVectors)(
  "%s, %s: the decompressed parts are not larger than their maxDecompressedSize",
  (compression, _what, hex, content, most) => {
    const found = sum(sizes(compression, fromHex(hex)));
    expect(found).toBeGreaterThanOrEqual(content.length);
    expect(found).toBeLessThanOrEqual(most);
  },
);

test("concatenated frames are separate parts, and skippable frames are left out", () => {
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

test("concatenated snappy streams of Java are read", () => {
  const stream = `${xerial}0000002a289c${"00".repeat(40)}`;
  expect(sizes("snappy", fromHex(stream, stream))).toEqual([40, 40]);
});

test("a zstd frame without a content size has its window size for each block as upper bound", () => {
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
] as const)(
  "bytes that are not %s, are cut or declare more content than they can hold are a RangeError",
  (compression, hostile) => {
    for (const hex of hostile) expect(() => sizes(compression, fromHex(hex))).toThrow(RangeError);
  },
);

const reading =
  (...given: Parameters<typeof compressedParts>) =>
  (): number[] =>
    sizes(...given);

test("an empty block in Java's snappy stream is skipped, and a cut block is an error", () => {
  const block = `0000002a289c${"00".repeat(40)}`;
  expect(sizes("snappy", fromHex(xerial, "00000000", block, "00000000"))).toEqual([40]);
  expect(reading("snappy", fromHex(xerial, block.slice(0, -2)))).toThrow(new RangeError("it is cut"));
});

test("the size in a snappy block has at most five bytes and is at most 22 times the size of the block", () => {
  const block = (header: string, size: number): Buffer => fromHex(header, "00".repeat(size - header.length / 2));
  expect(sizes("snappy", block("58", 4))).toEqual([88]);
  expect(reading("snappy", block("59", 4))).toThrow(new RangeError("not snappy"));
  expect(sizes("snappy", block("8080808000", 6))).toEqual([0]);
  expect(reading("snappy", block("808080808000", 7))).toThrow(new RangeError("not snappy"));
  // The size 2 ** 14 takes three bytes; a block of 745 bytes may have it.
  expect(sizes("snappy", block("808001", 745))).toEqual([16_384]);
  expect(reading("snappy", block("808001", 744))).toThrow(new RangeError("not snappy"));
});

const lz4Block = `28000080${"00".repeat(40)}`;

test.each([
  ["a checksum of its content", "04224d186440ad", `${lz4Block}00000000`, "11223344"],
  ["checksums of its blocks", "04224d187040ad", `${lz4Block}1122334400000000`, ""],
  ["its size", "04224d1868402800000000000000ad", `${lz4Block}00000000`, ""],
  ["a dictionary", "04224d18614011223344ad", `${lz4Block}00000000`, ""],
  ["all of these", "04224d187d40280000000000000011223344ad", `${lz4Block}1122334400000000`, "11223344"],
])("the end of an LZ4 frame with %s is found", (_what, header, blocks, checksum) => {
  const frame = `${header}${blocks}${checksum}`;
  const found = [...compressedParts("lz4", fromHex(frame, frame))];
  expect(found.map(({ bytes, maxDecompressedSize }) => [bytes.toString("hex"), maxDecompressedSize])).toEqual([
    [frame, 40],
    [frame, 40],
  ]);
  expect(reading("lz4", fromHex(frame.slice(0, -2)))).toThrow(RangeError);
});

test.each([
  ["40", 65_536],
  ["50", 262_144],
  ["60", 1_048_576],
  ["70", 4_194_304],
])("a compressed LZ4 block is not larger than the block size %s of its frame", (code, most) => {
  // 20,000 bytes could become 5,100,000.
  const frame = fromHex("04224d1860", code, "ad", "204e0000", "00".repeat(20_000), "00000000");
  expect(sizes("lz4", frame)).toEqual([most]);
});

test.each([
  ["lz4", "not an LZ4 frame", `05224d186040ad${lz4Block}00000000`],
  ["zstd", "not a zstd frame", `27b52ffd2028410100${"00".repeat(40)}`],
  ["zstd", "not a zstd frame: a reserved bit is set", "28b52ffd2800010000"],
  ["zstd", "not a zstd block", "28b52ffd0000070000"],
  ["zstd", "a zstd frame declares more content than it can hold", `28b52ffd2029410100${"00".repeat(40)}`],
  ["zstd", "a zstd frame has a window of 150994944 bytes, more than 134217728", "28b52ffd0089010000"],
  ["zstd", "it is cut", `28b52ffd2028410100${"00".repeat(39)}`],
] as const)("bytes that are not %s are rejected: %s", (compression, why, hex) => {
  expect(reading(compression, fromHex(hex))).toThrow(new RangeError(why));
});

/** A last block, raw, of 40 bytes. */
const zstdBlock = `410100${"00".repeat(40)}`;

test.each([
  ["a size of one byte", 40, "2028", zstdBlock],
  // A size of two bytes is stored as its difference to 256.
  ["a size of two bytes", 300, "602c00", `610900${"00".repeat(300)}`],
  ["a size of four bytes", 40, "a028000000", zstdBlock],
  ["a size of eight bytes", 40, "e02800000000000000", zstdBlock],
  ["a size and a window", 40, "800028000000", zstdBlock],
  ["no size", 40, "0000", zstdBlock],
  ["a dictionary of one byte", 40, "21aa28", zstdBlock],
  ["a dictionary of two bytes", 40, "22aabb28", zstdBlock],
  ["a dictionary of four bytes", 40, "23aabbccdd28", zstdBlock],
  ["a dictionary and a window", 40, "0100aa", zstdBlock],
  ["a checksum", 40, "2428", `${zstdBlock}11223344`],
])("the end of a zstd frame with %s is found", (_what, size, header, rest) => {
  const frame = `28b52ffd${header}${rest}`;
  const found = [...compressedParts("zstd", fromHex(frame, frame))];
  expect(found.map(({ bytes, maxDecompressedSize }) => [bytes.toString("hex"), maxDecompressedSize])).toEqual([
    [frame, size],
    [frame, size],
  ]);
});

test.each([
  ["00", 1_024],
  ["01", 1_152],
  ["07", 1_920],
  ["08", 2_048],
  ["0f", 3_840],
  ["38", 131_072],
  ["39", 131_072],
  ["88", 131_072],
])("a compressed zstd block is not larger than its window (%s) and 128 KiB", (window, most) => {
  expect(sizes("zstd", fromHex("28b52ffd00", window, "0d000000"))).toEqual([most]);
});

test("empty bytes have no LZ4 or zstd frames", () => {
  expect([sizes("lz4", fromHex()), sizes("zstd", fromHex())]).toEqual([[], []]);
});
