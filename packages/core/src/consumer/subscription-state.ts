import { Assignment, keyOf } from "./assignment.ts";
import type { TransportError } from "../contract/errors.ts";
import type { OnEvent } from "../contract/events.ts";
import { PartitionState } from "./partition-state.ts";
import { startOf } from "./offset-spec.ts";
import type { OffsetSpec } from "./offset-spec.ts";
import type { PartitionMetadata, TopicMetadata } from "../contract/transport.ts";

/**
 * The partitions that are read, and what the log has said of their topics: follows leaders that move, and topics that
 * come, go, come again or grow.
 */
export class SubscriptionState {
  readonly #readers = new Map<string, PartitionState>();
  /** Topics that were asked for and do not exist: whatever appears in them is new. */
  readonly #missing = new Set<string>();
  readonly #topicIds = new Map<string, string>();
  /** Partitions that were asked for and are not in their topics, told of. */
  readonly #absent = new Set<string>();
  /** Topics that the log refuses, with the code that the caller was told. */
  readonly #refused = new Map<string, string>();
  readonly #onEvent: OnEvent;
  readonly #onError: (error: TransportError) => void;
  #assignment: Assignment = Assignment.ofTopics([]);

  /** @param onError - is told, once each, of topics that the log refuses */
  constructor(onEvent: OnEvent, onError: (error: TransportError) => void) {
    this.#onEvent = onEvent;
    this.#onError = onError;
  }

  get topics(): readonly string[] {
    return this.#assignment.topics;
  }

  [Symbol.iterator](): IterableIterator<PartitionState> {
    return this.#readers.values();
  }

  /** Whether nothing is missing, lost, failing or without a leader. */
  get settled(): boolean {
    if (this.#missing.size > 0 || this.#assignment.missingFrom(this.#readers).length > 0) return false;
    for (const { position, leader, failures } of this) {
      if (position === undefined || leader < 0 || failures > 0) return false;
    }
    return true;
  }

  /** Readers for what another assignment adds to this set, each with its start. */
  additions(next: Assignment, answers: readonly TopicMetadata[], from: OffsetSpec): PartitionState[] {
    const added: PartitionState[] = [];
    for (const { topic, partitions = [] } of answers) {
      for (const { partition, leader } of partitions) {
        if (!next.has(topic, partition) || this.#readers.has(keyOf(topic, partition))) continue;
        // Waited for until now, so that everything in it is newer than the wish to read it.
        const awaited = this.#missing.has(topic) || this.#assignment.has(topic, partition);
        const reader = new PartitionState(topic, partition, awaited ? "earliest" : startOf(from, topic, partition));
        reader.setLeader(leader);
        added.push(reader);
      }
    }
    return added;
  }

  /** Takes over another assignment at once; gives the readers that are no longer wanted. */
  replace(next: Assignment, added: readonly PartitionState[]): PartitionState[] {
    this.#assignment = next;
    const removed = [...this].filter(({ topic, partition }) => !next.has(topic, partition));
    for (const reader of removed) {
      reader.active = false;
      this.#readers.delete(reader.key);
    }
    // What never was there before has not come again.
    const known = new Set([...this].map(({ topic }) => topic));
    for (const { topic } of added) if (!known.has(topic)) this.#missing.delete(topic);
    for (const reader of added) this.#readers.set(reader.key, reader);
    const wanted = new Set(next.topics);
    this.#absent.clear();
    for (const notes of [this.#missing, this.#topicIds, this.#refused]) {
      for (const topic of notes.keys()) if (!wanted.has(topic)) notes.delete(topic);
    }
    return removed;
  }

  /** Takes over what the log says of its topics. */
  apply(answers: readonly TopicMetadata[]): void {
    const wanted = new Set(this.topics);
    for (const answer of answers) {
      const { topic, error } = answer;
      if (!wanted.has(topic)) continue;
      if (error === undefined) this.#applyTopic(topic, answer.topicId, answer.partitions);
      else if (isMissing(error)) this.#loseTopic(topic);
      else if (!error.retriable) this.#refuse(topic, error);
    }
    const present = new Set(answers.flatMap(({ topic, error }) => (error === undefined ? [topic] : [])));
    for (const [topic, partition] of this.#assignment.missingFrom(this.#readers)) {
      if (present.has(topic)) this.#miss(topic, partition);
    }
  }

  #applyTopic(topic: string, topicId: string | undefined, partitions: readonly PartitionMetadata[]): void {
    this.#refused.delete(topic);
    const before = this.#topicIds.get(topic);
    const again = this.#missing.delete(topic) && (topicId === undefined || topicId !== before);
    if (again || (topicId !== undefined && before !== undefined && topicId !== before)) this.#startAgain(topic);
    if (topicId !== undefined) this.#topicIds.set(topic, topicId);
    for (const { partition, leader, error } of partitions) {
      if (!this.#assignment.has(topic, partition)) continue;
      const key = keyOf(topic, partition);
      const reader = this.#readers.get(key) ?? new PartitionState(topic, partition, "earliest");
      this.#readers.set(key, reader);
      const { lastLeader } = reader;
      reader.setLeader(leader);
      reader.leaderless = error;
      if (lastLeader >= 0 && leader >= 0 && lastLeader !== leader)
        this.#onEvent({ type: "leaderChanged", topic, partition, from: lastLeader, to: leader });
    }
    // A topic that was made again may have fewer partitions: nobody leads the others until there are more.
    const known = new Set(partitions.map(({ partition }) => partition));
    for (const reader of this.#readersIn(topic)) if (!known.has(reader.partition)) reader.setLeader(-1);
  }

  /** A partition that was asked for is not in its topic: it is waited for. */
  #miss(topic: string, partition: number): void {
    const key = keyOf(topic, partition);
    if (this.#absent.has(key)) return;
    this.#absent.add(key);
    this.#onEvent({ type: "partitionMissing", topic, partition });
  }

  #loseTopic(topic: string): void {
    if (this.#missing.has(topic)) return;
    this.#missing.add(topic);
    this.#onEvent({ type: "topicMissing", topic });
    for (const reader of this.#readersIn(topic)) reader.setLeader(-1);
  }

  /** A topic was deleted and made again: its records are all new. What was fetched of the old one is still delivered. */
  #startAgain(topic: string): void {
    const readers = this.#readersIn(topic);
    if (readers.length === 0) return;
    this.#onEvent({ type: "topicRecreated", topic });
    for (const reader of readers) reader.restart("earliest");
  }

  #refuse(topic: string, error: TransportError): void {
    if (this.#refused.get(topic) === error.code) return;
    this.#refused.set(topic, error.code);
    this.#onError(error);
  }

  #readersIn(topic: string): PartitionState[] {
    return [...this].filter((reader) => reader.topic === topic);
  }
}

/** Whether an error says that a topic does not exist. */
export function isMissing({ code }: TransportError): boolean {
  return code === "UNKNOWN_TOPIC_OR_PARTITION";
}
