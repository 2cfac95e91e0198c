import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { murmur2, partitionOfKey } from "../../src/producer/murmur2.ts";

// Made by aiokafka: tooling/python/scripts/murmur2_vectors.py, which also checks those of Kafka's own UtilsTest.
const vectors: readonly (readonly [key: string, hash: number, partition: number])[] = JSON.parse(
  readFileSync(new URL("murmur2-vectors.json", import.meta.url), "utf8"),
);

test.each(vectors)(
  "pitfall 21: the hash and partition of key %s are those of the Python client",
  (key, hash, partition) => {
    const bytes = new Uint8Array(Buffer.from(key, "hex"));
    expect([murmur2(bytes), partitionOfKey(bytes, 10)]).toEqual([hash, partition]);
    // The same bytes within a larger buffer, at an odd offset.
    const larger = new Uint8Array(bytes.length + 7).fill(0xaa);
    larger.set(bytes, 3);
    expect(murmur2(larger.subarray(3, 3 + bytes.length))).toBe(hash);
  },
);
