import type { TopicResults } from "./by-topic.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/**
 * Deletes topics.
 *
 * ```text
 * DeleteTopics Request (Versions: 1-4) => [topic_names] timeout_ms _tagged_fields(4+)
 *
 * DeleteTopics Response (Versions: 1-4) => throttle_time_ms [responses] _tagged_fields(4+)
 *   responses => name error_code _tagged_fields(4+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_DeleteTopics
 */
export function deleteTopicsRequest(topics: readonly string[], timeoutMs: number): KafkaRequest<TopicResults> {
  return {
    api: kafkaApis.deleteTopics,
    write: (request) => {
      request.array(topics, (topic) => request.string(topic));
      request.int32(timeoutMs);
      request.taggedFields();
    },
    read: (response) => {
      response.int32(); // throttle_time_ms
      const results = response.structs(() => {
        const topic = response.string();
        return [topic, { errorCode: response.int16(), message: null }] as const;
      });
      return new Map(results);
    },
  };
}
