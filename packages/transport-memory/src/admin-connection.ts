import type {
  AdminConnection,
  AlterConfigsOptions,
  DeletedRecords,
  NewConfigs,
  NewPartitions,
  NewTopic,
  RecordsToDelete,
  TopicConfigs,
  TopicResult,
  TransportError,
  TransportErrorCode,
} from "@dataqueues/core";
import type { RequestName } from "./faults.ts";
import { isTopicName, MemoryOffsetsConnection } from "./memory-connection.ts";
import { errorAt } from "./memory-log.ts";
import { PartitionLog } from "./partition-log.ts";
import { configEntries, unknownConfig } from "./topic-configs.ts";

/** A connection that changes the topics of a log in this process. */
export class MemoryAdminConnection extends MemoryOffsetsConnection implements AdminConnection {
  createTopics(specs: readonly NewTopic[]): Promise<TopicResult[]> {
    const { defaultPartitions } = this.log.settings;
    return this.#changeEach("createTopics", specs, ({ topic, partitions = defaultPartitions, configs = {} }) => {
      if (!isTopicName(topic)) return "INVALID_TOPIC_EXCEPTION";
      if (this.log.topics.has(topic)) return "TOPIC_ALREADY_EXISTS";
      if (!isCount(partitions)) return "INVALID_PARTITIONS";
      const unknown = unknownConfig(Object.keys(configs));
      if (unknown !== undefined) return invalidConfig(topic, unknown);
      this.log.createTopic(topic, partitions, configs);
      return undefined;
    });
  }

  createPartitions(specs: readonly NewPartitions[]): Promise<TopicResult[]> {
    return this.#changeEach("createPartitions", specs, ({ topic, partitions }) => {
      const found = this.log.topics.get(topic);
      if (found === undefined) return "UNKNOWN_TOPIC_OR_PARTITION";
      if (!isCount(partitions) || partitions <= found.partitions.length) return "INVALID_PARTITIONS";
      this.log.growTopic(topic, partitions);
      return undefined;
    });
  }

  deleteTopics(topics: readonly string[]): Promise<TopicResult[]> {
    const specs = topics.map((topic) => ({ topic }));
    return this.#changeEach("deleteTopics", specs, ({ topic }) =>
      this.log.topics.delete(topic) ? undefined : "UNKNOWN_TOPIC_OR_PARTITION",
    );
  }

  deleteRecords(leader: number, specs: readonly RecordsToDelete[]): Promise<DeletedRecords[]> {
    return this.respond("deleteRecords", specs, () => {
      const results = specs.map(({ topic, partition, beforeOffset }): DeletedRecords => {
        const found = this.partitionAt("deleteRecords", leader, { topic, partition });
        if (!(found instanceof PartitionLog)) return { topic, partition, error: found };
        const before = beforeOffset === "latest" ? found.logEndOffset : beforeOffset;
        if (before < 0n || before > found.logEndOffset) {
          return { topic, partition, error: errorAt("OFFSET_OUT_OF_RANGE", topic, partition) };
        }
        found.dropBefore(before);
        return { topic, partition, lowWatermark: found.logStartOffset };
      });
      this.log.changed();
      return results;
    });
  }

  describeConfigs(topics: readonly string[]): Promise<TopicConfigs[]> {
    const items = topics.map((topic) => ({ topic }));
    return this.respond("describeConfigs", items, () =>
      topics.map((topic): TopicConfigs => {
        const fault = this.faults.errorFor("describeConfigs", topic);
        if (fault !== undefined) return { topic, error: fault };
        const found = this.log.topics.get(topic);
        if (found === undefined) return { topic, error: errorAt("UNKNOWN_TOPIC_OR_PARTITION", topic) };
        return { topic, configs: configEntries(found.configs) };
      }),
    );
  }

  alterConfigs(
    specs: readonly NewConfigs[],
    { validateOnly = false }: AlterConfigsOptions = {},
  ): Promise<TopicResult[]> {
    return this.#changeEach("alterConfigs", specs, ({ topic, configs }) => {
      const found = this.log.topics.get(topic);
      if (found === undefined) return "UNKNOWN_TOPIC_OR_PARTITION";
      // As in Kafka, the default of an unknown name may be set back.
      const set = Object.keys(configs).filter((name) => configs[name] !== null);
      const unknown = unknownConfig(set);
      if (unknown !== undefined) return invalidConfig(topic, unknown);
      if (validateOnly) return undefined;
      for (const [name, value] of Object.entries(configs)) {
        if (value === null) found.configs.delete(name);
        else found.configs.set(name, value);
      }
      return undefined;
    });
  }

  /** Changes topics one by one; `change` returns the error or its code, if there is one. */
  #changeEach<Spec extends { readonly topic: string }>(
    request: RequestName,
    specs: readonly Spec[],
    change: (spec: Spec) => TransportErrorCode | TransportError | undefined,
  ): Promise<TopicResult[]> {
    const items = specs.map(({ topic }) => ({ topic }));
    return this.respond(request, items, () => {
      const results = specs.map((spec): TopicResult => {
        const { topic } = spec;
        const fault = this.faults.errorFor(request, topic);
        if (fault !== undefined) return { topic, error: fault };
        const error = change(spec);
        if (error === undefined) return { topic };
        return { topic, error: typeof error === "string" ? errorAt(error, topic) : error };
      });
      this.log.changed();
      return results;
    });
  }
}

function isCount(partitions: number): boolean {
  return Number.isSafeInteger(partitions) && partitions > 0;
}

function invalidConfig(topic: string, name: string): TransportError {
  return errorAt("INVALID_CONFIG", topic, undefined, `Kafka has no setting ${name} of topics`);
}
