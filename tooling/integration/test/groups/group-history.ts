import type { TopicPartition } from "@dataqueues/core";

/** The place of a record. */
interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** The committed offsets of a group, by partition: `"a/0"`. */
export type Committed = ReadonlyMap<string, bigint>;

/** A text for a partition. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

/**
 * What happened to the records of a log that a group works on, and whether it may have. Each method keeps what must
 * not happen:
 *
 * - a member gets a record of a partition that it does not own, or another one than the next;
 * - a partition does not begin at the place that was committed, so that records come twice or are passed over;
 * - a committed place goes back, or passes over a record that nobody has handled.
 */
export class GroupHistory {
  /** What must not have happened, in order. */
  readonly violations: string[] = [];
  /** How many records were handled more than once. */
  duplicates = 0;
  readonly #ends = new Map<string, bigint>();
  readonly #handled = new Map<string, Set<bigint>>();
  readonly #committed = new Map<string, bigint>();
  /** The next offset of the partitions that each member owns. */
  readonly #owned = new Map<string, Map<string, bigint>>();

  /** A record was written. */
  sent({ topic, partition, offset }: Place): void {
    this.#ends.set(partitionKey(topic, partition), offset + 1n);
  }

  /** A member took partitions over, while the group had these places. */
  assigned(member: string, partitions: readonly TopicPartition[], committed: Committed): void {
    const owned = this.#ownedBy(member);
    for (const pair of partitions) {
      const key = partitionKey(...pair);
      if (owned.has(key)) this.#violated(`${member} was given ${key} twice`);
      owned.set(key, committed.get(key) ?? 0n);
    }
  }

  /** A member gave partitions up, or lost them. */
  gaveUp(member: string, partitions: readonly TopicPartition[]): void {
    for (const pair of partitions) {
      const key = partitionKey(...pair);
      if (!this.#ownedBy(member).delete(key)) this.#violated(`${member} gave up ${key}, which it does not own`);
    }
  }

  /** A member has a record in hand. */
  delivered(member: string, { topic, partition, offset }: Place): void {
    const key = partitionKey(topic, partition);
    const next = this.#ownedBy(member).get(key);
    if (next !== offset) this.#violated(`${member} got ${key} ${offset}, not ${next ?? "nothing of it"}`);
    this.#ownedBy(member).set(key, offset + 1n);
  }

  /** A member is done with a record. */
  handled({ topic, partition, offset }: Place): void {
    const key = partitionKey(topic, partition);
    const handled = this.#handled.get(key) ?? new Set();
    this.#handled.set(key, handled);
    if (handled.has(offset)) this.duplicates += 1;
    handled.add(offset);
  }

  /** The group has these places now. */
  committed(places: Committed): void {
    for (const [key, place] of places) {
      const before = this.#committed.get(key) ?? 0n;
      if (place < before) this.#violated(`the place of ${key} went back from ${before} to ${place}`);
      for (let offset = before; offset < place; offset += 1n) {
        if (this.#handled.get(key)?.has(offset) !== true)
          this.#violated(`the place of ${key} is ${place}, but nobody has handled ${offset}`);
      }
      this.#committed.set(key, place);
    }
  }

  /** The caller was told that a record is committed. */
  toldCommitted(member: string, { topic, partition, offset }: Place, places: Committed): void {
    const key = partitionKey(topic, partition);
    const place = places.get(key);
    if (place === undefined || place <= offset)
      this.#violated(`${member} was told that ${key} ${offset} is committed, but the place is ${place}`);
  }

  /** The partitions whose place is not at their end, with what is missing. */
  get unfinished(): string[] {
    return [...this.#ends].flatMap(([key, end]) => {
      const place = this.#committed.get(key);
      return place === end ? [] : [`${key} is committed up to ${place}, and ends at ${end}`];
    });
  }

  #ownedBy(member: string): Map<string, bigint> {
    const owned = this.#owned.get(member) ?? new Map<string, bigint>();
    this.#owned.set(member, owned);
    return owned;
  }

  #violated(what: string): void {
    this.violations.push(what);
  }
}
