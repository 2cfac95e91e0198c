import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

const brokerResource = 4;

/** A node's settings by their names, null where it does not tell one. */
export interface DescribedConfigs {
  readonly errorCode: number;
  readonly message: string | null;
  readonly configs: ReadonlyMap<string, string | null>;
}

/**
 * Asks a node for some of its settings.
 *
 * ```text
 * request  = [resource_type resource_name [name]] include_synonyms
 * response = throttle_time_ms [error_code error_message resource_type resource_name [config]]
 * config   = name value read_only config_source is_sensitive [name value config_source]
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_DescribeConfigs
 */
export function describeConfigsRequest(nodeId: number, names: readonly string[]): KafkaRequest<DescribedConfigs> {
  return {
    api: kafkaApis.describeConfigs,
    write: (body) => {
      body.array([nodeId], (id) => {
        body.uint8(brokerResource).string(String(id));
        body.array(names, (name) => body.string(name));
      });
      body.boolean(false);
    },
    read: (answer) => {
      answer.int32();
      const [described] = answer.array(() => {
        const errorCode = answer.int16();
        const message = answer.nullableString();
        answer.uint8();
        answer.string();
        const configs = answer.array(() => {
          const config = [answer.string(), answer.nullableString()] as const;
          answer.boolean();
          answer.uint8();
          answer.boolean();
          answer.array(() => {
            answer.string();
            answer.nullableString();
            answer.uint8();
          });
          return config;
        });
        return { errorCode, message, configs: new Map(configs) };
      });
      if (described === undefined) throw new RangeError("no settings in the answer");
      return described;
    },
  };
}
