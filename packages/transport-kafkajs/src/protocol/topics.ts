import type { NewPartitions, NewTopic } from "@dataqueues/core";
import type { BytesReader } from "./bytes-reader.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** What became of each topic, by its name. */
export type TopicOutcomes = ReadonlyMap<string, { readonly errorCode: number; readonly message: string | null }>;

/**
 * Creates topics; what is left out is the log's default, from version 4 on.
 *
 * ```text
 * request  = [topic] timeout_ms validate_only TAGS(5+)
 * topic    = name num_partitions replication_factor [assignment] [name value TAGS(5+)] TAGS(5+)
 * response = throttle_time_ms [topic] TAGS(5+)
 * topic    = name error_code error_message num_partitions(5+) replication_factor(5+) [config](5+) TAGS(5+)
 * config   = name value read_only config_source is_sensitive TAGS
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_CreateTopics
 */
export function createTopicsRequest(specs: readonly NewTopic[], timeoutMs: number): KafkaRequest<TopicOutcomes> {
  return {
    api: kafkaApis.createTopics,
    write: (body) => {
      body.array(specs, ({ topic, partitions = -1, replicationFactor = -1, configs = {} }) => {
        body.string(topic).int32(partitions).int16(replicationFactor);
        body.array([], () => {});
        body.array(Object.entries(configs), ([name, value]) => body.string(name).string(value).tags());
        body.tags();
      });
      body.int32(timeoutMs).boolean(false).tags();
    },
    read: (answer, version) =>
      readOutcomes(answer, () => {
        const message = answer.nullableString();
        if (version >= 5) skipCreated(answer);
        return message;
      }),
  };
}

function skipCreated(answer: BytesReader): void {
  answer.int32();
  answer.int16();
  answer.array(() => {
    answer.string();
    answer.nullableString();
    answer.boolean();
    answer.uint8();
    answer.boolean();
    answer.tags();
  });
}

/**
 * Grows topics; the log decides which nodes have the new partitions.
 *
 * ```text
 * request  = [name count [assignment]] timeout_ms validate_only
 * response = throttle_time_ms [name error_code error_message]
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_CreatePartitions
 */
export function createPartitionsRequest(
  specs: readonly NewPartitions[],
  timeoutMs: number,
): KafkaRequest<TopicOutcomes> {
  return {
    api: kafkaApis.createPartitions,
    write: (body) => {
      body.array(specs, ({ topic, partitions }) => body.string(topic).int32(partitions).nullArray());
      body.int32(timeoutMs).boolean(false);
    },
    read: (answer) => readOutcomes(answer, () => answer.nullableString()),
  };
}

/**
 * Deletes topics.
 *
 * ```text
 * request  = [name] timeout_ms TAGS(4+)
 * response = throttle_time_ms [name error_code TAGS(4+)] TAGS(4+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_DeleteTopics
 */
export function deleteTopicsRequest(topics: readonly string[], timeoutMs: number): KafkaRequest<TopicOutcomes> {
  return {
    api: kafkaApis.deleteTopics,
    write: (body) => {
      body.array(topics, (topic) => body.string(topic));
      body.int32(timeoutMs).tags();
    },
    read: (answer) => readOutcomes(answer, () => null),
  };
}

function readOutcomes(answer: BytesReader, readMessage: () => string | null): TopicOutcomes {
  answer.int32();
  const outcomes = answer.array(() => {
    const topic = answer.string();
    const outcome = { errorCode: answer.int16(), message: readMessage() };
    answer.tags();
    return [topic, outcome] as const;
  });
  return new Map(outcomes);
}
