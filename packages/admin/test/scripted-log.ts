import { TransportError } from "@dataqueues/core";
import type {
  AdminConnection,
  ConfigEntry,
  Connections,
  OffsetToCommit,
  OpenOptions,
  PartitionMetadata,
  Role,
  TopicPartition,
  Transport,
  TransportCapabilities,
  TransportErrorCode,
} from "@dataqueues/core";

/** The requests of an admin. */
type Requests = Required<Omit<AdminConnection, "close">>;

/**
 * A log whose responses a test gives: `on` has the requests that are answered otherwise than a log with these topics would,
 * which is led by broker 1 and never in trouble. It can only be administrated.
 */
export class ScriptedLog implements Transport {
  readonly name = "scripted";
  readonly capabilities: TransportCapabilities = { write: false, admin: true, idempotence: false, groups: true };
  /** Replaces responses; may be changed at any time. */
  readonly on: Partial<Requests> & { open?: (role: Role, options: OpenOptions) => Promise<void> } = {};
  readonly topics: Map<string, PartitionMetadata[]>;
  /** Ids of topics, where a test wants the log to have them. */
  readonly topicIds = new Map<string, string>();
  /** The settings that topics have values of their own for. */
  readonly configs = new Map<string, Map<string, string>>();
  /** The offsets of each group, none of which has members. */
  readonly groups = new Map<string, OffsetToCommit[]>();
  /** Requests that the log does not have; may be changed before it is opened. */
  readonly lacks = new Set<keyof Requests>();
  /** Every request so far, in order: its name and its arguments. */
  readonly requests: [name: keyof Requests, ...args: unknown[]][] = [];
  opened = 0;
  closed = 0;

  /** @param topics - how many partitions each topic has */
  constructor(topics: Readonly<Record<string, number>> = {}) {
    this.topics = new Map(Object.entries(topics).map(([topic, count]) => [topic, partitionMetadata(count)]));
  }

  /** The names of the requests so far. */
  get names(): string[] {
    return this.requests.map(([name]) => name);
  }

  async open<R extends Role>(role: R, options?: OpenOptions): Promise<Connections[R]>;
  async open(role: Role, options: OpenOptions = {}): Promise<AdminConnection> {
    await this.on.open?.(role, options);
    this.opened += 1;
    const respond = <Name extends keyof Requests>(
      name: Name,
      ...args: Parameters<Requests[Name]>
    ): ReturnType<Requests[Name]> => {
      this.requests.push([name, ...args]);
      const method = (this.on[name] ?? this.#plain[name]) as (...args: unknown[]) => ReturnType<Requests[Name]>;
      return method(...args);
    };
    const connection: Required<AdminConnection> = {
      metadata: (topics) => respond("metadata", topics),
      createTopics: (specs) => respond("createTopics", specs),
      createPartitions: (specs) => respond("createPartitions", specs),
      deleteTopics: (topics) => respond("deleteTopics", topics),
      listOffsets: (leader, queries) => respond("listOffsets", leader, queries),
      deleteRecords: (leader, specs) => respond("deleteRecords", leader, specs),
      describeConfigs: (topics) => respond("describeConfigs", topics),
      alterConfigs: (specs, options) => respond("alterConfigs", specs, options),
      describeLogDirs: (leader, partitions) => respond("describeLogDirs", leader, partitions),
      listGroups: () => respond("listGroups"),
      describeGroups: (groups) => respond("describeGroups", groups),
      deleteGroups: (groups) => respond("deleteGroups", groups),
      fetchGroupOffsets: (group, partitions) => respond("fetchGroupOffsets", group, partitions),
      alterGroupOffsets: (group, offsets) => respond("alterGroupOffsets", group, offsets),
      close: () => (this.closed += 1),
    };
    for (const name of this.lacks) Reflect.deleteProperty(connection, name);
    return connection;
  }

  /** The responses of a log that is never in trouble. */
  readonly #plain: Requests = {
    metadata: async (topics = [...this.topics.keys()]) =>
      topics.map((topic) => {
        const partitions = this.topics.get(topic);
        if (partitions === undefined) return { topic, error: failure("UNKNOWN_TOPIC_OR_PARTITION", { topic }) };
        return { topic, topicId: this.topicIds.get(topic), partitions };
      }),
    createTopics: async (specs) =>
      specs.map(({ topic, partitions = 1 }) => {
        if (this.topics.has(topic)) return { topic, error: refusal("TOPIC_ALREADY_EXISTS") };
        this.topics.set(topic, partitionMetadata(partitions));
        return { topic };
      }),
    createPartitions: async (specs) =>
      specs.map(({ topic, partitions }) => {
        if ((this.topics.get(topic)?.length ?? 0) >= partitions) return { topic, error: refusal("INVALID_PARTITIONS") };
        this.topics.set(topic, partitionMetadata(partitions));
        return { topic };
      }),
    deleteTopics: async (topics) =>
      topics.map((topic) =>
        this.topics.delete(topic) ? { topic } : { topic, error: failure("UNKNOWN_TOPIC_OR_PARTITION") },
      ),
    // The records of partition n are at 0 to 99 + n, and only those up to 1970-01-01T00:00:01Z.
    listOffsets: async (_leader, queries) =>
      queries.map(({ topic, partition, at }) => {
        if (typeof at === "object") return { topic, partition, offset: at.timestamp > 1_000 ? -1n : BigInt(partition) };
        return { topic, partition, offset: at === "earliest" ? 0n : BigInt(100 + partition) };
      }),
    deleteRecords: async (_leader, specs) =>
      specs.map(({ topic, partition, beforeOffset }) => {
        return { topic, partition, lowWatermark: beforeOffset === "latest" ? BigInt(100 + partition) : beforeOffset };
      }),
    describeConfigs: async (topics) =>
      topics.map((topic) => {
        if (!this.topics.has(topic)) return { topic, error: failure("UNKNOWN_TOPIC_OR_PARTITION") };
        const own = [...(this.configs.get(topic) ?? [])];
        return { topic, configs: Object.fromEntries(own.map(([name, value]) => [name, ownConfig(value)])) };
      }),
    alterConfigs: async (specs) =>
      specs.map(({ topic, configs }) => {
        if (!this.topics.has(topic)) return { topic, error: failure("UNKNOWN_TOPIC_OR_PARTITION") };
        const own = this.configs.get(topic) ?? new Map<string, string>();
        this.configs.set(topic, own);
        for (const [name, value] of Object.entries(configs)) {
          if (value === null) own.delete(name);
          else own.set(name, value);
        }
        return { topic };
      }),
    // Partition n takes n kB.
    describeLogDirs: async (_leader, partitions) =>
      partitions.map(({ topic, partition }) => ({ topic, partition, size: 1_000 * partition })),
    listGroups: async () =>
      [...this.groups.keys()].map((group) => ({ group, type: "consumer", protocolType: "consumer", state: "Empty" })),
    describeGroups: async (groups) =>
      groups.map((group) => {
        if (!this.groups.has(group)) return { group, error: refusal("GROUP_ID_NOT_FOUND") };
        return { group, type: "consumer", state: "Empty", assignor: "", coordinator: 1, members: [] };
      }),
    deleteGroups: async (groups) =>
      groups.map((group) => (this.groups.delete(group) ? { group } : { group, error: refusal("GROUP_ID_NOT_FOUND") })),
    fetchGroupOffsets: async (group, partitions) => {
      const committed = this.groups.get(group) ?? [];
      const all = committed.map(({ topic, partition }): TopicPartition => [topic, partition]);
      return (partitions ?? all).map(([topic, partition]) => {
        const found = committed.find((one) => one.topic === topic && one.partition === partition);
        return { topic, partition, offset: found?.offset };
      });
    },
    alterGroupOffsets: async (group, offsets) => {
      const isNamed = (one: OffsetToCommit): boolean =>
        offsets.some(({ topic, partition }) => topic === one.topic && partition === one.partition);
      const others = (this.groups.get(group) ?? []).filter((one) => !isNamed(one));
      this.groups.set(group, [...others, ...offsets]);
      return offsets.map(({ topic, partition }) => ({ topic, partition }));
    },
  };
}

/** Partitions 0 to `count` - 1, all with leader 1. */
export function partitionMetadata(count: number): PartitionMetadata[] {
  return Array.from({ length: count }, (_, partition) => ({ partition, leader: 1 }));
}

/** A setting with a value of the topic's own. */
export function ownConfig(value: string): ConfigEntry {
  return { value, source: "DYNAMIC_TOPIC_CONFIG", isDefault: false, isSensitive: false, isReadOnly: false };
}

/** A retriable error of a log. */
export function failure(code: TransportErrorCode, details: { readonly topic?: string } = {}): TransportError {
  return new TransportError(`${code} says the log`, { code, retriable: true, ...details });
}

/** An error of a log that is not retriable. */
export function refusal(code: TransportErrorCode): TransportError {
  return new TransportError(`${code} says the log`, { code, retriable: false });
}

/** Never settles, as a request to a broker that does not respond. */
export function noResponse<T>(): Promise<T> {
  return new Promise(() => undefined);
}
