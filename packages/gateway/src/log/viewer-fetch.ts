import { TransportError } from "@dataqueues/core";
import type { FetchLimits, FetchQuery } from "@dataqueues/core";

import type { SharedFetch, SharedFetchOptions } from "../gateway-log.ts";
import type { Feed } from "./feed.ts";
import type { OldRead, OldReads } from "./old-reads.ts";
import type { RecordRun } from "./record-run.ts";
import type { Tails } from "./tails.ts";
import { Wakeup } from "./wakeup.ts";

/** What the fetches of all viewers share. */
export interface ViewerFetchContext {
  readonly tails: Tails;
  readonly oldReads: OldReads;
  readonly requestTimeoutMs: number;
  /** Ends all fetches. */
  readonly closed: AbortSignal;
}

/** One partition that a viewer asks for, and how far that is. */
interface Asked {
  readonly query: FetchQuery;
  readonly index: number;
  feed: Feed | undefined;
  isReading: boolean;
  /** Whether this viewer began the last read, so that its records came from the log for him. */
  isOwnRead: boolean;
  reads: number;
  read: OldRead | TransportError | undefined;
}

/** What a fetch would answer now. */
interface Answer {
  readonly fetched: SharedFetch[];
  /** Partitions at their end, told only if there is nothing else to tell. */
  readonly idle: SharedFetch[];
  readonly bytes: number;
  readonly isFailed: boolean;
  /** Records that no other request to the log was needed for. */
  readonly cachedRecords: number;
  readonly missing: readonly Asked[];
}

/** An answer with records waits so long for older ones of other partitions, since these are being read. */
const oldReadGraceMs = 50;

/** The pause before a partition is read again within one fetch, in ms. */
const readAgainMs = 50;

/** One viewer's fetch: answered from the feeds and from old reads, or waits for them. */
export class ViewerFetch {
  readonly #context: ViewerFetchContext;
  readonly #limits: FetchLimits;
  readonly #options: SharedFetchOptions;
  readonly #asked: readonly Asked[];
  readonly #wakeup = new Wakeup();
  #isOver = false;
  #failure: { readonly reason: unknown } | undefined;

  constructor(
    context: ViewerFetchContext,
    wanted: readonly FetchQuery[],
    limits: FetchLimits,
    options: SharedFetchOptions,
  ) {
    this.#context = context;
    this.#limits = limits;
    this.#options = options;
    this.#asked = wanted.map((query, index) => {
      return { query, index, feed: undefined, isReading: false, isOwnRead: false, reads: 0, read: undefined };
    });
  }

  /** Settles within `maxWaitMs`, or the time of one request to the log where records must be read first. */
  async run(): Promise<{ readonly fetched: SharedFetch[]; readonly cachedRecords: number }> {
    const { closed } = this.#context;
    const { signal } = this.#options;
    const { wake } = this.#wakeup;
    for (const one of [signal, closed]) one.addEventListener("abort", wake);
    try {
      const answer = await this.#untilAnswered();
      const hasNews = answer.fetched.length > 0;
      return { fetched: hasNews ? answer.fetched : answer.idle, cachedRecords: answer.cachedRecords };
    } finally {
      this.#isOver = true;
      for (const one of [signal, closed]) one.removeEventListener("abort", wake);
      for (const { feed } of this.#asked) feed?.removeWaiting(wake);
    }
  }

  async #untilAnswered(): Promise<Answer> {
    const { closed, requestTimeoutMs } = this.#context;
    const since = performance.now();
    const deadline = since + this.#limits.maxWaitMs;
    for (;;) {
      closed.throwIfAborted();
      if (this.#failure !== undefined) throw this.#failure.reason;
      const answer = this.#collect();
      if (this.#options.signal.aborted) return answer;
      this.#startReads(answer.missing);
      const now = performance.now();
      const isReading = this.#asked.some((one) => one.isReading);
      const isEmpty = answer.fetched.length === 0;
      let waitUntil = deadline;
      if (answer.isFailed || answer.bytes >= this.#limits.minBytes || now >= deadline) {
        // What has to be read first may come after the deadline, if there is nothing else.
        if (isReading) waitUntil = isEmpty ? deadline + requestTimeoutMs : this.#graceUntil(since);
        if (!isReading || now >= waitUntil) return answer;
      }
      await this.#wakeup.wait(waitUntil - now);
    }
  }

  /** How long records wait for older ones of other partitions, so that the order of the request counts where it can. */
  #graceUntil(since: number): number {
    const reading = this.#asked.filter((one) => one.isReading);
    const begins = reading.map(({ query }) => this.#context.oldReads.readingSince(query) ?? since);
    return Math.max(...begins) + oldReadGraceMs;
  }

  /** Takes what there is, in the order of the request and up to the limits. */
  #collect(): Answer {
    const { maxBytesPerPartition, latest } = this.#limits;
    const fetched: SharedFetch[] = [];
    const idle: SharedFetch[] = [];
    const missing: Asked[] = [];
    let left = this.#limits.maxBytes;
    // No more is read at a time than fits into an answer.
    let leftToRead = left;
    let bytes = 0;
    let cachedRecords = 0;
    let isFailed = false;
    for (const one of this.#asked) {
      if (left <= 0) break;
      const found = this.#find(one, latest === "partition");
      if (found === undefined) {
        if (!one.isReading && leftToRead > 0) missing.push(one);
        leftToRead -= maxBytesPerPartition;
        continue;
      }
      const { index, query } = one;
      if (found instanceof TransportError) {
        fetched.push({ index, error: found });
        isFailed = true;
        continue;
      }
      const { run, highWatermark } = found;
      const maxBytes = Math.min(left, maxBytesPerPartition);
      const taken = run.take(query.offset, { maxBytes, newestOnly: latest === "partition" });
      left -= taken.records.bytes;
      bytes += taken.records.bytes;
      if (found !== one.read || !one.isOwnRead) cachedRecords += taken.records.count;
      const isNews = taken.nextOffset > query.offset;
      (isNews ? fetched : idle).push({ index, ...taken, highWatermark });
    }
    return { fetched, idle, bytes, isFailed, cachedRecords, missing };
  }

  /** What a partition's records can be taken from, or why there are none; undefined if they have to be read first. */
  #find(one: Asked, newestOnly: boolean): Feed | OldRead | TransportError | undefined {
    const { query } = one;
    const feed = this.#watch(one);
    const isInFeed = feed?.run.covers(query.offset) === true && feed.run.end > query.offset;
    if (isInFeed || (newestOnly && passesOver(feed?.run, query.offset))) return feed;
    if (feed?.error !== undefined) return feed.error;
    if (feed?.run.end === query.offset) return feed;
    const { read } = one;
    if (read instanceof TransportError || (read !== undefined && read.run.end > query.offset)) return read;
    const cached = this.#context.oldReads.find(query);
    if (cached !== undefined) return cached;
    // The log has this offset as its end, and the feed will get there.
    return feed !== undefined && query.offset > feed.run.end ? read : undefined;
  }

  /** The feed of a partition, of which this fetch hears from now on. */
  #watch(one: Asked): Feed | undefined {
    const { topic, partition } = one.query;
    const feed = this.#context.tails.get(topic, partition);
    if (feed !== one.feed) {
      one.feed?.removeWaiting(this.#wakeup.wake);
      feed?.addWaiting(this.#wakeup.wake);
      one.feed = feed;
    }
    return feed;
  }

  #startReads(missing: readonly Asked[]): void {
    for (const one of missing) {
      one.isReading = true;
      this.#read(one)
        .catch((reason: unknown) => {
          this.#failure = { reason };
        })
        .finally(() => {
          one.isReading = false;
          this.#wakeup.wake();
        });
    }
  }

  async #read(one: Asked): Promise<void> {
    const { oldReads, tails } = this.#context;
    const { query } = one;
    if (one.reads > 0) await new Promise((resolve) => setTimeout(resolve, readAgainMs));
    await this.#options.oldReads.allow();
    if (this.#isOver) return;
    one.isOwnRead = oldReads.readingSince(query) === undefined;
    one.reads += 1;
    const maxBytes = Math.max(1, Math.min(this.#limits.maxBytes, this.#limits.maxBytesPerPartition));
    const read = await oldReads.read(query, maxBytes);
    one.read = read;
    if (read instanceof TransportError) return;
    if (one.isOwnRead) this.#options.oldReads.read(read.run.take(query.offset, everything).records.bytes);
    if (read.isAtEnd) tails.start(query.topic, query.partition, read.leader, read.run, read.highWatermark);
  }
}

const everything = { maxBytes: Infinity, newestOnly: false } as const;

/** Whether the newest record can be told, although the run begins after the asked offset. */
function passesOver(run: RecordRun | undefined, offset: bigint): boolean {
  return run !== undefined && offset < run.start && !run.isEmpty;
}
