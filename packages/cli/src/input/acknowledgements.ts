import type { RecordMetadata } from "@dataqueues/core";

import { countOf, formatBytes } from "../print/quantities.ts";
import { safeText } from "../print/safe-text.ts";

/** More partitions are not listed one by one, nor are more arrays. */
const mostListed = 8;

interface PartitionOffsets {
  count: number;
  first: bigint;
  last: bigint;
}

/** Counts what the log has acknowledged, for the last line of a command. */
export class Acknowledgements {
  readonly #partitions = new Map<number, PartitionOffsets>();
  #records = 0;
  #bytes = 0;
  /** The names of arrays, as far as they are listed. */
  readonly #arrays: string[] = [];
  #arrayCount = 0;

  get records(): number {
    return this.#records;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * @param bytes - how long the message was
   * @param array - the name that it has in its archive
   */
  add({ partition, offset }: RecordMetadata, bytes: number, array?: string): void {
    if (array !== undefined) {
      this.#arrayCount += 1;
      if (this.#arrays.length < mostListed) this.#arrays.push(safeText(array));
    }
    this.#records += 1;
    this.#bytes += bytes;
    const found = this.#partitions.get(partition);
    if (found === undefined) {
      this.#partitions.set(partition, { count: 1, first: offset, last: offset });
      return;
    }
    found.count += 1;
    // A log that has a record already does not say where.
    if (offset < 0n) return;
    if (found.first < 0n || offset < found.first) found.first = offset;
    if (offset > found.last) found.last = offset;
  }

  /** `sent 3 messages (1.2 MB) to amplitude: partition 0: offsets 5–7; arrays gains, flags, times`. */
  summary(topic: string): string {
    const partitions = [...this.#partitions].toSorted(([one], [other]) => one - other);
    const places = partitions
      .slice(0, mostListed)
      .map(([partition, offsets]) => `partition ${partition}: ${textOf(offsets)}`);
    const where = places.length === 0 ? "" : `: ${listOf(places, partitions.length, "partition")}`;
    const arrays = this.#arrayCount === 0 ? "" : `; arrays ${listOf(this.#arrays, this.#arrayCount, "array")}`;
    return `sent ${countOf(this.#records, "message")} (${formatBytes(this.#bytes)}) to ${topic}${where}${arrays}`;
  }
}

function listOf(listed: readonly string[], count: number, what: string): string {
  const more = count - listed.length;
  return [...listed, ...(more > 0 ? [`and ${more} more ${what}${more === 1 ? "" : "s"}`] : [])].join(", ");
}

function textOf({ count, first, last }: PartitionOffsets): string {
  if (first < 0n) return "offset unknown";
  if (count === 1) return `offset ${first}`;
  // Other producers, and what a log writes for itself, have offsets in between.
  const isGapless = last - first + 1n === BigInt(count);
  return isGapless ? `offsets ${first}–${last}` : `${count.toLocaleString("en-US")} in offsets ${first}–${last}`;
}
