import { TransportError } from "@dataqueues/core";
import type { Connection, OpenOptions, PartitionMetadata, Role, Transport } from "@dataqueues/core";

/** The requests of an admin. */
type Asked = Pick<Connection, "metadata" | "createTopics" | "createPartitions" | "deleteTopics">;

/**
 * A log whose answers a test gives: `on` has the requests that are answered otherwise than a log with these topics would,
 * which is led by node 1 and never in trouble.
 */
export class ScriptedLog implements Transport {
  readonly name = "scripted";
  /** Replaces answers; may be changed at any time. */
  readonly on: Partial<Asked> & { open?: (role: Role, options: OpenOptions) => Promise<void> } = {};
  readonly topics: Map<string, PartitionMetadata[]>;
  /** Ids of topics, where a test wants the log to have them. */
  readonly topicIds = new Map<string, string>();
  /** Every request so far, in order: its name and its arguments. */
  readonly made: [name: keyof Asked, ...args: unknown[]][] = [];
  opened = 0;
  closed = 0;

  /** @param topics - how many partitions each topic has */
  constructor(topics: Readonly<Record<string, number>> = {}) {
    this.topics = new Map(Object.entries(topics).map(([topic, count]) => [topic, led(count)]));
  }

  /** The names of the requests so far. */
  get names(): string[] {
    return this.made.map(([name]) => name);
  }

  async open(role: Role, options: OpenOptions = {}): Promise<Connection> {
    await this.on.open?.(role, options);
    this.opened += 1;
    const answer = <Name extends keyof Asked>(
      name: Name,
      ...args: Parameters<Asked[Name]>
    ): ReturnType<Asked[Name]> => {
      this.made.push([name, ...args]);
      const method = (this.on[name] ?? this.#plain[name]) as (...args: unknown[]) => ReturnType<Asked[Name]>;
      return method(...args);
    };
    const never = (): never => {
      throw new Error("an admin asks no such thing");
    };
    return {
      metadata: (topics) => answer("metadata", topics),
      createTopics: (specs) => answer("createTopics", specs),
      createPartitions: (specs) => answer("createPartitions", specs),
      deleteTopics: (topics) => answer("deleteTopics", topics),
      listOffsets: never,
      fetch: never,
      produce: never,
      initProducerId: never,
      close: () => (this.closed += 1),
    };
  }

  /** The answers of a log that is never in trouble. */
  readonly #plain: Asked = {
    metadata: async (topics = [...this.topics.keys()]) =>
      topics.map((topic) => {
        const partitions = this.topics.get(topic);
        if (partitions === undefined) return { topic, error: failure("UNKNOWN_TOPIC_OR_PARTITION", { topic }) };
        return { topic, topicId: this.topicIds.get(topic), partitions };
      }),
    createTopics: async (specs) =>
      specs.map(({ topic, partitions = 1 }) => {
        if (this.topics.has(topic)) return { topic, error: refusal("TOPIC_ALREADY_EXISTS") };
        this.topics.set(topic, led(partitions));
        return { topic };
      }),
    createPartitions: async (specs) =>
      specs.map(({ topic, partitions }) => {
        if ((this.topics.get(topic)?.length ?? 0) >= partitions) return { topic, error: refusal("INVALID_PARTITIONS") };
        this.topics.set(topic, led(partitions));
        return { topic };
      }),
    deleteTopics: async (topics) =>
      topics.map((topic) =>
        this.topics.delete(topic) ? { topic } : { topic, error: failure("UNKNOWN_TOPIC_OR_PARTITION") },
      ),
  };
}

/** Partitions 0 to `count` - 1, each led by node 1. */
export function led(count: number): PartitionMetadata[] {
  return Array.from({ length: count }, (_, partition) => ({ partition, leader: 1 }));
}

/** What a log says that will pass. */
export function failure(code: string, details: { readonly topic?: string } = {}): TransportError {
  return new TransportError(`${code} says the log`, { code, retriable: true, ...details });
}

/** What a log says that will not. */
export function refusal(code: string): TransportError {
  return new TransportError(`${code} says the log`, { code, retriable: false });
}

/** Never settles, as a request to a node that is silent. */
export function silence<T>(): Promise<T> {
  return new Promise(() => undefined);
}
