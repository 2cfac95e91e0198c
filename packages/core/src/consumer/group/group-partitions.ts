import { kafkaError } from "../../contract/errors.ts";
import type { GroupMember } from "../../contract/groups.ts";
import { partitionKey } from "../../contract/record.ts";
import type { TopicPartition } from "../../contract/record.ts";
import type { NetworkClient } from "../../shared/network-client.ts";
import { startTimer } from "../../shared/wait.ts";
import { Assignment } from "../assignment.ts";
import type { Fetcher } from "../fetcher.ts";
import type { InHand } from "../in-hand.ts";
import { startOf } from "../offset-spec.ts";
import type { OffsetSpec, PartitionOffset } from "../offset-spec.ts";
import type { PartitionState } from "../partition-state.ts";
import type { OffsetCommits } from "./offset-commits.ts";
import type { SubscribedTopics } from "./subscribed-topics.ts";

/** What a member's partitions need. */
export interface GroupPartitionsOptions {
  readonly client: NetworkClient<"group">;
  readonly group: string;
  readonly fetcher: Fetcher;
  readonly inHand: InHand;
  readonly commits: OffsetCommits;
  readonly topics: SubscribedTopics;
  readonly from: OffsetSpec;
  readonly requestTimeoutMs: number;
  /** How long to wait for what is in hand, and for its commit, before partitions go to others. */
  readonly revokeTimeoutMs: number;
  readonly commitTimeoutMs: number;
  /** Ends all waits. */
  readonly signal: AbortSignal;
}

/** The partitions that a member of a group owns: reads, and keeps the place of. */
export class GroupPartitions {
  readonly #options: GroupPartitionsOptions;
  /**
   * What the group gave and did not get back: what is read, and what is about to be. The group hears of all of it at once, or it would
   * give to others what is taken over just now.
   */
  #claimed: readonly TopicPartition[] = [];
  #owned: readonly TopicPartition[] = [];
  /** Where each begins, also one of which metadata says nothing yet. */
  #starts: ReadonlyMap<string, PartitionOffset> = new Map();
  /** Those of topics that are not wanted any more. */
  #held: readonly TopicPartition[] = [];
  /** Ends the wait for what is in hand when the partitions are lost. */
  #waiting: AbortController | undefined;

  constructor(options: GroupPartitionsOptions) {
    this.#options = options;
  }

  /** The partitions that are read. */
  get owned(): readonly TopicPartition[] {
    return this.#owned;
  }

  /** All that the group gave and did not get back. */
  get claimed(): readonly TopicPartition[] {
    return this.#claimed;
  }

  /** The group gives these. */
  claim(target: readonly TopicPartition[]): void {
    this.#claimed = [...this.#claimed, ...without(target, this.#claimed)];
  }

  /** Those of these that are not read yet, and those claimed that are none of these. */
  differenceTo(target: readonly TopicPartition[]): { added: TopicPartition[]; gone: TopicPartition[] } {
    return { added: without(target, this.#owned), gone: without(this.#claimed, target) };
  }

  /**
   * Takes over further partitions, each from the place that the group has committed, or from where the consumer's `from` says.
   *
   * @param isCurrent - whether they are still the member's
   */
  async assign(added: readonly TopicPartition[], member: GroupMember, isCurrent: () => boolean): Promise<void> {
    const { client, group, fetcher, commits, commitTimeoutMs } = this.#options;
    const places = await this.#placesOf(added, member);
    if (!isCurrent()) return;
    const starts = new Map(this.#starts);
    for (const [topic, partition] of added) {
      const key = partitionKey(topic, partition);
      starts.set(key, places.get(key) ?? this.#startOf(topic, partition));
    }
    await fetcher.assign(Assignment.ofPartitions([...this.#owned, ...added], starts));
    // They were lost meanwhile.
    if (!isCurrent()) return this.#release(this.#owned);
    this.#starts = starts;
    const uncommitted = new Set<PartitionState>();
    for (const [topic, partition] of added) {
      const state = fetcher.subscription.get(topic, partition);
      if (state === undefined) continue;
      const place = places.get(state.key);
      commits.begin(state, place);
      // Where the place was looked up, another member would find another one later, and pass over what is between.
      if (place === undefined && isLookedUp(starts.get(state.key))) uncommitted.add(state);
    }
    if (uncommitted.size > 0) {
      await commits.commit({ only: uncommitted, withinMs: commitTimeoutMs }).catch(() => undefined);
    }
    if (!isCurrent()) return this.#release(this.#owned);
    this.#owned = [...this.#owned, ...added];
    client.onEvent({ type: "assigned", group, partitions: added });
  }

  /**
   * Gives up partitions: delivers nothing of them any more, waits until what loops have in hand of them is processed, and commits
   * their places.
   */
  async revoke(gone: readonly TopicPartition[]): Promise<void> {
    const { commits, commitTimeoutMs, revokeTimeoutMs, signal } = this.#options;
    const states = this.#hold(gone);
    await this.#settled(states, revokeTimeoutMs, signal);
    if (signal.aborted) return;
    await commits.underWay(commitTimeoutMs);
    await commits.commitByItself({ only: states, withinMs: commitTimeoutMs });
    this.#revoked(gone);
  }

  /** Gives up all partitions for good, as {@link revoke} does, but waits no longer than `waitMs` for what is in hand. */
  async end(waitMs: number): Promise<void> {
    const { commits, commitTimeoutMs, client } = this.#options;
    await this.#settled(undefined, waitMs, client.signal);
    await commits.underWay(commitTimeoutMs);
    await commits.commitByItself({ renew: true, withinMs: commitTimeoutMs });
    this.#revoked(this.#owned);
  }

  /** Waits for what loops have in hand, while the partitions are the member's. */
  async #settled(states: ReadonlySet<PartitionState> | undefined, waitMs: number, signal: AbortSignal): Promise<void> {
    const waiting = new AbortController();
    const stop = (): void => waiting.abort();
    this.#waiting = waiting;
    const timer = startTimer(waitMs, stop);
    signal.addEventListener("abort", stop);
    await this.#options.inHand.settled(states, waiting.signal);
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }

  #revoked(gone: readonly TopicPartition[]): void {
    const { client, group } = this.#options;
    const partitions = without(gone, without(gone, this.#owned));
    this.#claimed = without(this.#claimed, gone);
    this.#release(without(this.#owned, gone));
    if (partitions.length > 0) client.onEvent({ type: "revoked", group, partitions });
  }

  /** Delivers nothing more of topics that are not wanted, at once; of others again, if they were held back so. */
  holdBut(isWanted: (topic: string) => boolean): void {
    const { fetcher } = this.#options;
    const held = this.#held.filter(([topic, partition]) => fetcher.subscription.get(topic, partition) !== undefined);
    fetcher.resume(held.filter(([topic]) => isWanted(topic)));
    this.#held = this.#owned.filter(([topic]) => !isWanted(topic));
    this.#hold(this.#held);
  }

  /** Delivers nothing more of partitions, at once. */
  #hold(partitions: readonly TopicPartition[]): ReadonlySet<PartitionState> {
    const { fetcher } = this.#options;
    const known = partitions.flatMap(([topic, partition]) => fetcher.subscription.get(topic, partition) ?? []);
    fetcher.pause(known.map(({ topic, partition }): TopicPartition => [topic, partition]));
    return new Set(known);
  }

  /** Gives up all partitions at once: they are others' already, or the consumer ends. */
  lose(reason: unknown): void {
    const { client, group } = this.#options;
    const partitions = this.#owned;
    this.#claimed = [];
    this.#release([]);
    this.#waiting?.abort();
    if (partitions.length > 0) client.onEvent({ type: "lost", group, partitions, reason });
  }

  #release(rest: readonly TopicPartition[]): void {
    const { fetcher, inHand, commits } = this.#options;
    this.#owned = rest;
    const keys = new Set(rest.map((pair) => partitionKey(...pair)));
    this.#starts = new Map([...this.#starts].filter(([key]) => keys.has(key)));
    for (const state of fetcher.keep(Assignment.ofPartitions(rest, this.#starts))) {
      inHand.forget(state);
      commits.end(state);
    }
  }

  /** The committed offsets of partitions that have one. Rejects unless all answers are there: an error is no "none". */
  async #placesOf(partitions: readonly TopicPartition[], member: GroupMember): Promise<Map<string, bigint>> {
    const { client, requestTimeoutMs } = this.#options;
    const answers = await client.request(
      "fetchOffsets",
      (connection) => connection.fetchOffsets(member, partitions),
      requestTimeoutMs,
    );
    const byKey = new Map(answers.map((answer) => [partitionKey(answer.topic, answer.partition), answer]));
    const places = new Map<string, bigint>();
    for (const [topic, partition] of partitions) {
      const key = partitionKey(topic, partition);
      const answer = byKey.get(key);
      if (answer === undefined) {
        const why = "the answer leaves it out";
        throw kafkaError("NETWORK_EXCEPTION", `Committed offset of ${topic}[${partition}]`, { topic, partition, why });
      }
      if (answer.error !== undefined) throw answer.error;
      if (answer.offset !== undefined) places.set(key, answer.offset);
    }
    return places;
  }

  #startOf(topic: string, partition: number): PartitionOffset {
    const { topics, from } = this.#options;
    return topics.isNew(topic, partition) ? "earliest" : startOf(from, topic, partition);
  }
}

/** Whether the log was asked where a place is, and would answer otherwise later. */
function isLookedUp(start: PartitionOffset | undefined): boolean {
  return start === "latest" || typeof start === "object";
}

/** The partitions that are not among others. */
function without(partitions: readonly TopicPartition[], others: readonly TopicPartition[]): TopicPartition[] {
  const keys = new Set(others.map((pair) => partitionKey(...pair)));
  return partitions.filter((pair) => !keys.has(partitionKey(...pair)));
}
