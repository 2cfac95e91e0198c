import { isRetriable, partitionKey } from "@dataqueues/core";
import type { FetchedPartition, TransportError } from "@dataqueues/core";

import { Feed } from "./feed.ts";
import { mayHaveMoved } from "./leader-requests.ts";
import type { LogClient } from "./log-client.ts";
import type { MetadataCache, PartitionLeader } from "./metadata-cache.ts";
import type { RecordRun } from "./record-run.ts";
import type { SharedLogSettings } from "./shared-log-options.ts";
import { TailPoll } from "./tail-poll.ts";

/** Counts of what the tails cost. */
export interface TailCounts {
  upstreamFetches: number;
  upstreamBytes: number;
}

/** What the feeds are read with. */
export interface TailsContext {
  readonly client: LogClient<"read">;
  readonly metadata: MetadataCache;
  readonly settings: SharedLogSettings;
  readonly counts: TailCounts;
  /** Called when the log does not have any more what it had of a partition. */
  readonly onLost: (topic: string, partition: number) => void;
}

/** Viewers are told of an error that passes after so many fetches that failed in a row, some two seconds. */
const quietFailures = 6;

const mostPauseMs = 1_000;

/** How soon metadata is asked for again while a feed has no leader, or its leader fails. */
const troubleRefreshMs = 250;

/** The feeds of all partitions that anybody watches, and the long polls that read them. */
export class Tails {
  readonly #context: TailsContext;
  readonly #feeds = new Map<string, Feed>();
  readonly #polls = new Map<number, TailPoll>();
  #refreshing: { readonly timer: ReturnType<typeof setTimeout>; readonly at: number } | undefined;

  constructor(context: TailsContext) {
    this.#context = context;
    context.client.signal.addEventListener("abort", () => clearTimeout(this.#refreshing?.timer), { once: true });
  }

  get size(): number {
    return this.#feeds.size;
  }

  /** What all feeds take in memory, about. */
  get sizeBytes(): number {
    let sum = 0;
    for (const { run } of this.#feeds.values()) sum += run.sizeBytes;
    return sum;
  }

  get(topic: string, partition: number): Feed | undefined {
    return this.#feeds.get(partitionKey(topic, partition));
  }

  /** Reads a partition on from the end of `run`, which `leader` gave, if nothing reads it yet. */
  start(topic: string, partition: number, leader: PartitionLeader, run: RecordRun, highWatermark: bigint): void {
    const key = partitionKey(topic, partition);
    if (this.#context.client.signal.aborted || this.#feeds.has(key)) return;
    if (this.#context.metadata.known(topic, partition)?.generation !== leader.generation) return;
    const feed = new Feed(topic, partition, leader, run.copy(), highWatermark);
    this.#feeds.set(key, feed);
    feed.run.trim(this.#context.settings.cacheBytesPartition);
    this.#trimAll();
    this.#read(feed);
    this.#refreshWithin(this.#context.settings.metadataMaxAgeMs);
  }

  /** Metadata tell something else of a partition than before. */
  leaderChanged(topic: string, partition: number): void {
    const feed = this.get(topic, partition);
    if (feed === undefined) return;
    const leader = this.#context.metadata.known(topic, partition);
    if (leader === undefined || leader.topicId !== feed.leader.topicId) return this.#end(feed);
    feed.restart(leader);
    if (feed.error !== undefined) this.#refreshWithin(troubleRefreshMs);
    this.#read(feed);
  }

  #read(feed: Feed): void {
    const { leader } = feed.leader;
    if (leader < 0) return;
    let poll = this.#polls.get(leader);
    if (poll === undefined) {
      poll = new TailPoll(leader, {
        client: this.#context.client,
        requestTimeoutMs: this.#context.settings.requestTimeoutMs,
        limits: this.#limits(),
        feedsOf: (node) => this.#feedsOf(node),
        onFetch: () => {
          this.#context.counts.upstreamFetches += 1;
        },
        onFetched: (fetched) => {
          const changed = fetched.filter(({ feed: one, result }) => this.#accept(one, result));
          this.#trimAll();
          for (const { feed: one } of changed) one.wake();
        },
        onFailed: (feeds, error) => this.#failed(feeds, error),
      });
      this.#polls.set(leader, poll);
    }
    poll.include(feed);
  }

  #limits(): { maxWaitMs: number; minBytes: number; maxBytes: number; maxBytesPerPartition: number } {
    const { maxWaitMs, cacheBytes, cacheBytesPartition } = this.#context.settings;
    // Of what comes at once, all has to be in the cache when viewers look for it.
    const maxBytes = Math.max(1, Math.min(8 * 2 ** 20, Math.floor(cacheBytes / 4)));
    const maxBytesPerPartition = Math.max(1, Math.min(2 ** 20, Math.floor(cacheBytesPartition / 4), maxBytes));
    return { maxWaitMs, minBytes: 1, maxBytes, maxBytesPerPartition };
  }

  #feedsOf(leader: number): Feed[] {
    const own: Feed[] = [];
    for (const feed of this.#feeds.values()) {
      if (feed.isUnused(this.#context.settings.feedLingerMs)) this.#end(feed);
      else if (feed.leader.leader === leader) own.push(feed);
    }
    return own;
  }

  #end(feed: Feed): void {
    feed.isEnded = true;
    this.#feeds.delete(partitionKey(feed.topic, feed.partition));
    feed.wake();
  }

  /** Takes over what was fetched; answers whether there is anything new. */
  #accept(feed: Feed, fetched: FetchedPartition): boolean {
    if (fetched.error !== undefined) {
      this.#partitionFailed(feed, fetched.error);
      return false;
    }
    const before = feed.run.end;
    feed.failures = 0;
    feed.error = undefined;
    feed.highWatermark = fetched.highWatermark;
    this.#context.counts.upstreamBytes += feed.run.append(fetched.records, fetched.nextOffset);
    feed.run.trim(this.#context.settings.cacheBytesPartition);
    return feed.run.end > before;
  }

  /** Keeps all feeds together within their bound: the largest ones give up their oldest records. */
  #trimAll(): void {
    let left = this.#context.settings.cacheBytes;
    if (this.sizeBytes <= left) return;
    const bySize = [...this.#feeds.values()].sort((one, other) => one.run.sizeBytes - other.run.sizeBytes);
    for (const [index, { run }] of bySize.entries()) {
      // Whoever takes less than an equal share leaves the rest to the larger ones.
      run.trim(Math.floor(left / (bySize.length - index)));
      left -= run.sizeBytes;
    }
  }

  #partitionFailed(feed: Feed, error: TransportError): void {
    const { topic, partition } = feed;
    // Viewers find out themselves what the log has now at their offsets.
    if (error.code === "OFFSET_OUT_OF_RANGE" || error.code === "UNKNOWN_TOPIC_OR_PARTITION") {
      this.#context.metadata.expire(topic);
      this.#context.onLost(topic, partition);
      return this.#end(feed);
    }
    this.#retryLater(feed, error);
    this.#context.metadata.expire(topic);
    this.#context.metadata.metadata([topic]).catch(() => undefined);
  }

  async #failed(feeds: readonly Feed[], error: TransportError): Promise<void> {
    for (const feed of feeds) {
      this.#retryLater(feed, error);
      this.#context.metadata.expire(feed.topic);
    }
    const topics = [...new Set(feeds.map(({ topic }) => topic))];
    // A lost connection is replaced, and another node may lead now.
    const [topic = ""] = topics;
    await Promise.all([
      this.#context.client.replaceIfLost(topic),
      this.#context.metadata.metadata(topics).catch(() => undefined),
    ]);
  }

  #retryLater(feed: Feed, error: TransportError): void {
    feed.failures += 1;
    feed.retryAt = performance.now() + Math.min(mostPauseMs, 25 * 2 ** Math.min(feed.failures, 10));
    const isPassing = mayHaveMoved(error) || isRetriable(error.code);
    if (isPassing && feed.failures < quietFailures) return;
    feed.error = error;
    feed.wake();
  }

  /** Asks from time to time who leads what is read, as a topic that was made again may give no sign of it. */
  async #refreshMetadata(): Promise<void> {
    for (const feed of this.#feeds.values()) if (feed.isUnused(this.#context.settings.feedLingerMs)) this.#end(feed);
    const feeds = [...this.#feeds.values()];
    if (feeds.length > 0) {
      const topics = [...new Set(feeds.map(({ topic }) => topic))];
      await this.#context.metadata.metadata(topics).catch(() => undefined);
    }
    if (this.#feeds.size === 0) return;
    const isTrouble = feeds.some(({ error, failures }) => error !== undefined || failures > 0);
    this.#refreshWithin(isTrouble ? troubleRefreshMs : this.#context.settings.metadataMaxAgeMs);
  }

  #refreshWithin(ms: number): void {
    const { client, settings } = this.#context;
    const now = performance.now();
    const at = now + Math.min(ms, settings.metadataMaxAgeMs);
    if (client.signal.aborted || (this.#refreshing !== undefined && this.#refreshing.at <= at)) return;
    clearTimeout(this.#refreshing?.timer);
    const refresh = (): void => {
      this.#refreshing = undefined;
      void this.#refreshMetadata();
    };
    this.#refreshing = { timer: setTimeout(refresh, at - now), at };
  }
}
