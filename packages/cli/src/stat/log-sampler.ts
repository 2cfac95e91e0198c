import { groupBy, kafkaError, NetworkClient, TransportError } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";

import { matchTopics } from "../arguments/topic-selection.ts";
import type { TopicSelection } from "../arguments/topic-selection.ts";
import { partitionsOf } from "../topics/partition-facts.ts";
import { NewestRecords } from "./newest-records.ts";
import type { NewestRecord } from "./newest-records.ts";

/** A partition as a sampler finds it. */
export interface PartitionPlace {
  readonly topic: string;
  /** Tells a topic from one of the same name that was deleted, where the log knows. */
  readonly topicId: string | undefined;
  readonly partition: number;
  readonly leader: number;
  readonly leaderEpoch: number | undefined;
  /** The first offset, and the one after the last that can be read; undefined where the leader did not tell. */
  begin?: bigint | undefined;
  end?: bigint | undefined;
  /** Why something is not known. */
  problem?: string | undefined;
}

/** Where a partition was at one moment. */
export interface PartitionSample extends Readonly<PartitionPlace> {
  readonly newest: NewestRecord | undefined;
}

/** Where a log was at one moment. */
export interface LogSample {
  /** In ms of `performance.now()`. */
  readonly at: number;
  /** By topics and partitions. */
  readonly partitions: readonly PartitionSample[];
  /** Topics that were named and are not there, or cannot be seen, and why. */
  readonly missing: readonly { readonly topic: string; readonly problem: string }[];
}

/**
 * Looks at a log again and again, at little cost: it asks for topics and offsets, and reads a newest record of the partitions that got
 * any. A role to read is enough, so it works through gateways too.
 */
export class LogSampler {
  readonly #client: NetworkClient<"read">;
  readonly #topics: TopicSelection;
  readonly #newest: NewestRecords;

  /** @param timeoutMs - how long a connection, and an answer, may take */
  constructor(transport: Transport, topics: TopicSelection, timeoutMs: number) {
    this.#client = new NetworkClient(transport, "read", { connectTimeoutMs: timeoutMs, requestTimeoutMs: timeoutMs });
    this.#topics = topics;
    this.#newest = new NewestRecords(this.#client);
  }

  /** Whether the log ever answered. */
  get reached(): boolean {
    return this.#client.reached;
  }

  /**
   * Looks at the log now.
   *
   * @throws TransportError when the log does not answer; a leader that does not is a problem of its partitions
   */
  async sample(): Promise<LogSample> {
    const { places, missing } = await this.#places();
    for (const place of places) if (place.leader < 0) place.problem ??= "no leader";
    const led = places.filter(({ leader }) => leader >= 0);
    const byLeader = groupBy(led, ({ leader }) => leader);
    await Promise.all([...byLeader].map(([leader, own]) => this.#askLeader(leader, own)));
    const at = performance.now();
    this.#newest.forgetOthers(places);
    const partitions = places.map((place) => ({ ...place, newest: this.#newest.of(place) }));
    return { at, partitions, missing };
  }

  close(): void {
    this.#client.close();
  }

  async #places(): Promise<Pick<LogSample, "missing"> & { readonly places: PartitionPlace[] }> {
    const { names, patterns } = this.#topics;
    const isNamed = names.length > 0 && patterns.length === 0;
    const all = await this.#client.requestOrReconnect("metadata", (connection) =>
      connection.metadata(isNamed ? names : undefined),
    );
    const byTopic = new Map(all.map((found) => [found.topic, found]));
    const places: PartitionPlace[] = [];
    const missing: { topic: string; problem: string }[] = [];
    for (const topic of matchTopics([...new Set([...byTopic.keys(), ...names])], this.#topics)) {
      const found = byTopic.get(topic);
      if (found?.partitions === undefined) {
        missing.push({
          topic,
          problem: problemOf(found?.error ?? kafkaError("UNKNOWN_TOPIC_OR_PARTITION", "metadata")),
        });
      } else if (names.includes(topic) || !(found.isInternal === true || topic.startsWith("__"))) {
        const { topicId } = found;
        for (const { partition, leader, leaderEpoch, error } of partitionsOf([found])) {
          places.push({ topic, topicId, partition, leader, leaderEpoch, problem: error && problemOf(error) });
        }
      }
    }
    return { places, missing };
  }

  /** Finds ends and newest records of the partitions that one broker leads. */
  async #askLeader(leader: number, places: readonly PartitionPlace[]): Promise<void> {
    try {
      await Promise.all([this.#findOffsets(leader, places, "begin"), this.#findOffsets(leader, places, "end")]);
      await this.#newest.look(leader, places);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      for (const place of places) place.problem ??= problemOf(error);
    }
  }

  async #findOffsets(leader: number, places: readonly PartitionPlace[], which: "begin" | "end"): Promise<void> {
    const at = which === "begin" ? "earliest" : "latest";
    const queries = places.map(({ topic, partition, leaderEpoch }) => ({ topic, partition, leaderEpoch, at }) as const);
    const results = await this.#client.request("listOffsets", (connection) => connection.listOffsets(leader, queries));
    for (const [index, result] of results.entries()) {
      const place = places[index];
      if (place === undefined) continue;
      if (result.error === undefined) place[which] = result.offset;
      else place.problem ??= problemOf(result.error);
    }
  }
}

/** What is wrong, in a few words for a table. */
function problemOf({ code }: TransportError): string {
  switch (code) {
    case "UNKNOWN_TOPIC_OR_PARTITION":
      return "does not exist";
    case "TOPIC_AUTHORIZATION_FAILED":
      return "not allowed";
    case "NETWORK_EXCEPTION":
    case "REQUEST_TIMED_OUT":
      return "its leader does not answer";
    case "LEADER_NOT_AVAILABLE":
      return "no leader";
    default:
      return code;
  }
}
