import vectors from "./java-vectors.json" with { type: "json" };

/** Written by Apache Kafka's own classes, see JavaVectors.java. */
export const { batches, numbers, longs } = vectors;

/** The records of the batches named `many…`: sizes, counts and offset deltas of one and two bytes. */
export const manyRecords = Array.from({ length: 70 }, (_, index) => ({
  key: new Uint8Array(index).fill(index),
  value: new TextEncoder().encode("abc".repeat(index / 2)),
  headers: Array.from({ length: index === 66 ? 66 : index % 3 }, (_none, each): [string, Uint8Array | null] => [
    "é".repeat(index / 2),
    each === 1 ? null : Uint8Array.of(each),
  ]),
  timestamp: 1_000 * index,
}));
