import { DataQueueError } from "../contract/errors.ts";
import type { TransportError } from "../contract/errors.ts";
import type { OnEvent } from "../contract/events.ts";
import { partitionKey } from "../contract/record.ts";
import type { TopicPartition } from "../contract/record.ts";
import type { PartitionMetadata, TopicMetadata } from "../contract/transport.ts";
import { Assignment } from "./assignment.ts";
import { startOf } from "./offset-spec.ts";
import type { OffsetSpec } from "./offset-spec.ts";
import { PartitionState } from "./partition-state.ts";

/**
 * The partitions that are read, and what metadata said of their topics. It follows leaders that move, and topics that are
 * created, deleted, created again or grow.
 */
export class SubscriptionState {
  readonly #states = new Map<string, PartitionState>();
  /** Topics that were asked for and do not exist, since when (`performance.now()`): all records in them will be new. */
  readonly #missingTopics = new Map<string, number>();
  /** Topics of which metadata said something. */
  readonly #answered = new Set<string>();
  readonly #topicIds = new Map<string, string>();
  /** Partitions that were asked for and their topics do not have; each was reported. */
  readonly #missingPartitions = new Set<string>();
  /** Topics that the log refuses, with the code that was reported. */
  readonly #refused = new Map<string, string>();
  readonly #onEvent: OnEvent;
  readonly #onError: (error: TransportError) => void;
  #assignment: Assignment = Assignment.ofTopics([]);

  readonly #boundOfNew: (topic: string, partition: number) => bigint | undefined;

  /**
   * @param onError - called once for each topic that the log refuses
   * @param boundOfNew - where to stop in a partition that appears while the set is read
   */
  constructor(
    onEvent: OnEvent,
    onError: (error: TransportError) => void,
    boundOfNew: (topic: string, partition: number) => bigint | undefined = () => undefined,
  ) {
    this.#onEvent = onEvent;
    this.#onError = onError;
    this.#boundOfNew = boundOfNew;
  }

  get assignment(): Assignment {
    return this.#assignment;
  }

  /** How long a topic has not existed, in milliseconds; undefined for one that does. */
  missingFor(topic: string): number | undefined {
    const since = this.#missingTopics.get(topic);
    return since === undefined ? undefined : performance.now() - since;
  }

  /** Topics that were asked for and of which metadata has said nothing. */
  get unknownTopics(): string[] {
    return this.#assignment.topics.filter((topic) => !this.#answered.has(topic));
  }

  /** The id of a topic, where the log has one. */
  topicIdOf(topic: string): string | undefined {
    return this.#topicIds.get(topic);
  }

  /** The states of partitions, in this order; throws for one that is not read. */
  statesAt(action: "seek" | "pause" | "resume", partitions: readonly TopicPartition[]): PartitionState[] {
    return partitions.map(([topic, partition]) => {
      const state = this.get(topic, partition);
      if (state !== undefined) return state;
      const details = { code: "INVALID_ARGUMENT", topic, partition };
      throw new DataQueueError(
        `cannot ${action} ${topic}[${partition}]: the consumer does not read it, or has not connected yet`,
        details,
      );
    });
  }

  get(topic: string, partition: number): PartitionState | undefined {
    return this.#states.get(partitionKey(topic, partition));
  }

  [Symbol.iterator](): IterableIterator<PartitionState> {
    return this.#states.values();
  }

  /** The partitions that are to be fetched from a broker. */
  partitionsOf(leader: number): PartitionState[] {
    return [...this].filter((state) => state.leader === leader && state.fetchable);
  }

  /** Whether nothing is missing, lost, failing or without a leader. */
  get settled(): boolean {
    // A pattern asks for no topic in particular: one that is gone is not missing.
    const hasPattern = this.#assignment.pattern !== undefined;
    if (!hasPattern && this.#missingTopics.size > 0) return false;
    if (this.unknownTopics.length > 0) return false;
    if (this.#assignment.missingFrom(this.#states).length > 0) return false;
    for (const { topic, position, leader, failures } of this) {
      if (hasPattern && this.#missingTopics.has(topic)) continue;
      if (position === undefined || leader < 0 || failures > 0) return false;
    }
    return true;
  }

  /** States of what another assignment adds to this set, each with its start. */
  additions(next: Assignment, answers: readonly TopicMetadata[], from: OffsetSpec): PartitionState[] {
    const added: PartitionState[] = [];
    for (const { topic, partitions = [] } of answers) {
      for (const metadata of partitions) {
        const { partition } = metadata;
        if (!next.has(topic, partition) || this.#states.has(partitionKey(topic, partition))) continue;
        // It was waited for until now, so all its records are newer than the request for it.
        const awaited = this.#missingTopics.has(topic) || this.#assignment.has(topic, partition);
        const start = next.startOf(topic, partition) ?? (awaited ? "earliest" : startOf(from, topic, partition));
        const state = new PartitionState(topic, partition, start);
        state.setLeader(metadata);
        added.push(state);
      }
    }
    return added;
  }

  /** Takes over another assignment at once; gives the states that are no longer wanted. */
  replace(next: Assignment, added: readonly PartitionState[]): PartitionState[] {
    this.#assignment = next;
    const removed = [...this].filter(({ topic, partition }) => !next.has(topic, partition));
    for (const state of removed) {
      state.retire();
      this.#states.delete(state.key);
    }
    // Topics that are read for the first time were not created again.
    const known = new Set([...this].map(({ topic }) => topic));
    for (const { topic } of added) if (!known.has(topic)) this.#missingTopics.delete(topic);
    // One that appeared meanwhile is read already.
    for (const state of added) if (!this.#states.has(state.key)) this.#states.set(state.key, state);
    this.#missingPartitions.clear();
    for (const notes of [this.#missingTopics, this.#topicIds, this.#refused, this.#answered]) {
      for (const topic of notes.keys()) if (!next.hasTopic(topic)) notes.delete(topic);
    }
    return removed;
  }

  /** Takes over new metadata. */
  apply(answers: readonly TopicMetadata[]): void {
    for (const answer of answers) {
      const { topic, error } = answer;
      if (!this.#assignment.hasTopic(topic)) continue;
      if (error === undefined) this.#applyTopic(topic, answer.topicId, answer.partitions);
      else if (isMissing(error)) this.#loseTopic(topic);
      else if (!error.retriable) this.#refuse(topic, error);
      this.#answered.add(topic);
    }
    const present = new Set(answers.flatMap(({ topic, error }) => (error === undefined ? [topic] : [])));
    if (this.#assignment.pattern !== undefined) {
      // An answer with all topics leaves out those that were deleted.
      const named = new Set(answers.map(({ topic }) => topic));
      for (const topic of new Set([...this].map((state) => state.topic))) if (!named.has(topic)) this.#loseTopic(topic);
    }
    for (const [topic, partition] of this.#assignment.missingFrom(this.#states)) {
      if (present.has(topic)) this.#reportMissingPartition(topic, partition);
    }
  }

  #applyTopic(topic: string, topicId: string | undefined, partitions: readonly PartitionMetadata[]): void {
    this.#refused.delete(topic);
    const before = this.#topicIds.get(topic);
    const isBack = this.#missingTopics.delete(topic) && (topicId === undefined || topicId !== before);
    if (isBack || (topicId !== undefined && before !== undefined && topicId !== before)) this.#startAgain(topic);
    if (topicId !== undefined) this.#topicIds.set(topic, topicId);
    for (const metadata of partitions) {
      const { partition, leader } = metadata;
      if (!this.#assignment.has(topic, partition)) continue;
      const key = partitionKey(topic, partition);
      const state = this.#states.get(key) ?? this.#newState(topic, partition);
      this.#states.set(key, state);
      const { lastLeader } = state;
      // Only a topic id tells a topic that was created again from metadata of a broker that was cut off.
      if (topicId === undefined && state.epochDoubted && metadata.leaderEpoch !== undefined) state.forgetEpoch();
      state.setLeader(metadata);
      if (lastLeader >= 0 && leader >= 0 && lastLeader !== leader)
        this.#onEvent({ type: "leaderChanged", topic, partition, from: lastLeader, to: leader });
    }
    // A topic that was created again may have fewer partitions: the others have no leader until it grows.
    const known = new Set(partitions.map(({ partition }) => partition));
    for (const state of this.#statesOf(topic)) if (!known.has(state.partition)) state.loseLeader();
  }

  #newState(topic: string, partition: number): PartitionState {
    const state = new PartitionState(topic, partition, this.#assignment.startOf(topic, partition) ?? "earliest");
    // A topic that earlier answers left out is not new: where it ends is looked up.
    if (!this.unknownTopics.includes(topic)) state.readUntil(this.#boundOfNew(topic, partition));
    return state;
  }

  /** Reports, once, that a topic does not have a partition that was asked for; it is waited for. */
  #reportMissingPartition(topic: string, partition: number): void {
    const key = partitionKey(topic, partition);
    if (this.#missingPartitions.has(key)) return;
    this.#missingPartitions.add(key);
    this.#onEvent({ type: "partitionMissing", topic, partition });
  }

  #loseTopic(topic: string): void {
    if (this.#missingTopics.has(topic)) return;
    this.#missingTopics.set(topic, performance.now());
    this.#onEvent({ type: "topicMissing", topic });
    for (const state of this.#statesOf(topic)) state.loseLeader();
  }

  /** A topic was deleted and created again: all its records are new. What was fetched of the old one is still delivered. */
  #startAgain(topic: string): void {
    const states = this.#statesOf(topic);
    if (states.length === 0) return;
    this.#onEvent({ type: "topicRecreated", topic });
    for (const state of states) {
      state.restart("earliest");
      state.readUntil(this.#boundOfNew(topic, state.partition));
      state.forgetEpoch();
    }
  }

  #refuse(topic: string, error: TransportError): void {
    if (this.#refused.get(topic) === error.code) return;
    this.#refused.set(topic, error.code);
    this.#onError(error);
  }

  #statesOf(topic: string): PartitionState[] {
    return [...this].filter((state) => state.topic === topic);
  }
}

/** Whether an error says that a topic does not exist. */
export function isMissing({ code }: TransportError): boolean {
  return code === "UNKNOWN_TOPIC_OR_PARTITION";
}

/** Takes over who leads partitions that are not read yet. */
export function setLeaders(states: readonly PartitionState[], answers: readonly TopicMetadata[]): void {
  const byKey = new Map(states.map((state) => [state.key, state]));
  for (const { topic, partitions = [] } of answers) {
    for (const metadata of partitions) byKey.get(partitionKey(topic, metadata.partition))?.setLeader(metadata);
  }
}
