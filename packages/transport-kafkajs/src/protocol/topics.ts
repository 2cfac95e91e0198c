import type { NewPartitions, NewTopic } from "@dataqueues/core";
import type { BytesReader } from "./bytes-reader.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** What became of each topic, by its name. */
export type TopicOutcomes = ReadonlyMap<string, { readonly errorCode: number; readonly message: string | null }>;

export function createTopicsRequest(specs: readonly NewTopic[], timeoutMs: number): KafkaRequest<TopicOutcomes> {
  return {
    api: kafkaApis.createTopics,
    write: (body) => {
      body.array(specs, ({ topic, partitions = -1, replicationFactor = -1, configs = {} }) => {
        body.string(topic).int32(partitions).int16(replicationFactor).int32(0);
        body.array(Object.entries(configs), ([name, value]) => body.string(name).string(value));
      });
      body.int32(timeoutMs).boolean(false);
    },
    read: (answer) => readOutcomes(answer, true),
  };
}

export function createPartitionsRequest(
  specs: readonly NewPartitions[],
  timeoutMs: number,
): KafkaRequest<TopicOutcomes> {
  return {
    api: kafkaApis.createPartitions,
    write: (body) => {
      body.array(specs, ({ topic, partitions }) => body.string(topic).int32(partitions).int32(-1));
      body.int32(timeoutMs).boolean(false);
    },
    read: (answer) => readOutcomes(answer, true),
  };
}

export function deleteTopicsRequest(topics: readonly string[], timeoutMs: number): KafkaRequest<TopicOutcomes> {
  return {
    api: kafkaApis.deleteTopics,
    write: (body) => {
      body.array(topics, (topic) => body.string(topic)).int32(timeoutMs);
    },
    read: (answer) => readOutcomes(answer, false),
  };
}

function readOutcomes(answer: BytesReader, hasMessages: boolean): TopicOutcomes {
  answer.int32();
  const outcomes = answer.array(() => {
    const topic = answer.string();
    const errorCode = answer.int16();
    return [topic, { errorCode, message: hasMessages ? answer.nullableString() : null }] as const;
  });
  return new Map(outcomes);
}
