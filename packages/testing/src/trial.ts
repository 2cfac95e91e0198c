import { TransportError } from "@dataqueues/core";
import type {
  Connection,
  LogRecord,
  ProduceResult,
  ProduceBatch,
  ProducerIdAndEpoch,
  ProducerRecord,
  Role,
  TopicMetadata,
  Transport,
} from "@dataqueues/core";

import { check } from "./conformance-error.ts";
import { noLimits, produceOptions } from "./requests.ts";
import { within } from "./within.ts";

const cleanUpMs = 5_000;
const pauseMs = 20;

/** One case's use of a log: its connections and topics, and the patience that core has with a log, which a case needs. */
export class Trial {
  readonly transport: Transport;
  /** How long the case may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly #newTopic: () => string;
  readonly #until: number;
  readonly #connections: Connection[] = [];
  readonly #topics: string[] = [];

  constructor(transport: Transport, newTopic: () => string, timeoutMs: number) {
    this.transport = transport;
    this.timeoutMs = timeoutMs;
    this.#newTopic = newTopic;
    this.#until = performance.now() + timeoutMs;
  }

  /** A connection that ends with the case. */
  async open(role: Role = "write"): Promise<Connection> {
    const connection = await this.transport.open(role);
    this.#connections.push(connection);
    return connection;
  }

  /** A name that no topic has; a topic that gets it goes with the case. */
  freshName(): string {
    const topic = this.#newTopic();
    this.#topics.push(topic);
    return topic;
  }

  /** A new topic whose partitions have leaders that answer. */
  async topic(connection: Connection, partitions = 1): Promise<string> {
    const topic = this.freshName();
    const [outcome] = await connection.createTopics([{ topic, partitions }]);
    check(outcome?.error === undefined, `createTopics answered ${String(outcome?.error)}`, outcome?.error);
    await this.known(connection, topic, partitions);
    for (let partition = 0; partition < partitions; partition += 1) await this.endOf(connection, topic, partition);
    return topic;
  }

  /** What metadata says of a topic, once it has at least that many partitions and a leader for each. */
  async known(connection: Connection, topic: string, partitions = 1): Promise<TopicMetadata> {
    for (;;) {
      const found = (await connection.metadata([topic])).find((one) => one.topic === topic);
      const led = found?.partitions?.filter(({ leader, error }) => leader >= 0 && error === undefined) ?? [];
      if (found !== undefined && led.length >= partitions) return found;
      await this.#pause(`${topic} to have ${partitions} led partitions`);
    }
  }

  /** Resolves when metadata says that there is no such topic. */
  async gone(connection: Connection, topic: string): Promise<void> {
    for (;;) {
      const [found] = await connection.metadata([topic]);
      if (found?.error?.code === "UNKNOWN_TOPIC_OR_PARTITION") return;
      await this.#pause(`${topic} to be gone`);
    }
  }

  async leaderOf(connection: Connection, topic: string, partition = 0): Promise<number> {
    const { partitions = [] } = await this.known(connection, topic, partition + 1);
    const leader = partitions.find((one) => one.partition === partition)?.leader;
    check(leader !== undefined, `metadata leaves out ${topic}[${partition}]`);
    return leader;
  }

  /** Sends one batch as core does: again, while the answer is an error that may pass. */
  async produce(connection: Connection, batch: ProduceBatch): Promise<ProduceResult> {
    for (;;) {
      const leader = await this.leaderOf(connection, batch.topic, batch.partition);
      const [answer] = await connection.produce(leader, [batch], produceOptions);
      check(answer !== undefined, "produce gave no answer for the batch");
      if (answer.error?.retriable !== true) return answer;
      await this.#pause(`${batch.topic}[${batch.partition}] to take a batch; ${answer.error.message}`);
    }
  }

  /** Writes records in one batch; the offset of the first. */
  async append(
    connection: Connection,
    topic: string,
    records: readonly ProducerRecord[],
    partition = 0,
  ): Promise<bigint> {
    const answer = await this.produce(connection, { topic, partition, records, baseSequence: 0 });
    check(answer.error === undefined, `produce answered ${String(answer.error)}`, answer.error);
    return answer.baseOffset;
  }

  /** The offset of the next record of a partition, once its leader is ready to tell. */
  async endOf(connection: Connection, topic: string, partition = 0): Promise<bigint> {
    for (;;) {
      const [answer] = await connection.listOffsets([{ topic, partition, at: "latest" }]);
      check(answer !== undefined, "listOffsets gave no answer");
      if (answer.error === undefined) return answer.offset;
      check(answer.error.retriable, `listOffsets answered ${String(answer.error)}`, answer.error);
      await this.#pause(`the end of ${topic}[${partition}]; ${answer.error.message}`);
    }
  }

  /** A producer identity, once the log is ready to give one. */
  async producerIdentity(connection: Connection): Promise<ProducerIdAndEpoch> {
    for (;;) {
      try {
        return await connection.initProducerId();
      } catch (error) {
        check(error instanceof TransportError && error.retriable, `initProducerId rejected: ${String(error)}`, error);
        await this.#pause(`a producer id; ${error.message}`);
      }
    }
  }

  /** The records from `offset` up to `end`, in as many fetches as it takes. */
  async read(connection: Connection, topic: string, offset: bigint, end: bigint): Promise<LogRecord[]> {
    const leader = await this.leaderOf(connection, topic);
    const records: LogRecord[] = [];
    let next = offset;
    while (next < end) {
      const fetched = await connection.fetch(leader, [{ topic, partition: 0, offset: next }], noLimits);
      const found = fetched.find((one) => one.topic === topic && one.partition === 0);
      check(found?.error === undefined, `fetch answered ${String(found?.error)}`, found?.error);
      records.push(...(found?.records ?? []));
      next = found?.nextOffset ?? next;
      if (next < end) await this.#pause(`the records up to ${end}; there are those up to ${next}`);
    }
    return records;
  }

  /** Deletes the topics and closes the connections. A log that cannot do that has failed the cases of it. */
  async end(): Promise<void> {
    const cleanUp = within(cleanUpMs, "cleaning up", async () => {
      const connection = await this.open("admin");
      if (this.#topics.length > 0) await connection.deleteTopics(this.#topics);
    });
    await Promise.allSettled([cleanUp]);
    await Promise.allSettled(this.#connections.map(async (connection) => connection.close()));
  }

  async #pause(what: string): Promise<void> {
    check(performance.now() < this.#until, `waited too long for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
