import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** What can have settings, by Kafka's numbers. */
export const topicResource = 2;
export const brokerResource = 4;

/** Settings by name, or why they are not known. */
export interface DescribedConfigs {
  readonly errorCode: number;
  readonly message: string | null;
  readonly configs: ReadonlyMap<string, DescribedConfig>;
}

/** One setting. A value that the broker keeps secret is null. `source` is a number of Kafka's ConfigSource. */
export interface DescribedConfig {
  readonly value: string | null;
  readonly isReadOnly: boolean;
  readonly source: number;
  readonly isSensitive: boolean;
}

/**
 * Asks for settings of topics or brokers; for all settings if no `names` are given. Gives them by the names of their topics
 * or ids of their brokers.
 *
 * ```text
 * DescribeConfigs Request (Versions: 1-2) => [resources] include_synonyms
 *   resources => resource_type resource_name [configuration_keys]
 *
 * DescribeConfigs Response (Versions: 1-2) => throttle_time_ms [results]
 *   results => error_code error_message resource_type resource_name [configs]
 *     configs => name value read_only config_source is_sensitive [synonyms]
 *       synonyms => name value source
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_DescribeConfigs
 */
export function describeConfigsRequest(
  resourceType: typeof topicResource | typeof brokerResource,
  resourceNames: readonly string[],
  names?: readonly string[],
): KafkaRequest<ReadonlyMap<string, DescribedConfigs>> {
  return {
    api: kafkaApis.describeConfigs,
    write: (request) => {
      request.structs(resourceNames, (resourceName) => {
        request.uint8(resourceType);
        request.string(resourceName);
        if (names === undefined) request.nullArray();
        else request.array(names, (name) => request.string(name));
      });
      request.boolean(false); // include_synonyms
    },
    read: (response) => {
      response.int32(); // throttle_time_ms
      const results = response.structs(() => {
        const errorCode = response.int16();
        const message = response.nullableString();
        response.uint8(); // resource_type
        const resourceName = response.string();
        const configs = response.structs(() => {
          const name = response.string();
          const value = response.nullableString();
          const isReadOnly = response.boolean();
          const source = response.uint8();
          const isSensitive = response.boolean();
          response.structs(() => {
            response.string(); // name
            response.nullableString(); // value
            response.uint8(); // source
          });
          return [name, { value, isReadOnly, source, isSensitive }] as const;
        });
        return [resourceName, { errorCode, message, configs: new Map(configs) }] as const;
      });
      return new Map(results);
    },
  };
}
