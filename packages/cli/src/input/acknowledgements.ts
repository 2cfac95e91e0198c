import type { RecordMetadata } from "@dataqueues/core";

import { formatBytes } from "../print/quantities.ts";

/** More partitions are not listed one by one. */
const mostPartitions = 8;

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

  get records(): number {
    return this.#records;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @param bytes - how long the message was */
  add({ partition, offset }: RecordMetadata, bytes: number): void {
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

  /** `sent 3 messages (1.2 MB) to amplitude: partition 0: offsets 5–7`. */
  summary(topic: string): string {
    const messages = `${this.#records.toLocaleString("en-US")} ${this.#records === 1 ? "message" : "messages"}`;
    const partitions = [...this.#partitions].toSorted(([one], [other]) => one - other);
    const shown = partitions
      .slice(0, mostPartitions)
      .map(([partition, offsets]) => `partition ${partition}: ${textOf(offsets)}`);
    const more = partitions.length - shown.length;
    if (more > 0) shown.push(`and ${more} more partition${more === 1 ? "" : "s"}`);
    const where = shown.length === 0 ? "" : `: ${shown.join(", ")}`;
    return `sent ${messages} (${formatBytes(this.#bytes)}) to ${topic}${where}`;
  }
}

function textOf({ count, first, last }: PartitionOffsets): string {
  if (first < 0n) return "offset unknown";
  if (count === 1) return `offset ${first}`;
  // Other producers, and what a log writes for itself, have offsets in between.
  const isGapless = last - first + 1n === BigInt(count);
  return isGapless ? `offsets ${first}–${last}` : `${count.toLocaleString("en-US")} in offsets ${first}–${last}`;
}
