import type { NetworkClient } from "../shared/network-client.ts";
import { startTimer } from "../shared/wait.ts";
import { findAllOffsets } from "./offset-lookup.ts";
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
    if (this.#isWaiting || !(this.#until instanceof Date) || !this.#isAhead()) return;
    this.#isWaiting = true;
    const timer = startTimer(this.#until.getTime() - Date.now() + 1, () => {
      this.#isWaiting = false;
      // Timers have a longest time, and clocks are set back.
      if (this.#isAhead()) this.onDue(call);
      else call();
    });
    this.#client.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  }

  /** Where each partition stops, as of now; none while they do not stop. */
  async find(states: readonly PartitionState[]): Promise<Map<PartitionState, bigint>> {
    if (this.#until === undefined || this.#isAhead()) return new Map();
    const lookups = states.map((state) => ({ state, at: this.#boundOf(state.topic, state.partition) }));
    return findAllOffsets(this.#client, lookups);
  }

  /** Where to stop in a partition that appears while the others are read: all of it is newer than their ends. */
  ofNew(topic: string, partition: number): bigint | undefined {
    if (this.#until === undefined || this.#isAhead()) return undefined;
    return isExact(this.#until) ? (exactOffset(this.#until, topic, partition) ?? 0n) : 0n;
  }

  /** Whether all that is wanted of a set of partitions was fetched. */
  reached(subscription: SubscriptionState): boolean {
    const { assignment } = subscription;
    if (this.#until === undefined || this.#isAhead() || assignment.isEmpty) return false;
    for (const state of subscription) {
      if (!state.done && subscription.missingFor(state.topic) < this.#missingLimitMs) return false;
    }
    const exact = isExact(this.#until) ? this.#until : [];
    return exact.every(([topic, partition, offset]) => {
      return !offset || !assignment.has(topic, partition) || subscription.get(topic, partition) !== undefined;
    });
  }

  #boundOf(topic: string, partition: number): PartitionOffset {
    if (isExact(this.#until)) return exactOffset(this.#until, topic, partition) ?? "latest";
    return this.#until instanceof Date ? { timestamp: this.#until.getTime() } : "latest";
  }

  #isAhead(): boolean {
    return this.#until instanceof Date && this.#until.getTime() > Date.now();
  }
}
