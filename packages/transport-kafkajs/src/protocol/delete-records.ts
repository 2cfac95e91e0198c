import type { RecordsToDelete } from "@dataqueues/core";
import { byTopic, partitionKey } from "./by-topic.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

const highWatermark = -1n;

/** Error code and low watermark of each partition, by {@link partitionKey}. */
export type LowWatermarks = ReadonlyMap<string, { readonly errorCode: number; readonly lowWatermark: bigint }>;

/**
 * Makes the leader of partitions delete their oldest records. It responds once all replicas have done so, or after the timeout.
 *
 * ```text
 * DeleteRecords Request (Versions: 0-2) => [topics] timeout_ms _tagged_fields(2+)
 *   topics => name [partitions] _tagged_fields(2+)
 *     partitions => partition_index offset _tagged_fields(2+)
 *
 * DeleteRecords Response (Versions: 0-2) => throttle_time_ms [topics] _tagged_fields(2+)
 *   topics => name [partitions] _tagged_fields(2+)
 *     partitions => partition_index low_watermark error_code _tagged_fields(2+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_DeleteRecords
 */
export function deleteRecordsRequest(
  specs: readonly RecordsToDelete[],
  timeoutMs: number,
): KafkaRequest<LowWatermarks> {
  return {
    api: kafkaApis.deleteRecords,
    write: (request) => {
      request.structs(byTopic(specs), ({ topic, items }) => {
        request.string(topic);
        request.structs(items, ({ partition, beforeOffset }) => {
          request.int32(partition);
          request.int64(beforeOffset === "latest" ? highWatermark : beforeOffset);
        });
      });
      request.int32(timeoutMs);
      request.taggedFields();
    },
    read: (response) => {
      response.int32(); // throttle_time_ms
      const lowWatermarks = new Map<string, { errorCode: number; lowWatermark: bigint }>();
      response.structs(() => {
        const topic = response.string();
        response.structs(() => {
          const partition = response.int32();
          const lowWatermark = response.int64();
          lowWatermarks.set(partitionKey(topic, partition), { errorCode: response.int16(), lowWatermark });
        });
      });
      return lowWatermarks;
    },
  };
}
