import type { NewConfigs } from "@dataqueues/core";
import type { TopicResults } from "./by-topic.ts";
import { topicResource } from "./describe-configs.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

const setValue = 0;
const deleteValue = 1;

/**
 * Changes settings of topics, and leaves those alone that are not named. Without a value of its own, a topic has the default.
 *
 * ```text
 * IncrementalAlterConfigs Request (Versions: 0-1) => [resources] validate_only _tagged_fields(1+)
 *   resources => resource_type resource_name [configs] _tagged_fields(1+)
 *     configs => name config_operation value _tagged_fields(1+)
 *
 * IncrementalAlterConfigs Response (Versions: 0-1) => throttle_time_ms [responses] _tagged_fields(1+)
 *   responses => error_code error_message resource_type resource_name _tagged_fields(1+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_IncrementalAlterConfigs
 */
export function incrementalAlterConfigsRequest(
  specs: readonly NewConfigs[],
  validateOnly: boolean,
): KafkaRequest<TopicResults> {
  return {
    api: kafkaApis.incrementalAlterConfigs,
    write: (request) => {
      request.structs(specs, ({ topic, configs }) => {
        request.uint8(topicResource); // resource_type
        request.string(topic);
        request.structs(Object.entries(configs), ([name, value]) => {
          request.string(name);
          request.uint8(value === null ? deleteValue : setValue); // config_operation
          request.string(value);
        });
      });
      request.boolean(validateOnly);
      request.taggedFields();
    },
    read: (response) => {
      response.int32(); // throttle_time_ms
      const results = response.structs(() => {
        const errorCode = response.int16();
        const message = response.nullableString();
        response.uint8(); // resource_type
        return [response.string(), { errorCode, message }] as const;
      });
      return new Map(results);
    },
  };
}
