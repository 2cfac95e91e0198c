import { partitionKey, recordSize } from "@dataqueues/core";
import type { FetchedPartition, FetchLimits, NetworkClient } from "@dataqueues/core";

import type { PartitionPlace } from "./log-sampler.ts";

/** What is known of a partition's newest records. */
export interface NewestRecord {
  /** In ms since 1970, as the newest record has it. */
  readonly timestamp: number;
  /** The mean size of the records that were looked at: key, headers and value. */
  readonly meanBytes: number;
}

/** What was seen of a partition so far. */
interface Seen {
  topicId: string | undefined;
  /** The end for which its newest records were last asked for. */
  end: bigint;
  /** The number of the fetch that read a record: who was read longest ago is asked first. */
  readAt: number;
  timestamp: number | undefined;
  records: number;
  bytes: number;
}

/** A fetch takes newest records of as many partitions as fit; a larger record comes alone. */
const limits: FetchLimits = {
  maxWaitMs: 0,
  minBytes: 1,
  maxBytes: 2 ** 20,
  maxBytesPerPartition: 2 ** 20,
  latest: "partition",
};

/** How much may be read from one leader each time, on average. */
const averageBytes = 4 * 2 ** 20;

/** The newest records of partitions, which are read now and then: their ages, and how large they are. */
export class NewestRecords {
  readonly #client: NetworkClient<"read">;
  readonly #seen = new Map<string, Seen>();
  /** The bytes that a leader gave beyond the average; it is not asked again before they are made up for. */
  readonly #excess = new Map<number, number>();
  #reads = 0;

  constructor(client: NetworkClient<"read">) {
    this.#client = client;
  }

  /** What is known of a partition; undefined before one of its records was seen. */
  of({ topic, partition }: PartitionPlace): NewestRecord | undefined {
    const { timestamp, records, bytes } = this.#seen.get(partitionKey(topic, partition)) ?? {};
    if (timestamp === undefined || records === undefined || bytes === undefined) return undefined;
    return { timestamp, meanBytes: bytes / records };
  }

  /** Forgets partitions that are not there any more. */
  forgetOthers(places: readonly PartitionPlace[]): void {
    const keys = new Set(places.map(({ topic, partition }) => partitionKey(topic, partition)));
    for (const key of this.#seen.keys()) if (!keys.has(key)) this.#seen.delete(key);
  }

  /** Reads newest records of partitions of one leader: of those that got records since they were last asked for. */
  async look(leader: number, places: readonly PartitionPlace[]): Promise<void> {
    const excess = Math.max(0, (this.#excess.get(leader) ?? 0) - averageBytes);
    this.#excess.set(leader, excess);
    if (excess > 0) return;
    const wanted = places
      .filter(({ begin, end }) => begin !== undefined && end !== undefined && begin < end)
      .map((place) => ({ place, seen: this.#seenOf(place), begin: place.begin ?? 0n, end: place.end ?? 0n }))
      .filter(({ seen, end }) => seen.end !== end)
      .sort((one, other) => one.seen.readAt - other.seen.readAt)
      .map(({ place: { topic, partition, leaderEpoch }, begin, end }) => {
        // The last offset has no record where it is the marker of a transaction.
        return { topic, partition, leaderEpoch, end, offset: end - 2n > begin ? end - 2n : begin };
      });
    if (wanted.length === 0) return;
    const fetched = await this.#client.request("fetch", (connection) => connection.fetch(leader, wanted, limits));
    this.#reads += 1;
    const ends = new Map(wanted.map(({ topic, partition, end }) => [partitionKey(topic, partition), end]));
    for (const one of fetched) this.#take(leader, one, ends);
  }

  /** A partition without records in the answer had no room in it, or has none at its end: the next time it is asked for again. */
  #take(leader: number, fetched: FetchedPartition, ends: ReadonlyMap<string, bigint>): void {
    const key = partitionKey(fetched.topic, fetched.partition);
    const seen = this.#seen.get(key);
    const newest = fetched.error === undefined ? fetched.records.at(-1) : undefined;
    if (seen === undefined || fetched.error !== undefined || newest === undefined) return;
    const bytes = fetched.records.reduce((sum, record) => sum + recordSize(record), 0);
    seen.readAt = this.#reads;
    seen.end = ends.get(key) ?? seen.end;
    seen.timestamp = newest.timestamp;
    seen.records += fetched.records.length;
    seen.bytes += bytes;
    this.#excess.set(leader, (this.#excess.get(leader) ?? 0) + bytes);
  }

  #seenOf({ topic, topicId, partition }: PartitionPlace): Seen {
    const key = partitionKey(topic, partition);
    const known = this.#seen.get(key);
    if (known !== undefined && known.topicId === topicId) return known;
    const seen: Seen = { topicId, end: -1n, readAt: 0, timestamp: undefined, records: 0, bytes: 0 };
    this.#seen.set(key, seen);
    return seen;
  }
}
