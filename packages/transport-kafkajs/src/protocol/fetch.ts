import type { FetchLimits, FetchQuery } from "@dataqueues/core";
import type { LeaderEpochs } from "../leader-epochs.ts";
import type { BytesReader } from "./bytes-reader.ts";
import { byTopic } from "./by-topic.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

const consumer = -1;
const readCommitted = 1;
const noSession = 0;
const sessionless = -1;
const unknownEpoch = -1;
const unknownOffset = -1n;

/** A partition's part of an answer; `recordSet` has record batches one after another, the last one may be cut. */
export interface FetchedBytes {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: bigint;
  readonly abortedTransactions: readonly AbortedTransaction[];
  readonly recordSet: Buffer;
}

/** From `firstOffset` on, the transactional records of this producer were never committed. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface FetchAnswer {
  readonly errorCode: number;
  readonly partitions: readonly FetchedBytes[];
}

/**
 * Asks the leader of partitions for record batches, in the order given: the first ones are filled first. There is no
 * fetch session: each request says all that it wants.
 *
 * ```text
 * request   = replica_id max_wait_ms min_bytes max_bytes isolation_level session_id(7+) session_epoch(7+)
 *             [topic] [forgotten_topic](7+) rack_id(11+) TAGS(12+)
 * topic     = name [partition] TAGS(12+)
 * partition = index current_leader_epoch(9+) fetch_offset last_fetched_epoch(12+) log_start_offset(5+)
 *             partition_max_bytes TAGS(12+)
 * response  = throttle_time_ms error_code(7+) session_id(7+) [topic] TAGS(12+)
 * topic     = name [partition] TAGS(12+)
 * partition = index error_code high_watermark last_stable_offset log_start_offset(5+)
 *             [producer_id first_offset TAGS(12+)] preferred_read_replica(11+) records TAGS(12+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_Fetch
 */
export function fetchRequest(
  wanted: readonly FetchQuery[],
  limits: FetchLimits,
  epochs: LeaderEpochs,
): KafkaRequest<FetchAnswer> {
  return {
    api: kafkaApis.fetch,
    write: (body, version) => {
      body.int32(consumer).int32(limits.maxWaitMs).int32(limits.minBytes).int32(limits.maxBytes).uint8(readCommitted);
      if (version >= 7) body.int32(noSession).int32(sessionless);
      body.array(byTopic(wanted), ({ topic, items }) => {
        body.string(topic);
        body.array(items, ({ partition, offset }) => {
          body.int32(partition);
          if (version >= 9) body.int32(epochs.of(topic, partition));
          body.int64(offset);
          if (version >= 12) body.int32(unknownEpoch);
          if (version >= 5) body.int64(unknownOffset);
          body.int32(limits.maxBytesPerPartition).tags();
        });
        body.tags();
      });
      if (version >= 7) body.array([], () => {});
      if (version >= 11) body.string("");
      body.tags();
    },
    read: (answer, version) => {
      answer.int32();
      const errorCode = version >= 7 ? answer.int16() : 0;
      if (version >= 7) answer.int32();
      const topics = answer.array(() => {
        const topic = answer.string();
        const partitions = answer.array(() => readPartition(answer, version, topic));
        answer.tags();
        return partitions;
      });
      return { errorCode, partitions: topics.flat() };
    },
  };
}

function readPartition(answer: BytesReader, version: number, topic: string): FetchedBytes {
  const partition = answer.int32();
  const errorCode = answer.int16();
  const highWatermark = answer.int64();
  answer.int64();
  if (version >= 5) answer.int64();
  const abortedTransactions = answer.array(() => {
    const transaction = { producerId: answer.int64(), firstOffset: answer.int64() };
    answer.tags();
    return transaction;
  });
  // Only named to those who tell their rack.
  if (version >= 11) answer.int32();
  const recordSet = answer.nullableBytes() ?? Buffer.alloc(0);
  answer.tags();
  return { topic, partition, errorCode, highWatermark, abortedTransactions, recordSet };
}
