import { expect, test } from "vitest";

import { largestSize } from "../src/protocol/largest-size.ts";
import { fromHex } from "./java-batches.ts";

// What aiokafka 0.14.0 with cramjam 2.14.0 makes of `b"abc" * 100`, of 40 random bytes, and of a million zeros;
// and Kafka 4.4.0's own of a batch.
const random = "1a7778d4971de050ce2c4a5cc0397df7068010abe8352d5b99f498561eef4035d1aaf3ac57d97e6a";
const java = "30000000026b0a68656c6c6f06026104010202610104c3a9000e00cf0f020100001000c0cf2404000100";
const xerial = "82534e41505059000000000100000001";

test.each([
  ["snappy", "one block", "ac0208616263fe0300fe0300fe0300fe0300a20300", 300, 300],
  [
    "snappy",
    "blocks of 128 bytes in Java's frame",
    `${xerial}0000000c800108616263fe0300f203000000000c800108636162fe0300f20300000000082c08626361a20300`,
    300,
    300,
  ],
  ["snappy", "bytes as they are", `${xerial}0000002a289c${random}`, 40, 40],
  ["snappy", "Java's client", `${xerial}0000002c2aa4${java}`, 42, 42],
  ["lz4", "Java's client", `04224d186040822a000080${java}00000000`, 42, 42],
  ["lz4", "a block of 14 bytes", "04224d187040ad0e0000003f6162630300ff12506263616263c0aad45c00000000", 300, 14 * 255],
  ["lz4", "bytes as they are", `04224d187040ad28000080${random}ad3dcf4400000000`, 40, 40],
  ["zstd", "a block", "28b52ffd602c0055000018616263010026aa6e08", 300, 2 ** 17],
  ["zstd", "bytes as they are", `28b52ffd2028410100${random}`, 40, 40],
  [
    "zstd",
    "one byte again and again",
    "28b52ffda040420f005400001000000100fbff39c00202001000020010000200100002001000020010000200100003120a00",
    1_000_000,
    1_131_072,
  ],
] as const)("%s: %s", (compression, _what, hex, size, most) => {
  const found = largestSize(compression, fromHex(hex));
  expect(found).toBeGreaterThanOrEqual(size);
  expect(found).toBeLessThanOrEqual(most);
  // Snappy's is one block, the others' frames follow one another.
  if (compression !== "snappy") expect(largestSize(compression, fromHex(hex, hex))).toBe(2 * found);
});

test("what a header promises counts, without the bytes for it", () => {
  expect(largestSize("snappy", fromHex("ffffffff0f"))).toBe(2 ** 32 - 1);
  const repeated = "02001000".repeat(8_192);
  expect(largestSize("zstd", fromHex("28b52ffd0000", repeated, "03000000"))).toBe(2 ** 30);
});

test.each([
  ["snappy", ["", "ff", "ffffffffffff", `${xerial}0000000180`]],
  ["lz4", ["ff", "04224d18", "04224d187040ad", "04224d187040ad0e000000", "28b52ffd2000010000"]],
  ["zstd", ["ff", "28b52ffd", "28b52ffd0000", "28b52ffd0000070000", "04224d187040ad00000000"]],
] as const)("what is no %s is a RangeError", (compression, hostile) => {
  for (const hex of hostile) expect(() => largestSize(compression, fromHex(hex))).toThrow(RangeError);
});
