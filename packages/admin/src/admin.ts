import { ClosedError, NetworkClient, topicNames } from "@dataqueues/core";
import type { AlterConfigsOptions, GroupListing, TopicPartition, Transport } from "@dataqueues/core";

import { adminSettings } from "./admin-options.ts";
import type { AdminOptions, AdminSettings } from "./admin-options.ts";
import { deleteGroups } from "./group-deletion.ts";
import { describeGroups, listGroups } from "./group-description.ts";
import type { ConsumerGroupDescription } from "./group-description.ts";
import { groupOffsets } from "./group-offsets.ts";
import type { GroupOffset } from "./group-offsets.ts";
import { checkGroup, groupNames } from "./group-requests.ts";
import { describeLogDirs } from "./log-dir-sizes.ts";
import type { PartitionSize } from "./log-dir-sizes.ts";
import { planReset, resetOffsets } from "./offset-reset.ts";
import type { OffsetReset } from "./offset-reset.ts";
import { listOffsets, planOffsets, planPartitions } from "./partition-offsets.ts";
import type { PartitionOffset } from "./partition-offsets.ts";
import { deleteRecords, planDeletions } from "./record-deletion.ts";
import type { LowWatermark, RecordDeletion } from "./record-deletion.ts";
import { retry } from "./retry.ts";
import type { RetryLimits } from "./retry.ts";
import { alterConfigs, checkAlterConfigsOptions, describeConfigs, planConfigChanges } from "./topic-configs.ts";
import type { TopicConfigChanges, TopicConfigsDescription } from "./topic-configs.ts";
import { checkCreateTopicsOptions, TopicCreation } from "./topic-creation.ts";
import type { CreateTopicsOptions, TopicOutcome } from "./topic-creation.ts";
import { deleteTopics } from "./topic-deletion.ts";
import { describeTopics } from "./topic-description.ts";
import type { TopicDescription } from "./topic-description.ts";
import { planTopics } from "./topic-plan.ts";
import type { TopicRequest } from "./topic-plan.ts";

/**
 * Creates, lists, describes and deletes topics; finds offsets, deletes records and changes settings; lists, describes and
 * deletes groups of consumers, shows and sets their offsets. Connects on first use.
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
    return describeTopics(this.#client, this.#limits(), topicNames("topics", topics));
  }

  /**
   * Deletes topics with all their records; those that do not exist are passed over.
   *
   * @returns the topics that were there and are gone now
   * @throws TransportError naming a topic that the log refuses to delete
   */
  async deleteTopics(topics: string | Iterable<string>): Promise<string[]> {
    return deleteTopics(this.#client, this.#limits(), [...new Set(topicNames("topics", topics))]);
  }

  /**
   * Offsets of partitions: of the first record, after the last one, or of the first record from a time on.
   *
   * `"latest"` is the end of what a consumer can read: on Kafka it is before the first record of a transaction that is open.
   *
   * @param topics - topics by their names, for all their partitions, and pairs of topic and partition; a single text is one topic
   * @param at - which offsets, `"latest"` by default
   * @returns in the order asked for; a topic's partitions by their numbers. The offset is -1n where no record is at or after
   *   the time.
   * @throws DataQueueError `INVALID_ARGUMENT` for what is no topic, partition or time
   * @throws TransportError naming a topic or partition that does not exist (`UNKNOWN_TOPIC_OR_PARTITION`), or that the log
   *   refuses
   *
   * @example
   * ```ts
   * await admin.listOffsets(["pointing", ["amplitude", 3]], new Date("2026-11-27T12:00Z"));
   * ```
   */
  async listOffsets(
    topics: string | Iterable<string | TopicPartition>,
    at: "earliest" | "latest" | Date = "latest",
  ): Promise<PartitionOffset[]> {
    return listOffsets(this.#client, this.#limits(), planOffsets(topics, at));
  }

  /**
   * Deletes the oldest records of partitions: those before an offset, or all that there are when the log carries it out
   * (`"latest"`). Offsets go on as before. A consumer that is not yet past the deleted records reports `offsetOutOfRange`.
   *
   * @param records - topic, partition and offset of each; a partition may be named once
   * @returns in the order asked for; `lowWatermark` is the offset of the first record that is left
   * @throws DataQueueError `INVALID_ARGUMENT` for what is no topic, partition or offset; then nothing was deleted
   * @throws TransportError naming a topic or partition that does not exist (`UNKNOWN_TOPIC_OR_PARTITION`), or the first
   *   one that the log refuses, such as `OFFSET_OUT_OF_RANGE` for an offset after the end and, on Kafka, `POLICY_VIOLATION`
   *   for a compacted topic; the records of the others are deleted all the same
   * @throws UnsupportedError when the log cannot delete records
   *
   * @example
   * ```ts
   * await admin.deleteRecords([["pointing", 0, 1_000n], ["pointing", 1, "latest"]]);
   * ```
   */
  async deleteRecords(records: Iterable<RecordDeletion>): Promise<LowWatermark[]> {
    return deleteRecords(this.#client, this.#limits(), planDeletions(records));
  }

  /**
   * How many bytes partitions take on the disks of their leaders: the segments of their logs, compressed where batches are, and
   * without replicas and indexes. What Kafka's tool `kafka-log-dirs` prints. The log in memory counts keys, values and headers.
   *
   * @param topics - as for {@link listOffsets}
   * @returns in the order asked for
   * @throws DataQueueError `INVALID_ARGUMENT` for what is no topic or partition
   * @throws TransportError naming a topic or partition that does not exist (`UNKNOWN_TOPIC_OR_PARTITION`), or that the log
   *   refuses, such as `CLUSTER_AUTHORIZATION_FAILED`: Kafka tells sizes only to those who may describe the cluster
   * @throws UnsupportedError when the log does not tell sizes
   */
  async describeLogDirs(topics: string | Iterable<string | TopicPartition>): Promise<PartitionSize[]> {
    return describeLogDirs(this.#client, this.#limits(), planPartitions(topics));
  }

  /**
   * The settings of topics, by Kafka's names such as `retention.ms`: each with its value and who set it.
   *
   * @returns in the order asked for
   * @throws TransportError naming a topic that does not exist (`UNKNOWN_TOPIC_OR_PARTITION`), or that the log refuses
   * @throws UnsupportedError when the log has no settings
   */
  async describeConfigs(topics: string | Iterable<string>): Promise<TopicConfigsDescription[]> {
    return describeConfigs(this.#client, this.#limits(), topicNames("topics", topics));
  }

  /**
   * Changes those settings of topics that are named, and no others; null sets the default back. Once it resolves the log
   * has accepted the change; its brokers may take a moment to apply it.
   *
   * @param configs - the settings of each topic, or a list of pairs of topic and settings
   * @param options - with `validateOnly` the log only says whether it would accept the change
   * @throws DataQueueError `INVALID_ARGUMENT` for what is no topic or setting; then nothing was changed
   * @throws TransportError naming a topic that does not exist (`UNKNOWN_TOPIC_OR_PARTITION`) or the first one whose change
   *   the log refuses, such as `INVALID_CONFIG`; the others are changed all the same
   * @throws UnsupportedError when the log has no settings to change
   *
   * @example
   * ```ts
   * await admin.alterConfigs({ pointing: { "retention.ms": "3600000", "cleanup.policy": null } });
   * ```
   */
  async alterConfigs(configs: TopicConfigChanges, options: AlterConfigsOptions = {}): Promise<void> {
    const changes = planConfigChanges(configs);
    checkAlterConfigsOptions(options);
    return alterConfigs(this.#client, this.#limits(), changes, options);
  }

  /**
   * All groups that the log knows, sorted by their names: of consumers, and on Kafka others such as those of Kafka Connect.
   *
   * @throws UnsupportedError when the log cannot list groups
   */
  async listGroups(): Promise<GroupListing[]> {
    return listGroups(this.#client, this.#limits());
  }

  /**
   * States and members of groups, in the order asked for.
   *
   * @param groups - their names; a single text is one group
   * @throws TransportError naming the first group that does not exist (`GROUP_ID_NOT_FOUND`), or that the log refuses
   * @throws UnsupportedError when the log cannot describe groups
   */
  async describeGroups(groups: string | Iterable<string>): Promise<ConsumerGroupDescription[]> {
    return describeGroups(this.#client, this.#limits(), groupNames(groups));
  }

  /**
   * Deletes groups with their committed offsets; those that do not exist are passed over.
   *
   * @returns the groups that were there and are gone now
   * @throws TransportError naming the first group that the log refuses to delete, such as `NON_EMPTY_GROUP` for one that has
   *   members; the others are deleted all the same
   * @throws UnsupportedError when the log cannot delete groups
   */
  async deleteGroups(groups: string | Iterable<string>): Promise<string[]> {
    return deleteGroups(this.#client, this.#limits(), [...new Set(groupNames(groups))]);
  }

  /**
   * How far a group is: the offset that it committed in each partition, the end of what can be read, and the lag between them.
   *
   * @param topics - as for {@link listOffsets}; by default all partitions in which the group has committed an offset
   * @returns in the order asked for; by default sorted by topic and partition. None for a group that does not exist.
   * @throws DataQueueError `INVALID_ARGUMENT` for what is no group, topic or partition
   * @throws TransportError naming the group, and a topic or partition that does not exist (`UNKNOWN_TOPIC_OR_PARTITION`) or that
   *   the log refuses
   * @throws UnsupportedError when the log cannot show offsets of groups
   *
   * @example
   * ```ts
   * for (const { topic, partition, lag } of await admin.groupOffsets("averager")) console.log(topic, partition, lag);
   * ```
   */
  async groupOffsets(group: string, topics?: string | Iterable<string | TopicPartition>): Promise<GroupOffset[]> {
    checkGroup("group", group);
    return groupOffsets(this.#client, this.#limits(), group, topics === undefined ? undefined : planPartitions(topics));
  }

  /**
   * Sets the offsets from which the members of a group go on when they start again. A group that does not exist yet may get
   * offsets, so that its members begin there. What Kafka's tool `kafka-consumer-groups --reset-offsets` does.
   *
   * An offset before the first record or after the end becomes the one or the other; a time after the last record the end.
   *
   * @param to - where to go on: at the first record, at the end, or at the first record from a time on; or for each partition
   *   of a list at an offset or one of these
   * @param topics - as for {@link listOffsets}, where `to` is no list; by default all partitions in which the group has committed
   *   an offset
   * @returns the new offsets, in the order asked for; by default sorted by topic and partition
   * @throws DataQueueError `INVALID_ARGUMENT` for what is no group, topic, partition, offset or time, and for a group without
   *   offsets when no topic is named; then nothing was changed
   * @throws TransportError `NON_EMPTY_GROUP` for a group that has members: stop them first, as they go on from their own offsets.
   *   Else one that names the group, and a topic or partition that does not exist (`UNKNOWN_TOPIC_OR_PARTITION`) or that the
   *   log refuses
   * @throws UnsupportedError when the log cannot set offsets of groups
   *
   * @example
   * ```ts
   * await admin.resetOffsets("averager", new Date("2026-11-27T12:00Z"));
   * await admin.resetOffsets("averager", [["pointing", 0, 1_000n], ["pointing", 1, "latest"]]);
   * ```
   */
  async resetOffsets(
    group: string,
    to: "earliest" | "latest" | Date | Iterable<OffsetReset>,
    topics?: string | Iterable<string | TopicPartition>,
  ): Promise<PartitionOffset[]> {
    checkGroup("group", group);
    return resetOffsets(this.#client, this.#limits(), group, planReset(to, topics));
  }

  /** Disconnects at once; calls that are not settled reject with a {@link ClosedError}. Safe to call again. */
  async close(): Promise<void> {
    this.#client.close(new ClosedError("the admin is closed"));
  }

  /** Closes at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The limits of a call that begins now. */
  #limits(): RetryLimits {
    return { ...this.#settings, startedAt: performance.now() };
  }

  #retry<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> {
    return retry(this.#client, this.#limits(), what, attempt);
  }
}
