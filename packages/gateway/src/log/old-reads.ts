import { kafkaError, partitionKey, TransportError } from "@dataqueues/core";
import type { FetchedPartition, FetchQuery } from "@dataqueues/core";

import { askLeaders } from "./leader-requests.ts";
import type { LogClient } from "./log-client.ts";
import type { MetadataCache, PartitionLeader } from "./metadata-cache.ts";
import type { SharedOffsets } from "./shared-offsets.ts";
import { RecordRun } from "./record-run.ts";
import { RequestSlots } from "./request-slots.ts";

/** What the log had at an offset when it was asked. */
export interface OldRead {
  readonly run: RecordRun;
  readonly highWatermark: bigint;
  readonly leader: PartitionLeader;
  /** Whether the log had nothing after it. */
  readonly isAtEnd: boolean;
}

interface CachedRead extends OldRead {
  readonly expiresAt: number;
}

interface Flight {
  readonly read: Promise<OldRead | TransportError>;
  readonly since: number;
}

/** The ends of a partition, as the log told them. */
interface Bounds {
  readonly error: TransportError;
  readonly first: bigint;
  readonly end: bigint;
  /** `performance.now()` until which they are believed. */
  readonly until: number;
}

/** Counts of what old reads cost. */
export interface OldReadCounts {
  oldReads: number;
  upstreamBytes: number;
}

/** How long what was read is kept: for viewers who ask for the same, not for long. */
const lifetimeMs = 3_000;

/** How many reads may be kept, however small they are. */
const mostReads = 1_000;

/** How many reads go to one leader at a time; the memory that they take is bounded by it. */
const mostPerLeader = 16;

/** How long the ends of a partition are remembered at which somebody asked for an offset that is not there. */
const boundsMaxAgeMs = 250;

/** Reads records that no feed has, on a connection of their own: the same ones once for all who ask. */
export class OldReads {
  readonly #client: LogClient<"read">;
  readonly #metadata: MetadataCache;
  readonly #offsets: SharedOffsets;
  readonly #cacheBytes: number;
  readonly #counts: OldReadCounts;
  readonly #slots = new RequestSlots<number>(mostPerLeader);
  readonly #flights = new Map<string, Flight>();
  /** Of each partition, in the order in which they were read. */
  readonly #cached = new Map<string, Set<CachedRead>>();
  readonly #order = new Map<CachedRead, string>();
  #sizeBytes = 0;
  readonly #outOfRange = new Map<string, Bounds>();

  constructor(
    client: LogClient<"read">,
    metadata: MetadataCache,
    offsets: SharedOffsets,
    cacheBytes: number,
    counts: OldReadCounts,
  ) {
    this.#client = client;
    this.#metadata = metadata;
    this.#offsets = offsets;
    this.#cacheBytes = cacheBytes;
    this.#counts = counts;
  }

  /** What the kept reads take in memory, about. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** What was read a moment ago and has records from this offset on, if it has. */
  find({ topic, partition, offset }: FetchQuery): OldRead | undefined {
    const key = partitionKey(topic, partition);
    const now = performance.now();
    for (const read of this.#cached.get(key) ?? []) {
      if (read.expiresAt <= now) this.#drop(read);
      else if (read.run.covers(offset) && read.run.end > offset) return read;
    }
    return undefined;
  }

  /** Since when (`performance.now()`) this offset is being read, so that another one who asks gets it too. */
  readingSince({ topic, partition, offset }: FetchQuery): number | undefined {
    return this.#flights.get(`${partitionKey(topic, partition)}/${offset}`)?.since;
  }

  /** Reads from an offset on; an error of the log is the result. Rejects once it is closed. */
  read(query: FetchQuery, maxBytes: number): Promise<OldRead | TransportError> {
    const key = `${partitionKey(query.topic, query.partition)}/${query.offset}`;
    const flight = this.#flights.get(key);
    if (flight !== undefined) return flight.read;
    const read = this.#readOnce(query, maxBytes).finally(() => this.#flights.delete(key));
    this.#flights.set(key, { read, since: performance.now() });
    return read;
  }

  /** Forgets what was read of a partition: it has another leader, or it is that of another topic. */
  forget(topic: string, partition: number): void {
    const key = partitionKey(topic, partition);
    this.#outOfRange.delete(key);
    for (const read of this.#cached.get(key) ?? []) this.#drop(read);
  }

  async #readOnce(query: FetchQuery, maxBytes: number): Promise<OldRead | TransportError> {
    const { topic, partition, offset } = query;
    const key = partitionKey(topic, partition);
    const bounds = this.#outOfRange.get(key);
    if (bounds !== undefined && isOutside(offset, bounds)) {
      const left = bounds.until - performance.now();
      if (left > 0 && offset < bounds.first) return bounds.error;
      // There may be more records by now, but whoever asks in a loop does not learn of it faster than others.
      if (left > 0) await this.#client.pause(left);
      // All who wait ask this one question together, whichever offsets they are after.
      const newer = await this.#rememberBounds(query, bounds.error);
      if (newer !== undefined && isOutside(offset, newer)) return newer.error;
    }
    const [result] = await askLeaders<FetchQuery, OldRead | TransportError>(this.#metadata, [query], {
      ask: (leader, [item]) => this.#slots.run(leader, () => this.#fetch(leader, item ?? query, maxBytes)),
      failed: (_item, error) => error,
      errorOf: (read) => (read instanceof TransportError ? read : undefined),
      pause: (ms) => this.#client.pause(ms),
    });
    if (result === undefined) throw new RangeError("no answer to the only query");
    if (!(result instanceof TransportError)) this.#keep(key, result);
    else if (result.code === "OFFSET_OUT_OF_RANGE") await this.#rememberBounds(query, result);
    return result;
  }

  async #fetch(leader: number, query: FetchQuery, maxBytes: number): Promise<(OldRead | TransportError)[]> {
    const { topic, partition, offset } = query;
    const known = this.#metadata.known(topic, partition);
    const limits = { maxWaitMs: 0, minBytes: 1, maxBytes, maxBytesPerPartition: maxBytes };
    this.#counts.oldReads += 1;
    let results: FetchedPartition[];
    try {
      results = await this.#client.request("fetch", (connection) => connection.fetch(leader, [query], limits));
    } catch (error) {
      void this.#client.replaceIfLost(topic);
      throw error;
    }
    const fetched = results.find((one) => one.topic === topic && one.partition === partition);
    if (fetched?.error !== undefined) return [fetched.error];
    // Meanwhile another node leads: what this one had may not be there any more.
    if (known === undefined || this.#metadata.known(topic, partition)?.generation !== known.generation) {
      return [movedMeanwhile(topic, partition)];
    }
    const run = new RecordRun(offset);
    this.#counts.upstreamBytes += run.append(fetched?.records ?? [], fetched?.nextOffset ?? offset);
    const highWatermark = fetched?.highWatermark ?? run.end;
    return [{ run, highWatermark, leader: known, isAtEnd: run.end === offset || run.end >= highWatermark }];
  }

  #keep(key: string, read: OldRead): void {
    const { sizeBytes } = read.run;
    if (read.run.end === read.run.start || sizeBytes > this.#cacheBytes) return;
    const cached = { ...read, expiresAt: performance.now() + lifetimeMs };
    const own = this.#cached.get(key) ?? new Set();
    this.#cached.set(key, own.add(cached));
    this.#order.set(cached, key);
    this.#sizeBytes += sizeBytes;
    for (const oldest of this.#order.keys()) {
      const isTooMuch = this.#sizeBytes > this.#cacheBytes || this.#order.size > mostReads;
      if (!isTooMuch && oldest.expiresAt > performance.now()) break;
      this.#drop(oldest);
    }
  }

  #drop(read: CachedRead): void {
    const key = this.#order.get(read);
    if (key === undefined) return;
    this.#order.delete(read);
    this.#sizeBytes -= read.run.sizeBytes;
    const own = this.#cached.get(key);
    own?.delete(read);
    if (own?.size === 0) this.#cached.delete(key);
  }

  async #rememberBounds({ topic, partition }: FetchQuery, error: TransportError): Promise<Bounds | undefined> {
    const ends = (["earliest", "latest"] as const).map((at) => ({ topic, partition, at }));
    const [first, end] = await this.#offsets.listOffsets(ends);
    if (first === undefined || end === undefined || first.error !== undefined || end.error !== undefined) {
      return undefined;
    }
    const bounds = { error, first: first.offset, end: end.offset, until: performance.now() + boundsMaxAgeMs };
    if (this.#outOfRange.size >= mostReads) this.#outOfRange.clear();
    this.#outOfRange.set(partitionKey(topic, partition), bounds);
    return bounds;
  }
}

function isOutside(offset: bigint, { first, end }: Bounds): boolean {
  return offset < first || offset > end;
}

function movedMeanwhile(topic: string, partition: number): TransportError {
  const why = "another node leads it since the request was made";
  return kafkaError("NOT_LEADER_OR_FOLLOWER", `${topic}[${partition}]`, { topic, partition, why });
}
