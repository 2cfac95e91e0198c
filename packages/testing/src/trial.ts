import { TransportError } from "@dataqueues/core";
import type {
  AdminConnection,
  BaseConnection,
  Connections,
  FetchedPartition,
  FetchLimits,
  FetchOptions,
  GroupConnection,
  GroupMember,
  LogRecord,
  OffsetsConnection,
  ProduceBatch,
  ProduceResult,
  ProducerIdAndEpoch,
  ProducerRecord,
  ReadConnection,
  Role,
  TopicMetadata,
  Transport,
  TransportCapabilities,
  WriteConnection,
} from "@dataqueues/core";

import { check, within } from "./conformance-case.ts";

const cleanUpMs = 5_000;
const pauseMs = 20;

/** Limits that take whatever is there. */
export const noLimits: FetchLimits = {
  maxWaitMs: 1_000,
  minBytes: 1,
  maxBytes: 2 ** 24,
  maxBytesPerPartition: 2 ** 24,
};

/** Confirmed by all in-sync replicas, not compressed. */
export const produceOptions = { acks: -1, timeoutMs: 10_000, compression: "none" } as const;

/** A record with a text as its value, at 1,000 ms since 1970. */
export function recordOf(value: string, rest: Partial<ProducerRecord> = {}): ProducerRecord {
  return { key: null, value: new TextEncoder().encode(value), headers: [], timestamp: 1_000, ...rest };
}

/** A member of a group that has not joined yet, in the consumer protocol. */
export function memberOf(group: string, topics: readonly string[]): GroupMember {
  const timeouts = { sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 10_000 };
  const memberId = crypto.randomUUID();
  return {
    group,
    topics,
    protocol: "consumer",
    memberId,
    epoch: 0,
    owned: [],
    assignor: "cooperative-sticky",
    ...timeouts,
  };
}

/** What a trial needs to know beside its transports. */
export interface TrialOptions {
  readonly capabilities: TransportCapabilities;
  readonly newTopic: () => string;
  readonly timeoutMs: number;
}

/**
 * One case's use of a log: its connections, its topics, and the retries that every user of a log needs. Reading always
 * goes through the tested transport, and so does everything else that it can do; the writer does the rest.
 */
export class Trial {
  readonly transport: Transport;
  /** How long the case may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly #writer: Transport;
  readonly #capabilities: TransportCapabilities;
  readonly #newTopic: () => string;
  readonly #deadline: number;
  readonly #connections: BaseConnection[] = [];
  readonly #topics: string[] = [];
  #read: Promise<ReadConnection> | undefined;
  #write: Promise<WriteConnection> | undefined;
  #admin: Promise<AdminConnection> | undefined;
  #group: Promise<GroupConnection> | undefined;

  constructor(transport: Transport, writer: Transport, { capabilities, newTopic, timeoutMs }: TrialOptions) {
    this.transport = transport;
    this.timeoutMs = timeoutMs;
    this.#writer = writer;
    this.#capabilities = capabilities;
    this.#newTopic = newTopic;
    this.#deadline = performance.now() + timeoutMs;
  }

  /** The roles that the tested transport has. */
  get roles(): Role[] {
    const { write, admin, groups } = this.#capabilities;
    const roles = [write && "write", admin && "admin", groups && "group"] as const;
    return ["read", ...roles.filter((role) => role !== false)];
  }

  /** A new connection, which is closed at the end of the case. */
  async open<R extends Role>(role: R): Promise<Connections[R]> {
    const connection = await (this.roles.includes(role) ? this.transport : this.#writer).open(role);
    this.#connections.push(connection);
    return connection;
  }

  /** The connection with which the case reads. */
  reader(): Promise<ReadConnection> {
    return (this.#read ??= this.open("read"));
  }

  /** The connection with which the case writes. */
  writer(): Promise<WriteConnection> {
    return (this.#write ??= this.open("write"));
  }

  /** The connection with which the case changes topics. */
  admin(): Promise<AdminConnection> {
    return (this.#admin ??= this.open("admin"));
  }

  /** The connection of the case's group members. */
  group(): Promise<GroupConnection> {
    return (this.#group ??= this.open("group"));
  }

  /** A name that no topic has; a topic that gets it is deleted at the end of the case. */
  freshName(): string {
    const topic = this.#newTopic();
    this.#topics.push(topic);
    return topic;
  }

  /** A new topic whose partitions can be read. */
  async topic(partitions = 1, configs?: Readonly<Record<string, string>>): Promise<string> {
    const topic = this.freshName();
    const admin = await this.admin();
    const [result] = await admin.createTopics([{ topic, partitions, configs }]);
    check(result?.error === undefined, `createTopics returned ${String(result?.error)}`, result?.error);
    for (let partition = 0; partition < partitions; partition += 1) await this.endOf(topic, partition);
    return topic;
  }

  /** A topic's metadata, once it has at least that many partitions and a leader for each. */
  async known(connection: BaseConnection, topic: string, partitions = 1): Promise<TopicMetadata> {
    for (;;) {
      const found = (await connection.metadata([topic])).find((one) => one.topic === topic);
      const led = found?.partitions?.filter(({ leader, error }) => leader >= 0 && error === undefined) ?? [];
      if (found !== undefined && led.length >= partitions) return found;
      await this.pause(`${topic} to have ${partitions} led partitions`);
    }
  }

  /** Resolves once the reader's metadata says that there is no such topic. */
  async gone(topic: string): Promise<void> {
    const reader = await this.reader();
    for (;;) {
      const [found] = await reader.metadata([topic]);
      if (found?.error?.code === "UNKNOWN_TOPIC_OR_PARTITION") return;
      await this.pause(`${topic} to be gone`);
    }
  }

  /** The leader of a partition as a connection tells it: leaders are numbers of the transport's own. */
  async leaderOf(connection: BaseConnection, topic: string, partition = 0): Promise<number> {
    const { partitions = [] } = await this.known(connection, topic, partition + 1);
    const leader = partitions.find((one) => one.partition === partition)?.leader;
    check(leader !== undefined, `metadata leaves out ${topic}[${partition}]`);
    return leader;
  }

  /** Sends one batch as core does: again, as long as the error is retriable. */
  async produce(batch: ProduceBatch): Promise<ProduceResult> {
    const writer = await this.writer();
    for (;;) {
      const leader = await this.leaderOf(writer, batch.topic, batch.partition);
      const [result] = await writer.produce(leader, [batch], produceOptions);
      check(result !== undefined, "produce returned no result for the batch");
      if (result.error?.retriable !== true) return result;
      await this.pause(`${batch.topic}[${batch.partition}] to take a batch; ${result.error.message}`);
    }
  }

  /** Writes records in one batch; returns the offset of the first. */
  async append(topic: string, records: readonly ProducerRecord[], partition = 0): Promise<bigint> {
    const result = await this.produce({ topic, partition, records, baseSequence: 0 });
    check(result.error === undefined, `produce returned ${String(result.error)}`, result.error);
    return result.baseOffset;
  }

  /** The offset of the next record of a partition, once its leader is ready to tell. */
  async endOf(topic: string, partition = 0, connection?: OffsetsConnection): Promise<bigint> {
    const reader = connection ?? (await this.reader());
    for (;;) {
      const leader = await this.leaderOf(reader, topic, partition);
      const [result] = await reader.listOffsets(leader, [{ topic, partition, at: "latest" }]);
      check(result !== undefined, "listOffsets returned no result");
      if (result.error === undefined) return result.offset;
      check(result.error.retriable, `listOffsets returned ${String(result.error)}`, result.error);
      await this.pause(`the end of ${topic}[${partition}]; ${result.error.message}`);
    }
  }

  /** A producer identity, once the log is ready to give one. */
  producerIdentity(connection: WriteConnection): Promise<ProducerIdAndEpoch> {
    return this.retried("a producer id", () => connection.initProducerId());
  }

  /** What a request answers, once the log is ready to. */
  async retried<T>(what: string, request: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await request();
      } catch (error) {
        check(error instanceof TransportError && error.retriable, `${what}: rejected with ${String(error)}`, error);
        await this.pause(`${what}; ${error.message}`);
      }
    }
  }

  /** One fetch from a topic's first partition. */
  async fetch(
    topic: string,
    offset: bigint,
    limits: Partial<FetchLimits> = {},
    options?: FetchOptions,
  ): Promise<FetchedPartition | undefined> {
    const reader = await this.reader();
    const leader = await this.leaderOf(reader, topic);
    const fetched = await reader.fetch(leader, [{ topic, partition: 0, offset }], { ...noLimits, ...limits }, options);
    return fetched.find((one) => one.topic === topic && one.partition === 0);
  }

  /** The records from `offset` up to `end`, in as many fetches as it takes. */
  async read(topic: string, offset: bigint, end: bigint): Promise<LogRecord[]> {
    const records: LogRecord[] = [];
    let next = offset;
    while (next < end) {
      const found = await this.fetch(topic, next);
      check(found?.error === undefined, `fetch returned ${String(found?.error)}`, found?.error);
      records.push(...(found?.records ?? []));
      next = found?.nextOffset ?? next;
      if (next < end) await this.pause(`the records up to ${end}; there are those up to ${next}`);
    }
    return records;
  }

  /** Deletes the topics and closes the connections. What fails here has failed in the cases about it. */
  async end(): Promise<void> {
    const cleanUp = within(cleanUpMs, "cleaning up", async () => {
      const connection = await this.open("admin");
      if (this.#topics.length > 0) await connection.deleteTopics(this.#topics);
    });
    await Promise.allSettled([cleanUp]);
    await Promise.allSettled(this.#connections.map(async (connection) => connection.close()));
  }

  /** Waits a little before something is asked again; fails the case once its time is up. */
  async pause(what: string, ms: number = pauseMs): Promise<void> {
    check(performance.now() < this.#deadline, `waited too long for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
}
