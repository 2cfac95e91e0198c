import type { AdminConnection, NewPartitions, NewTopic, TopicResult, TransportErrorCode } from "@dataqueues/core";
import type { RequestName } from "./faults.ts";
import { isTopicName, MemoryOffsetsConnection } from "./memory-connection.ts";
import { errorAt } from "./memory-log.ts";

/** A connection that changes the topics of a log in this process. */
export class MemoryAdminConnection extends MemoryOffsetsConnection implements AdminConnection {
  createTopics(specs: readonly NewTopic[]): Promise<TopicResult[]> {
    const { defaultPartitions } = this.log.settings;
    return this.#changeEach("createTopics", specs, ({ topic, partitions = defaultPartitions }) => {
      if (!isTopicName(topic)) return "INVALID_TOPIC_EXCEPTION";
      if (this.log.topics.has(topic)) return "TOPIC_ALREADY_EXISTS";
      if (!isCount(partitions)) return "INVALID_PARTITIONS";
      this.log.createTopic(topic, partitions);
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

  /** Changes topics one by one; `change` returns the code of the error, if there is one. */
  #changeEach<Spec extends { readonly topic: string }>(
    request: RequestName,
    specs: readonly Spec[],
    change: (spec: Spec) => TransportErrorCode | undefined,
  ): Promise<TopicResult[]> {
    const items = specs.map(({ topic }) => ({ topic }));
    return this.respond(request, items, () => {
      const results = specs.map((spec): TopicResult => {
        const { topic } = spec;
        const fault = this.faults.errorFor(request, topic);
        if (fault !== undefined) return { topic, error: fault };
        const code = change(spec);
        return code === undefined ? { topic } : { topic, error: errorAt(code, topic) };
      });
      this.log.changed();
      return results;
    });
  }
}

function isCount(partitions: number): boolean {
  return Number.isSafeInteger(partitions) && partitions > 0;
}
