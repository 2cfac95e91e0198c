import type { NetworkClient } from "../shared/network-client.ts";
import type { LogRecord } from "../contract/record.ts";
import { startTimer } from "../shared/wait.ts";
import { findAllOffsets, findOffsets } from "./offset-lookup.ts";
import type { Lookup, NotFound } from "./offset-lookup.ts";
import { exactOffset, isExact } from "./offset-spec.ts";
import type { PartitionOffset, UntilSpec } from "./offset-spec.ts";
import type { PartitionState } from "./partition-state.ts";
import type { SubscriptionState } from "./subscription-state.ts";

/** Where reading stops, by the consumer's option `until`: each partition before an offset of its own. */
export class ReadBounds {
  readonly #client: NetworkClient<"read">;
  readonly #until: UntilSpec | undefined;
  readonly #missingLimitMs: number;
  #isWaiting = false;

  /** @param missingLimitMs - a topic that has not existed for so long was deleted, and has no more to be read */
  constructor(client: NetworkClient<"read">, until: UntilSpec | undefined, missingLimitMs: number) {
    this.#client = client;
    this.#until = until;
    this.#missingLimitMs = missingLimitMs;
  }

  /** Calls back, once, when the time has come that is still ahead: only then is it known which records are older. */
  onDue(call: () => void): void {
    const { signal } = this.#client;
    if (this.#isWaiting || signal.aborted || !(this.#until instanceof Date) || !this.#isAhead()) return;
    this.#isWaiting = true;
    const timer = startTimer(this.#until.getTime() - Date.now() + 1, () => {
      this.#isWaiting = false;
      signal.removeEventListener("abort", stop);
      // Timers have a longest time, and clocks are set back.
      if (this.#isAhead()) this.onDue(call);
      else call();
    });
    const stop = (): void => clearTimeout(timer);
    signal.addEventListener("abort", stop, { once: true });
  }

  /** Where each partition stops, as of now; none while they do not stop. Rejects unless all are found. */
  async findAll(states: readonly PartitionState[]): Promise<Map<PartitionState, bigint>> {
    if (this.#until === undefined || this.#isAhead()) return new Map();
    return findAllOffsets(this.#client, this.#lookups(states));
  }

  /** Finds where those partitions stop of which it is not known yet; gives those for which it cannot be found. */
  async findMissing(subscription: SubscriptionState): Promise<NotFound[]> {
    if (this.#until === undefined || this.#isAhead()) return [];
    const states = [...subscription].filter(({ until, leader }) => until === undefined && leader >= 0);
    const found = await findOffsets(this.#client, this.#lookups(states));
    return states.flatMap((state) => {
      const until = found.get(state);
      // It may have been found meanwhile, or the topic was created again.
      if (until === undefined || state.until !== undefined) return [];
      if (typeof until !== "bigint") return [{ state, error: until }];
      state.readUntil(until);
      return [];
    });
  }

  /** The offset of the first record that is not older than the time to stop at, if these records have one. */
  boundIn(records: readonly LogRecord[]): bigint | undefined {
    if (!(this.#until instanceof Date)) return undefined;
    const time = this.#until.getTime();
    return records.find(({ timestamp }) => timestamp >= time)?.offset;
  }

  /** Where to stop in a partition that appears while the others are read: all of it is newer than their ends. */
  ofNew(topic: string, partition: number): bigint | undefined {
    if (this.#until === undefined || this.#isAhead()) return undefined;
    return isExact(this.#until) ? (exactOffset(this.#until, topic, partition) ?? 0n) : 0n;
  }

  /** Whether metadata is to tell whether all was fetched: where partitions stop, or that their topic is gone for good. */
  unsettled(subscription: SubscriptionState): boolean {
    if (this.#until === undefined || this.#isAhead()) return false;
    return [...subscription].some(
      (state) =>
        this.#isWanted(subscription, state) &&
        (state.until === undefined || subscription.missingFor(state.topic) !== undefined),
    );
  }

  /** Whether all that is wanted of a set of partitions was fetched. */
  reached(subscription: SubscriptionState): boolean {
    const { assignment } = subscription;
    if (this.#until === undefined || this.#isAhead() || assignment.isEmpty) return false;
    if (subscription.unknownTopics.length > 0) return false;
    for (const state of subscription) if (this.#isWanted(subscription, state)) return false;
    const exact = isExact(this.#until) ? this.#until : [];
    return exact.every(([topic, partition, offset]) => {
      return !offset || !assignment.has(topic, partition) || subscription.get(topic, partition) !== undefined;
    });
  }

  /** Whether there is more to be read of a partition. */
  #isWanted(subscription: SubscriptionState, { done, topic }: PartitionState): boolean {
    return !done && (subscription.missingFor(topic) ?? 0) < this.#missingLimitMs;
  }

  #lookups(states: readonly PartitionState[]): Lookup[] {
    return states.map((state) => ({ state, at: this.#boundOf(state.topic, state.partition) }));
  }

  #boundOf(topic: string, partition: number): PartitionOffset {
    if (isExact(this.#until)) return exactOffset(this.#until, topic, partition) ?? "latest";
    return this.#until instanceof Date ? { timestamp: this.#until.getTime() } : "latest";
  }

  #isAhead(): boolean {
    return this.#until instanceof Date && this.#until.getTime() > Date.now();
  }
}
