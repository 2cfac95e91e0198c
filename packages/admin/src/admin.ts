import { ClosedError, NetworkClient, topicNames } from "@dataqueues/core";
import type { PartitionMetadata, Transport } from "@dataqueues/core";

import { adminSettings } from "./admin-options.ts";
import type { AdminOptions, AdminSettings } from "./admin-options.ts";
import { retry } from "./retry.ts";
import { checkCreateTopicsOptions, TopicCreation } from "./topic-creation.ts";
import type { CreateTopicsOptions, TopicOutcome } from "./topic-creation.ts";
import { deleteTopics } from "./topic-deletion.ts";
import { topicError, topicMetadata } from "./topic-metadata.ts";
import { planTopics } from "./topic-plan.ts";
import type { TopicRequest } from "./topic-plan.ts";

/** A topic and its partitions. */
export interface TopicDescription {
  readonly topic: string;
  readonly partitions: readonly PartitionMetadata[];
}

/**
 * Creates, lists, describes and deletes topics. Connects on first use.
 *
 * Every call is repeated over errors that pass by themselves, until it is done or `timeoutMs` is over.
 *
 * @example
 * ```ts
 * const admin = new DataQueueAdmin(transport);
 * await admin.createTopics(["pointing", ["amplitude", 6]]);
 * await admin.close();
 * ```
 */
export class DataQueueAdmin {
  readonly #client: NetworkClient<"admin">;
  readonly #settings: AdminSettings;

  constructor(transport: Transport, options: AdminOptions = {}) {
    const settings = adminSettings(options);
    const { onEvent, signal } = options;
    this.#settings = settings;
    this.#client = new NetworkClient(transport, "admin", {
      ...settings,
      requestTimeoutMs: settings.timeoutMs,
      onEvent,
    });
    if (signal?.aborted) this.#client.close(signal.reason);
    else signal?.addEventListener("abort", () => this.#client.close(signal.reason), { signal: this.#client.signal });
  }

  /**
   * Connects before the first call does.
   *
   * @throws TransportError naming the host when the log cannot be reached within `connectTimeoutMs`
   */
  async connect(): Promise<void> {
    await this.#client.connect();
  }

  /**
   * Makes topics exist, with at least so many partitions each: creates what is missing, grows what is too small, leaves the
   * rest as it is. Safe to repeat, and to run from several places at once. When it resolves, all partitions have leaders.
   *
   * @param topics - each by its name or with its partitions; a single text is one topic
   * @returns one outcome for each topic, in the order asked for
   * @throws DataQueueError `INVALID_PARTITIONS` for a minimum that is no positive integer, `INVALID_ARGUMENT` for what is
   *   no topic or setting; then nothing was done
   * @throws TransportError naming the first topic that the log refuses; the others are created and grown all the same
   */
  async createTopics(
    topics: string | Iterable<TopicRequest>,
    options: CreateTopicsOptions = {},
  ): Promise<TopicOutcome[]> {
    const plan = planTopics(topics);
    checkCreateTopicsOptions(options);
    const creation = new TopicCreation(this.#client, plan, options);
    return this.#retry(`topics ${[...plan.keys()].join(", ")}`, () => creation.attempt());
  }

  /** The names of all topics, sorted. */
  async listTopics(): Promise<string[]> {
    const topics = await this.#retry("the list of topics", () =>
      this.#client.requestOrReconnect("metadata", (connection) => connection.metadata()),
    );
    return topics.map(({ topic }) => topic).sort();
  }

  /**
   * Partitions, leaders and replicas of topics, in the order asked for.
   *
   * @throws TransportError `UNKNOWN_TOPIC_OR_PARTITION` naming a topic that does not exist
   */
  async describeTopics(topics: string | Iterable<string>): Promise<TopicDescription[]> {
    const names = topicNames("topics", topics);
    const results = await this.#retry(`a description of ${names.join(", ")}`, () => topicMetadata(this.#client, names));
    return names.map((topic) => {
      const result = results.find((one) => one.topic === topic);
      if (result?.partitions === undefined) throw topicError("describe", topic, result?.error);
      return { topic, partitions: result.partitions };
    });
  }

  /**
   * Deletes topics with all their records; those that do not exist are passed over.
   *
   * @returns the topics that were there and are gone now
   * @throws TransportError naming a topic that the log refuses to delete
   */
  async deleteTopics(topics: string | Iterable<string>): Promise<string[]> {
    return deleteTopics(this.#client, this.#settings, [...new Set(topicNames("topics", topics))]);
  }

  /** Disconnects at once; calls that are not settled reject with a {@link ClosedError}. Safe to call again. */
  async close(): Promise<void> {
    this.#client.close(new ClosedError("the admin is closed"));
  }

  /** Closes at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #retry<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> {
    return retry(this.#client, this.#settings, what, attempt);
  }
}
