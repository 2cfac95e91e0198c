import type { OnEvent } from "../contract/events.ts";
import type { MetadataCache } from "./metadata-cache.ts";
import type { ProduceBatcher } from "./produce-batcher.ts";
import type { ProducerIds } from "./producer-ids.ts";

/** What the writers of all topics and partitions of one producer share. */
export interface WriterContext {
  readonly metadata: MetadataCache;
  readonly batcher: ProduceBatcher;
  /** Absent when the producer is not idempotent. */
  readonly producerIds: ProducerIds | undefined;
  /** Aborts when the producer is closed. */
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
  /** How long a batch waits for more sends. */
  readonly lingerMs: () => number;
  readonly maxBatchBytes: number;
  readonly maxBatchRecords: number;
  readonly deliveryTimeoutMs: number;
  readonly topicTimeoutMs: number;
  readonly retryBackoffMs: number;
}
