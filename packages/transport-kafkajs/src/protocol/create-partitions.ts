import type { NewPartitions } from "@dataqueues/core";
import type { TopicResults } from "./by-topic.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/**
 * Adds partitions to topics. The cluster decides which brokers have the new partitions.
 *
 * ```text
 * CreatePartitions Request (Versions: 0-1) => [topics] timeout_ms validate_only
 *   topics => name count [assignments]
 *     assignments => [broker_ids]
 *
 * CreatePartitions Response (Versions: 0-1) => throttle_time_ms [results]
 *   results => name error_code error_message
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_CreatePartitions
 */
export function createPartitionsRequest(
  specs: readonly NewPartitions[],
  timeoutMs: number,
): KafkaRequest<TopicResults> {
  return {
    api: kafkaApis.createPartitions,
    write: (request) => {
      request.structs(specs, ({ topic, partitions }) => {
        request.string(topic);
        request.int32(partitions);
        request.nullArray(); // assignments
      });
      request.int32(timeoutMs);
      request.boolean(false); // validate_only
    },
    read: (response) => {
      response.int32(); // throttle_time_ms
      const results = response.structs(() => {
        const topic = response.string();
        return [topic, { errorCode: response.int16(), message: response.nullableString() }] as const;
      });
      return new Map(results);
    },
  };
}
