import { TransportError } from "../src/contract/errors.ts";
import type { TransportErrorDetails } from "../src/contract/errors.ts";
import type { GroupConnection } from "../src/contract/groups.ts";
import type { TransportErrorCode } from "../src/contract/kafka-errors.ts";
import type { LogRecord, TopicPartition } from "../src/contract/record.ts";
import type {
  AdminConnection,
  Connections,
  FetchedPartition,
  OpenOptions,
  PartitionMetadata,
  ReadConnection,
  Role,
  Transport,
  TransportCapabilities,
  WriteConnection,
} from "../src/contract/transport.ts";

/** The requests that core makes. */
type Requests = Omit<ReadConnection & WriteConnection & GroupConnection & AdminConnection, OptionalRequest>;
/** What a log may lack are the admin's alone. */
type OptionalRequest =
  | "deleteRecords"
  | "describeConfigs"
  | "alterConfigs"
  | "describeLogDirs"
  | "listGroups"
  | "describeGroups"
  | "deleteGroups"
  | "fetchGroupOffsets"
  | "alterGroupOffsets";

/** A request that was made, with its arguments. */
export type MadeRequest = {
  [Name in keyof Requests]: { readonly name: Name; readonly args: Parameters<Requests[Name]> };
}[keyof Requests];

/** The requests that a connection of each role can make. */
const requestsOf: Readonly<Record<Role, readonly (keyof Requests)[]>> = {
  read: ["metadata", "listOffsets", "fetch"],
  write: ["metadata", "produce", "initProducerId"],
  admin: ["metadata", "listOffsets", "createTopics", "createPartitions", "deleteTopics"],
  group: ["metadata", "joinGroup", "heartbeat", "leaveGroup", "commitOffsets", "fetchOffsets"],
};

/**
 * A log whose responses a test gives: `on` has the requests that are answered otherwise than a log with these topics and
 * records would, which is led by broker 1 and never in trouble. It is simpler than the memory log on purpose: here the
 * test says what happens, and when.
 */
export class ScriptedLog implements Transport {
  readonly name = "scripted";
  readonly capabilities: TransportCapabilities = { write: true, admin: true, idempotence: true, groups: true };
  /** Replaces responses; may be changed at any time. */
  readonly on: Partial<Requests> & { open?: (role: Role, options: OpenOptions) => void | Promise<void> } = {};
  /** The partitions of each topic. */
  readonly topics: Map<string, PartitionMetadata[]>;
  /** Ids of topics, where a test wants the log to have them. */
  readonly topicIds = new Map<string, string>();
  /** Every request so far, in order. */
  readonly requests: MadeRequest[] = [];
  /** How many connections were opened, and how many of them closed. */
  opened = 0;
  closed = 0;
  /** The responses of a log that is never in trouble, for a test that replaces some. */
  readonly plain: Omit<Requests, "close"> = this.#plain(new AbortController().signal);
  /** The offsets that members committed, by group, topic and partition: `"g/a/0"`. */
  readonly committed = new Map<string, bigint>();
  readonly #records = new Map<string, LogRecord[]>();
  readonly #waiting = new Set<() => void>();
  #ids = 0n;

  /** @param topics - how many partitions each topic has */
  constructor(topics: Readonly<Record<string, number>> = { a: 1 }) {
    this.topics = new Map(Object.entries(topics).map(([topic, count]) => [topic, partitionMetadata(count)]));
  }

  /** The records of a partition, from offset 0 on. */
  recordsOf(topic: string, partition = 0): readonly LogRecord[] {
    return this.#records.get(`${topic}/${partition}`) ?? [];
  }

  /** Appends values to a partition, as another producer does; fetches that wait are answered. */
  append(topic: string, partition: number, ...values: readonly (string | null)[]): void {
    for (const value of values)
      this.#push(topic, partition, { key: null, headers: [], timestamp: 0, value: utf8(value) });
    this.#changed();
  }

  /** Forgets a topic's records, as a topic that was created again has none. */
  reset(topic: string): void {
    for (const key of this.#records.keys()) if (key.startsWith(`${topic}/`)) this.#records.delete(key);
  }

  /** The arguments of the requests of one name so far. */
  calls<Name extends keyof Requests>(name: Name): Parameters<Requests[Name]>[] {
    return this.requests.flatMap((one) => (one.name === name ? [one.args as Parameters<Requests[Name]>] : []));
  }

  /** Opens a connection that has the methods of its role only. */
  async open<R extends Role>(role: R, options: OpenOptions = {}): Promise<Connections[R]> {
    await this.on.open?.(role, options);
    this.opened += 1;
    const ended = new AbortController();
    const plain = this.#plain(ended.signal);
    const ask = <Name extends keyof Requests>(name: Name): Requests[Name] =>
      ((...args: never) => {
        this.requests.push({ name, args });
        const respond: (...args: never) => unknown = this.on[name] ?? plain[name];
        return respond(...args);
      }) as Requests[Name];
    const connection: Requests = {
      metadata: ask("metadata"),
      listOffsets: ask("listOffsets"),
      fetch: ask("fetch"),
      produce: ask("produce"),
      initProducerId: ask("initProducerId"),
      createTopics: ask("createTopics"),
      createPartitions: ask("createPartitions"),
      deleteTopics: ask("deleteTopics"),
      joinGroup: ask("joinGroup"),
      heartbeat: ask("heartbeat"),
      leaveGroup: ask("leaveGroup"),
      commitOffsets: ask("commitOffsets"),
      fetchOffsets: ask("fetchOffsets"),
      close: () => {
        if (ended.signal.aborted) return;
        this.closed += 1;
        ended.abort(failure("NETWORK_EXCEPTION"));
        this.on.close?.();
      },
    };
    for (const name of Object.keys(plain)) {
      if (name !== "close" && !requestsOf[role].some((one) => one === name)) Reflect.deleteProperty(connection, name);
    }
    return connection;
  }

  /** The responses of a log that is never in trouble. */
  #plain(ended: AbortSignal): Requests {
    const unknown = (topic: string): TransportError => failure("UNKNOWN_TOPIC_OR_PARTITION", { topic });
    // Every member is the only one of its group, and owns all that it subscribes to.
    const beat: GroupConnection["heartbeat"] = async ({ memberId, topics }) => {
      const assignment = topics.flatMap((topic) =>
        (this.topics.get(topic) ?? []).map(({ partition }): TopicPartition => [topic, partition]),
      );
      return { memberId: memberId === "" ? "member" : memberId, epoch: 1, assignment };
    };
    return {
      metadata: async (topics = [...this.topics.keys()]) =>
        topics.map((topic) => {
          const partitions = this.topics.get(topic);
          if (partitions === undefined) return { topic, error: unknown(topic) };
          return { topic, topicId: this.topicIds.get(topic), partitions };
        }),
      listOffsets: async (_leader, queries) =>
        queries.map(({ topic, partition, at }) => {
          const records = this.recordsOf(topic, partition);
          const since =
            typeof at === "object" ? records.find((one) => one.timestamp >= at.timestamp)?.offset : undefined;
          const offset = at === "earliest" ? 0n : at === "latest" ? BigInt(records.length) : (since ?? -1n);
          return { topic, partition, offset };
        }),
      fetch: async (_leader, wanted, { maxWaitMs }, { signal } = {}) => {
        const now = (): FetchedPartition[] =>
          wanted.map(({ topic, partition, offset }) => {
            const all = this.recordsOf(topic, partition);
            const end = BigInt(all.length);
            return { topic, partition, records: all.slice(Number(offset)), nextOffset: end, highWatermark: end };
          });
        if (now().every((one) => one.error === undefined && one.records.length === 0))
          await this.#news(maxWaitMs, signal === undefined ? ended : AbortSignal.any([ended, signal]));
        return now();
      },
      produce: async (_leader, batches) => {
        const results = batches.map(({ topic, partition, records }) => {
          const baseOffset = BigInt(this.recordsOf(topic, partition).length);
          for (const record of records) this.#push(topic, partition, record);
          return { topic, partition, baseOffset };
        });
        this.#changed();
        return results;
      },
      initProducerId: async () => ({ producerId: ++this.#ids, producerEpoch: 0 }),
      createTopics: async (specs) =>
        specs.map(({ topic, partitions = 1 }) => {
          this.topics.set(topic, partitionMetadata(partitions));
          return { topic };
        }),
      createPartitions: async (specs) =>
        specs.map(({ topic, partitions }) => {
          this.topics.set(topic, partitionMetadata(partitions));
          return { topic };
        }),
      deleteTopics: async (topics) =>
        topics.map((topic) => (this.topics.delete(topic) ? { topic } : { topic, error: unknown(topic) })),
      joinGroup: beat,
      heartbeat: beat,
      leaveGroup: async () => undefined,
      commitOffsets: async ({ group }, offsets) =>
        offsets.map(({ topic, partition, offset }) => {
          this.committed.set(`${group}/${topic}/${partition}`, offset);
          return { topic, partition };
        }),
      fetchOffsets: async ({ group }, partitions) =>
        partitions.map(([topic, partition]) => {
          return { topic, partition, offset: this.committed.get(`${group}/${topic}/${partition}`) };
        }),
      close: () => undefined,
    };
  }

  #push(topic: string, partition: number, record: Omit<LogRecord, "offset">): void {
    const all = this.#records.get(`${topic}/${partition}`) ?? [];
    this.#records.set(`${topic}/${partition}`, all);
    // The producer may use its bytes again.
    all.push({ ...record, value: record.value?.slice() ?? null, offset: BigInt(all.length) });
  }

  #changed(): void {
    for (const wake of this.#waiting) wake();
  }

  #news(ms: number, ended: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        if (ended.aborted) reject(ended.reason);
        else resolve();
      };
      const timer = setTimeout(done, ms);
      this.#waiting.add(done);
      ended.addEventListener("abort", done, { once: true });
    });
  }
}

/** Partitions 0 to `count` - 1, all with one leader. */
export function partitionMetadata(count: number, leader = 1): PartitionMetadata[] {
  return Array.from({ length: count }, (_, partition) => ({ partition, leader }));
}

/** The error of a log, retriable unless `details` say otherwise. */
export function failure(code: TransportErrorCode, details: Partial<TransportErrorDetails> = {}): TransportError {
  return new TransportError(code, { code, retriable: true, ...details });
}

/** Never settles, as a request to a broker that does not respond. */
export function noResponse<T>(): Promise<T> {
  return new Promise(() => undefined);
}

function utf8(text: string | null): Uint8Array | null {
  return text === null ? null : new TextEncoder().encode(text);
}
