import { groupBy, kafkaError, NetworkClient, partitionKey, TransportError, UnsupportedError } from "@dataqueues/core";
import type { AdminConnection, OffsetQuery, PartitionMetadata, TopicConfigs, TopicMetadata } from "@dataqueues/core";

import type { Host } from "../host/open-host.ts";
import { readableAdmin } from "../host/readable-admin.ts";

/** A partition of a topic, with what metadata tell of it. */
export interface SurveyedPartition extends PartitionMetadata {
  readonly topic: string;
}

/** What a leader says of a partition, or why that is not known. */
export type Answer<Value> = Value | TransportError;

/** Answers by {@link partitionKey}. */
export type Answers<Value> = ReadonlyMap<string, Answer<Value>>;

/** Asks one leader about partitions; one answer for each, in the same order. */
type Ask<Value> = (
  connection: AdminConnection,
  leader: number,
  led: readonly SurveyedPartition[],
) => Promise<readonly Answer<Value>[]>;

/** The longest that an answer may take. */
const requestTimeoutMs = 15_000;

/** How many partitions one request asks about: a broker answers so many quickly, and the answer has less than 100 kB. */
const partitionsPerRequest = 2_000;

/** How many groups are asked about at the same time. */
const groupsAtOnce = 8;

/**
 * Looks at many topics with few requests. Nothing is repeated: one partition that has no leader, or one broker that is down, leaves
 * its own partitions unknown and holds up no others.
 */
export class LogSurvey {
  readonly #client: NetworkClient<"admin">;

  /** @param signal - ends it: what is pending rejects with the signal's reason */
  constructor({ transport, connectTimeoutMs, onEvent }: Host, signal: AbortSignal) {
    this.#client = new NetworkClient(readableAdmin(transport), "admin", {
      connectTimeoutMs,
      requestTimeoutMs,
      onEvent,
    });
    const close = (): void => this.#client.close(signal.reason);
    if (signal.aborted) close();
    else signal.addEventListener("abort", close, { signal: this.#client.signal });
  }

  /** Topics by their names, sorted; all of them when none is named. */
  async topics(names?: readonly string[]): Promise<TopicMetadata[]> {
    const found = await this.#client.requestOrReconnect("metadata", (connection) => connection.metadata(names));
    return found.toSorted((one, other) => (one.topic < other.topic ? -1 : 1));
  }

  /** An offset of each partition; -1n where no record is at or after a time. */
  offsets(partitions: readonly SurveyedPartition[], at: OffsetQuery["at"]): Promise<Answers<bigint>> {
    return this.#askLeaders(partitions, async (connection, leader, led) => {
      const queries = led.map(({ topic, partition, leaderEpoch }) => ({ topic, partition, leaderEpoch, at }));
      const results = await connection.listOffsets(leader, queries);
      return results.map((result) => result.error ?? result.offset);
    });
  }

  /** The bytes of each partition at its leader; errors where the log does not tell them. */
  sizes(partitions: readonly SurveyedPartition[]): Promise<Answers<number>> {
    return this.#askLeaders(partitions, async (connection, leader, led) => {
      const places = led.map(({ topic, partition }) => ({ topic, partition }));
      const results = await connection.describeLogDirs?.(leader, places);
      const none = new TransportError("the log does not tell sizes", { code: "UNSUPPORTED_VERSION", retriable: false });
      return results?.map((result) => result.error ?? result.size) ?? led.map(() => none);
    });
  }

  /** The settings of topics; undefined where the log has none, or does not show them to this caller. */
  async configs(topics: readonly string[]): Promise<TopicConfigs[] | undefined> {
    return this.#optional("describeConfigs", async (connection) => connection.describeConfigs?.(topics));
  }

  /**
   * What each group has committed, by {@link partitionKey}; undefined where the log has no groups, or does not show them to this
   * caller. Groups that cannot be asked are left out.
   */
  async committed(): Promise<Map<string, ReadonlyMap<string, bigint>> | undefined> {
    const groups = await this.#optional("listGroups", async (connection) => connection.listGroups?.());
    if (groups === undefined) return undefined;
    const committed = new Map<string, ReadonlyMap<string, bigint>>();
    const left = groups.map(({ group }) => group).toSorted();
    const next = async (): Promise<void> => {
      for (let group = left.shift(); group !== undefined; group = left.shift()) {
        const name = group;
        const offsets = await this.#optional("fetchGroupOffsets", async (one) => one.fetchGroupOffsets?.(name));
        const known = offsets?.flatMap((one) =>
          one.error === undefined && one.offset !== undefined
            ? [[partitionKey(one.topic, one.partition), one.offset] as const]
            : [],
        );
        if (known !== undefined) committed.set(name, new Map(known));
      }
    };
    await Promise.all(Array.from({ length: groupsAtOnce }, next));
    return committed;
  }

  close(): void {
    this.#client.close();
  }

  /** Makes a request that a log may lack or refuse; undefined then. */
  async #optional<T>(
    name: string,
    make: (connection: AdminConnection) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    try {
      return await this.#client.request(name, make);
    } catch (error) {
      if (this.#client.signal.aborted) throw error;
      if (error instanceof UnsupportedError || error instanceof TransportError) return undefined;
      throw error;
    }
  }

  /** Asks the leaders of partitions, at most {@link partitionsPerRequest} of them in one request. */
  async #askLeaders<Value>(partitions: readonly SurveyedPartition[], ask: Ask<Value>): Promise<Answers<Value>> {
    const answers = new Map<string, Answer<Value>>();
    const byLeader = groupBy(partitions, ({ leader }) => leader);
    const requests = [...byLeader].map(async ([leader, all]) => {
      for (let from = 0; from < all.length; from += partitionsPerRequest) {
        const led = all.slice(from, from + partitionsPerRequest);
        const told = leader < 0 ? [] : await this.#askLeader(leader, led, ask);
        for (const [index, { topic, partition, error }] of led.entries()) {
          const missing = error ?? kafkaError("LEADER_NOT_AVAILABLE", `${topic}[${partition}]`);
          answers.set(partitionKey(topic, partition), told[index] ?? missing);
        }
      }
    });
    await Promise.all(requests);
    return answers;
  }

  /** The answers of one leader; the error of a request that fails as a whole is that of each partition. */
  async #askLeader<Value>(
    leader: number,
    led: readonly SurveyedPartition[],
    ask: Ask<Value>,
  ): Promise<readonly Answer<Value>[]> {
    try {
      return await this.#client.request("a leader", (connection) => ask(connection, leader, led));
    } catch (error) {
      if (this.#client.signal.aborted || !(error instanceof TransportError)) throw error;
      return led.map(() => error);
    }
  }
}
