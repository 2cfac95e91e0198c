import type { FetchLimits, ProducerRecord } from "@dataqueues/core";

/** Limits that take whatever is there. */
export const noLimits: FetchLimits = {
  maxWaitMs: 1_000,
  minBytes: 1,
  maxBytes: 2 ** 24,
  maxBytesPerPartition: 2 ** 24,
};

/** Answered by all in-sync replicas, not compressed. */
export const produceOptions = { acks: -1, timeoutMs: 10_000, compression: "none" } as const;

/** A record of a text, at 1,000 ms since 1970. */
export function recordOf(value: string, rest: Partial<ProducerRecord> = {}): ProducerRecord {
  return { key: null, value: new TextEncoder().encode(value), headers: [], timestamp: 1_000, ...rest };
}
