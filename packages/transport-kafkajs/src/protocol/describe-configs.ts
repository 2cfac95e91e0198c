import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

const brokerResource = 4;

/** A broker's settings by name. A value that the broker keeps secret is null. */
export interface DescribedConfigs {
  readonly errorCode: number;
  readonly message: string | null;
  readonly configs: ReadonlyMap<string, string | null>;
}

/**
 * Asks a broker for some of its settings.
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
export function describeConfigsRequest(nodeId: number, names: readonly string[]): KafkaRequest<DescribedConfigs> {
  return {
    api: kafkaApis.describeConfigs,
    write: (request) => {
      request.structs([String(nodeId)], (resourceName) => {
        request.uint8(brokerResource); // resource_type
        request.string(resourceName);
        request.array(names, (name) => request.string(name));
      });
      request.boolean(false); // include_synonyms
    },
    read: (response) => {
      response.int32(); // throttle_time_ms
      const [described] = response.structs(() => {
        const errorCode = response.int16();
        const message = response.nullableString();
        response.uint8(); // resource_type
        response.string(); // resource_name
        const configs = response.structs(() => {
          const name = response.string();
          const value = response.nullableString();
          response.boolean(); // read_only
          response.uint8(); // config_source
          response.boolean(); // is_sensitive
          response.structs(() => {
            response.string(); // name
            response.nullableString(); // value
            response.uint8(); // source
          });
          return [name, value] as const;
        });
        return { errorCode, message, configs: new Map(configs) };
      });
      if (described === undefined) throw new RangeError("the response has no settings");
      return described;
    },
  };
}
