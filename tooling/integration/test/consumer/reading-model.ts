import type { Message, TopicPartition } from "@dataqueues/core";
import { deepStrictEqual } from "node:assert/strict";

/** A text for a partition. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

/** How far one partition was read, and whether it is held back. */
interface Place {
  position: bigint;
  isPaused: boolean;
}

/**
 * What a consumer of a log must give, as simple as it can be: every partition has the next offset, and a message has to be
 * that one. `ends` are the ends of the log's partitions, by topic; all have records at every offset from 0 on.
 */
export class ReadingModel {
  readonly ends: Map<string, bigint[]>;
  readonly #places = new Map<string, Place & { readonly pair: TopicPartition }>();

  constructor(topics: Readonly<Record<string, number>>) {
    this.ends = new Map(
      Object.entries(topics).map(([topic, count]) => [topic, Array.from({ length: count }, () => 0n)]),
    );
  }

  /** The partitions that are read. */
  get pairs(): TopicPartition[] {
    return [...this.#places.values()].map(({ pair }) => pair);
  }

  /** How many messages there are to come, before more is sent. */
  get remaining(): number {
    let sum = 0n;
    for (const { pair, position, isPaused } of this.#places.values())
      if (!isPaused) sum += this.endOf(...pair) - position;
    return Number(sum);
  }

  endOf(topic: string, partition: number): bigint {
    return this.ends.get(topic)?.[partition] ?? 0n;
  }

  /** A record was acknowledged; its offset is the end before it. */
  sent(topic: string, partition: number, offset: bigint): void {
    deepStrictEqual(offset, this.endOf(topic, partition));
    this.ends.get(topic)?.splice(partition, 1, offset + 1n);
  }

  /** The set was replaced: what stays goes on, what is new begins at its first record. */
  assigned(pairs: readonly TopicPartition[]): void {
    const wanted = new Set(pairs.map((pair) => partitionKey(...pair)));
    for (const key of this.#places.keys()) if (!wanted.has(key)) this.#places.delete(key);
    for (const pair of pairs) {
      const key = partitionKey(...pair);
      if (!this.#places.has(key)) this.#places.set(key, { pair, position: 0n, isPaused: false });
    }
  }

  sought([topic, partition]: TopicPartition, position: bigint): void {
    this.#placeOf(topic, partition).position = position;
  }

  paused([topic, partition]: TopicPartition, isPaused: boolean): void {
    this.#placeOf(topic, partition).isPaused = isPaused;
  }

  /** A message was delivered: the next one of its partition, with its own value. */
  delivered({ topic, partition, offset, value }: Message<string | null>): void {
    const place = this.#placeOf(topic, partition);
    const found = `${topic}/${partition} ${offset}${place.isPaused ? ", which is paused" : ""}`;
    deepStrictEqual(found, `${topic}/${partition} ${place.position}`);
    deepStrictEqual(value, `${topic}/${partition} ${offset}`);
    place.position += 1n;
  }

  /** The positions that the consumer must tell. */
  positions(): string[] {
    return [...this.#places.values()].map(({ pair, position }) => `${partitionKey(...pair)} ${position}`).toSorted();
  }

  #placeOf(topic: string, partition: number): Place {
    const place = this.#places.get(partitionKey(topic, partition));
    if (place === undefined) throw new Error(`${topic}[${partition}] is not read`);
    return place;
  }
}
