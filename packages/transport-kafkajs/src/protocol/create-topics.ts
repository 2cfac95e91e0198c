import type { NewTopic } from "@dataqueues/core";
import type { TopicResults } from "./by-topic.ts";
import type { BytesReader } from "./bytes-reader.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/**
 * Creates topics. From version 4 on the broker fills in its defaults for what is left out.
 *
 * ```text
 * CreateTopics Request (Versions: 2-5) => [topics] timeout_ms validate_only _tagged_fields(5+)
 *   topics => name num_partitions replication_factor [assignments] [configs] _tagged_fields(5+)
 *     assignments => partition_index [broker_ids] _tagged_fields(5+)
 *     configs => name value _tagged_fields(5+)
 *
 * CreateTopics Response (Versions: 2-5) => throttle_time_ms [topics] _tagged_fields(5+)
 *   topics => name error_code error_message num_partitions(5+) replication_factor(5+) [configs](5+) _tagged_fields(5+)
 *     configs => name value read_only config_source is_sensitive _tagged_fields(5+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_CreateTopics
 */
export function createTopicsRequest(specs: readonly NewTopic[], timeoutMs: number): KafkaRequest<TopicResults> {
  return {
    api: kafkaApis.createTopics,
    write: (request) => {
      request.structs(specs, ({ topic, partitions = -1, replicationFactor = -1, configs = {} }) => {
        request.string(topic);
        request.int32(partitions);
        request.int16(replicationFactor);
        request.structs([], () => {}); // assignments
        request.structs(Object.entries(configs), ([name, value]) => {
          request.string(name);
          request.string(value);
        });
      });
      request.int32(timeoutMs);
      request.boolean(false); // validate_only
      request.taggedFields();
    },
    read: (response, version) => {
      response.int32(); // throttle_time_ms
      const results = response.structs(() => {
        const topic = response.string();
        const errorCode = response.int16();
        const message = response.nullableString();
        if (version >= 5) skipCreatedTopic(response);
        return [topic, { errorCode, message }] as const;
      });
      return new Map(results);
    },
  };
}

function skipCreatedTopic(response: BytesReader): void {
  response.int32(); // num_partitions
  response.int16(); // replication_factor
  response.structs(() => {
    response.string(); // name
    response.nullableString(); // value
    response.boolean(); // read_only
    response.uint8(); // config_source
    response.boolean(); // is_sensitive
  });
}
