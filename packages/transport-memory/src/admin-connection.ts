import type {
  AdminConnection,
  AlterConfigsOptions,
  CommitAnswer,
  CommittedOffset,
  DeletedRecords,
  GroupDescription,
  GroupListing,
  GroupResult,
  LogDirQuery,
  LogDirSize,
  NewConfigs,
  NewPartitions,
  NewTopic,
  OffsetToCommit,
  RecordsToDelete,
  TopicConfigs,
  TopicPartition,
  TopicResult,
  TransportError,
  TransportErrorCode,
} from "@dataqueues/core";
import type { RequestItem, RequestName } from "./faults.ts";
import { Group } from "./group.ts";
import { isTopicName, MemoryOffsetsConnection } from "./memory-connection.ts";
import { errorAt, unknownGroup } from "./memory-log.ts";
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

  describeLogDirs(leader: number, partitions: readonly LogDirQuery[]): Promise<LogDirSize[]> {
    return this.respond("describeLogDirs", partitions, () =>
      partitions.map(({ topic, partition }): LogDirSize => {
        const found = this.partitionAt("describeLogDirs", leader, { topic, partition });
        return found instanceof PartitionLog
          ? { topic, partition, size: found.size }
          : { topic, partition, error: found };
      }),
    );
  }

  listGroups(): Promise<GroupListing[]> {
    return this.#ofGroups("listGroups", [], () => [...this.log.groups.values()].map((group) => group.list()));
  }

  describeGroups(groups: readonly string[]): Promise<GroupDescription[]> {
    return this.#ofGroups("describeGroups", [], () =>
      groups.map((group): GroupDescription => {
        const found = this.log.groups.get(group);
        return found === undefined ? { group, error: unknownGroup(group) } : found.describe();
      }),
    );
  }

  deleteGroups(groups: readonly string[]): Promise<GroupResult[]> {
    return this.#ofGroups("deleteGroups", [], () =>
      groups.map((group): GroupResult => {
        const found = this.log.groups.get(group);
        if (found === undefined) return { group, error: unknownGroup(group) };
        if (!found.isEmpty) return { group, error: found.error("NON_EMPTY_GROUP") };
        this.log.groups.delete(group);
        return { group };
      }),
    );
  }

  fetchGroupOffsets(group: string, partitions?: readonly TopicPartition[]): Promise<CommittedOffset[]> {
    const items = (partitions ?? []).map(([topic, partition]) => ({ topic, partition }));
    return this.#ofGroups("fetchGroupOffsets", items, () => {
      const offsets = this.log.groups.get(group)?.offsets;
      return (partitions ?? offsets?.all() ?? []).map(([topic, partition]): CommittedOffset => {
        const error = this.faults.errorFor("fetchGroupOffsets", topic, partition);
        if (error !== undefined) return { topic, partition, error };
        return { topic, partition, offset: offsets?.get(topic, partition) };
      });
    });
  }

  alterGroupOffsets(group: string, offsets: readonly OffsetToCommit[]): Promise<CommitAnswer[]> {
    return this.#ofGroups("alterGroupOffsets", offsets, () => {
      const found = this.log.groups.get(group) ?? new Group(group, this.log);
      const answers = offsets.map((one): CommitAnswer => {
        const { topic, partition } = one;
        const fault = this.faults.errorFor("alterGroupOffsets", topic, partition);
        const error = fault ?? (found.isEmpty ? found.offsets.commit(one) : found.error("UNKNOWN_MEMBER_ID"));
        return error === undefined ? { topic, partition } : { topic, partition, error };
      });
      if (answers.some(({ error }) => error === undefined)) this.log.groups.set(group, found);
      return answers;
    });
  }

  #ofGroups<T>(request: RequestName, items: readonly RequestItem[], run: () => T): Promise<T> {
    return this.respond(request, items, () => {
      this.failIfTold(request);
      return run();
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
