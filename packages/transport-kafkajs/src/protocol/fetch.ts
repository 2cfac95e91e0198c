import type { FetchLimits, FetchQuery } from "@dataqueues/core";
import { byTopic } from "./by-topic.ts";
import type { BytesReader } from "./bytes-reader.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

const readCommitted = 1;

/** What a fetch response says of one partition. `recordSet` has record batches one after the other. */
export interface FetchedBytes {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: bigint;
  readonly abortedTransactions: readonly AbortedTransaction[];
  /** The last batch may be cut. */
  readonly recordSet: Buffer;
}

/** A producer's transaction that was aborted. It begins at `firstOffset`. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/** A fetch response, its record batches not yet decoded. */
export interface FetchResponse {
  readonly errorCode: number;
  readonly partitions: readonly FetchedBytes[];
}

/**
 * Asks the leader of partitions for record batches. The broker fills the response in the order of the queries. There is no
 * fetch session: each request names everything that is wanted.
 *
 * ```text
 * Fetch Request (Versions: 4-12) => replica_id max_wait_ms min_bytes max_bytes isolation_level session_id(7+)
 *     session_epoch(7+) [topics] [forgotten_topics_data](7+) rack_id(11+) _tagged_fields(12+)
 *   topics => topic [partitions] _tagged_fields(12+)
 *     partitions => partition current_leader_epoch(9+) fetch_offset last_fetched_epoch(12+) log_start_offset(5+)
 *         partition_max_bytes _tagged_fields(12+)
 *   forgotten_topics_data => topic [partitions] _tagged_fields(12+)
 *
 * Fetch Response (Versions: 4-12) => throttle_time_ms error_code(7+) session_id(7+) [responses] _tagged_fields(12+)
 *   responses => topic [partitions] _tagged_fields(12+)
 *     partitions => partition_index error_code high_watermark last_stable_offset log_start_offset(5+)
 *         [aborted_transactions] preferred_read_replica(11+) records _tagged_fields(12+)
 *       aborted_transactions => producer_id first_offset _tagged_fields(12+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_Fetch
 */
export function fetchRequest(queries: readonly FetchQuery[], limits: FetchLimits): KafkaRequest<FetchResponse> {
  return {
    api: kafkaApis.fetch,
    write: (request, version) => {
      request.int32(-1); // replica_id: a consumer
      request.int32(limits.maxWaitMs);
      request.int32(limits.minBytes);
      request.int32(limits.maxBytes);
      request.uint8(readCommitted); // isolation_level
      if (version >= 7) request.int32(0); // session_id: none
      if (version >= 7) request.int32(-1); // session_epoch: none
      request.structs(byTopic(queries), ({ topic, items }) => {
        request.string(topic);
        request.structs(items, ({ partition, offset, leaderEpoch }) => {
          request.int32(partition);
          if (version >= 9) request.int32(leaderEpoch ?? -1); // current_leader_epoch
          request.int64(offset);
          if (version >= 12) request.int32(-1); // last_fetched_epoch: unknown
          if (version >= 5) request.int64(-1n); // log_start_offset: only followers have one
          request.int32(limits.maxBytesPerPartition);
        });
      });
      if (version >= 7) request.structs([], () => {}); // forgotten_topics_data
      if (version >= 11) request.string(""); // rack_id
      request.taggedFields();
    },
    read: (response, version) => {
      response.int32(); // throttle_time_ms
      const errorCode = version >= 7 ? response.int16() : 0;
      if (version >= 7) response.int32(); // session_id
      const topics = response.structs(() => {
        const topic = response.string();
        return response.structs(() => readPartition(response, version, topic));
      });
      return { errorCode, partitions: topics.flat() };
    },
  };
}

function readPartition(response: BytesReader, version: number, topic: string): FetchedBytes {
  const partition = response.int32();
  const errorCode = response.int16();
  const highWatermark = response.int64();
  response.int64(); // last_stable_offset
  if (version >= 5) response.int64(); // log_start_offset
  const abortedTransactions = response.structs(() => ({
    producerId: response.int64(),
    firstOffset: response.int64(),
  }));
  if (version >= 11) response.int32(); // preferred_read_replica: only for clients that name their rack
  const recordSet = response.nullableBytes() ?? Buffer.alloc(0);
  return { topic, partition, errorCode, highWatermark, abortedTransactions, recordSet };
}
