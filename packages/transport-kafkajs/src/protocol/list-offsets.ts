import type { OffsetQuery } from "@dataqueues/core";
import { byTopic, partitionKey } from "./by-topic.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

const readCommitted = 1;

/** Error code and offset of each partition, by {@link partitionKey}. */
export type ListedOffsets = ReadonlyMap<string, { readonly errorCode: number; readonly offset: bigint }>;

/**
 * Asks the leader of partitions for offsets. "latest" is the end of the committed records. Version 1 has no isolation
 * level: there it is the end of all records.
 *
 * ```text
 * ListOffsets Request (Versions: 1-6) => replica_id isolation_level(2+) [topics] _tagged_fields(6+)
 *   topics => name [partitions] _tagged_fields(6+)
 *     partitions => partition_index current_leader_epoch(4+) timestamp _tagged_fields(6+)
 *
 * ListOffsets Response (Versions: 1-6) => throttle_time_ms(2+) [topics] _tagged_fields(6+)
 *   topics => name [partitions] _tagged_fields(6+)
 *     partitions => partition_index error_code timestamp offset leader_epoch(4+) _tagged_fields(6+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_ListOffsets
 */
export function listOffsetsRequest(queries: readonly OffsetQuery[]): KafkaRequest<ListedOffsets> {
  return {
    api: kafkaApis.listOffsets,
    write: (request, version) => {
      request.int32(-1); // replica_id: a consumer
      if (version >= 2) request.uint8(readCommitted); // isolation_level
      request.structs(byTopic(queries), ({ topic, items }) => {
        request.string(topic);
        request.structs(items, ({ partition, leaderEpoch, at }) => {
          request.int32(partition);
          if (version >= 4) request.int32(leaderEpoch ?? -1); // current_leader_epoch
          request.int64(timestampOf(at));
        });
      });
      request.taggedFields();
    },
    read: (response, version) => {
      if (version >= 2) response.int32(); // throttle_time_ms
      const offsets = new Map<string, { errorCode: number; offset: bigint }>();
      response.structs(() => {
        const topic = response.string();
        response.structs(() => {
          const partition = response.int32();
          const errorCode = response.int16();
          response.int64(); // timestamp
          const offset = response.int64();
          if (version >= 4) response.int32(); // leader_epoch
          offsets.set(partitionKey(topic, partition), { errorCode, offset });
        });
      });
      return offsets;
    },
  };
}

function timestampOf(at: OffsetQuery["at"]): bigint {
  if (at === "latest") return -1n;
  if (at === "earliest") return -2n;
  // Negative numbers have meanings of their own, like the two above; records from before 1970 do not exist.
  return BigInt(Math.max(0, Math.ceil(at.timestamp)));
}
