import type { PartitionState } from "./partition-state.ts";

/** One `for await`. */
export interface Loop {
  isOver: boolean;
}

/** Records of one partition, from `first` to `last`, that a loop took and that do not count as processed yet. */
export interface Held {
  readonly loop: Loop;
  readonly partition: PartitionState;
  first: bigint;
  last: bigint;
  /** When it was taken (`performance.now()`). */
  readonly since: number;
  /** Whether the loop has it; before that it is being decoded. */
  isDelivered: boolean;
}

/** Offsets of one partition. */
interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * What loops have taken and not processed yet. A message counts as processed when its loop asks for the next one; what a loop
 * has in hand when it is left, by `break`, `return` or an exception, does not.
 */
export class InHand {
  readonly #held = new Set<Held>();
  /** Bad records of which a rejected `next` told; they count as processed when any loop asks for the next. */
  readonly #told = new Set<Held>();
  /** What loops had in hand that were left. */
  readonly #abandoned = new Map<PartitionState, Range>();
  readonly #waiting = new Set<() => void>();
  /** The highest offset that was taken of each partition. */
  readonly #highest = new Map<PartitionState, bigint>();
  #askedAt = performance.now();

  /** When a loop last asked for something, or the caller showed otherwise that it goes on (`performance.now()`). */
  get askedAt(): number {
    return this.#askedAt;
  }

  /** The caller goes on. */
  goOn(): void {
    this.#askedAt = performance.now();
  }

  /** A loop takes a record. */
  take(loop: Loop, partition: PartitionState, offset: bigint): Held {
    const held = { loop, partition, first: offset, last: offset, since: performance.now(), isDelivered: false };
    this.#held.add(held);
    this.#note(partition, offset);
    return held;
  }

  /** A batch gets another record. */
  extend(held: Held, offset: bigint): void {
    if (offset < held.first) held.first = offset;
    if (offset > held.last) held.last = offset;
    this.#note(held.partition, offset);
  }

  /** A loop asks for the next message: what it has is processed, and bad records that it was told of are passed. */
  asked(loop: Loop): void {
    this.goOn();
    this.#told.clear();
    for (const held of this.#held) if (held.loop === loop && held.isDelivered) this.#held.delete(held);
    this.#changed();
  }

  /** A loop was left. */
  left(loop: Loop): void {
    for (const held of this.#held) if (held.loop === loop) this.#abandon(held);
    this.#changed();
  }

  /** A bad record was passed over, or was left out. */
  passed(held: Held): void {
    this.#held.delete(held);
    this.#changed();
  }

  /** A rejected `next` tells of a bad record. */
  told(held: Held): void {
    this.#held.delete(held);
    this.#told.add(held);
    this.#changed();
  }

  /**
   * The caller says that a message is processed, and with it what was delivered before it and no other loop has in hand. Answers
   * whether the message was taken at all since the partition is read.
   */
  processed(partition: PartitionState, offset: bigint): boolean {
    if (offset > (this.#highest.get(partition) ?? -1n)) return false;
    for (const held of this.#held) {
      if (held.partition !== partition || held.first > offset || held.last < offset) continue;
      if (held.last === offset) this.#held.delete(held);
      else held.first = offset + 1n;
    }
    const { first, last } = this.#abandoned.get(partition) ?? {};
    if (first !== undefined && last !== undefined && first <= offset) {
      if (last <= offset) this.#abandoned.delete(partition);
      else this.#abandoned.set(partition, { first: offset + 1n, last });
    }
    this.#changed();
    return true;
  }

  /** A partition is read from elsewhere: what was taken of it limits nothing any more. */
  forget(partition: PartitionState): void {
    this.#abandoned.delete(partition);
    this.#highest.delete(partition);
    for (const set of [this.#held, this.#told]) {
      for (const held of set) if (held.partition === partition) set.delete(held);
    }
    this.#changed();
  }

  /** The lowest offset of a partition that is not processed, of those that were taken. */
  lowestOf(partition: PartitionState): bigint | undefined {
    let lowest = this.#abandoned.get(partition)?.first;
    for (const set of [this.#held, this.#told]) {
      for (const held of set) {
        if (held.partition === partition && (lowest === undefined || held.first < lowest)) lowest = held.first;
      }
    }
    return lowest;
  }

  /** Since when a loop has had the same message in hand; undefined while none has. */
  get oldestSince(): number | undefined {
    const [oldest] = this.#held;
    return oldest?.since;
  }

  /** Resolves when no loop that goes on has anything in hand, of these partitions or of any, or when the signal aborts. */
  async settled(partitions: ReadonlySet<PartitionState> | undefined, signal: AbortSignal): Promise<void> {
    const isBusy = (): boolean => [...this.#held].some(({ partition }) => partitions?.has(partition) ?? true);
    while (isBusy() && !signal.aborted) await this.#nextChange(signal);
  }

  #note(partition: PartitionState, offset: bigint): void {
    if (offset > (this.#highest.get(partition) ?? -1n)) this.#highest.set(partition, offset);
  }

  #nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener("abort", done);
    });
  }

  #abandon(held: Held): void {
    const { partition, first, last } = held;
    this.#held.delete(held);
    const before = this.#abandoned.get(partition) ?? { first, last };
    this.#abandoned.set(partition, {
      first: first < before.first ? first : before.first,
      last: last > before.last ? last : before.last,
    });
  }

  #changed(): void {
    for (const done of this.#waiting) done();
  }
}
