import { TransportError } from "../contract/errors.ts";
import type { DataQueueError } from "../contract/errors.ts";
import type { RetriedRequest } from "../contract/events.ts";
import type { PartitionPosition } from "../contract/record.ts";
import type { TopicMetadata } from "../contract/transport.ts";
import type { NetworkClient } from "../shared/network-client.ts";
import { backoff, retryPolicy } from "../shared/retry-policy.ts";
import { delay } from "../shared/wait.ts";
import type { Assignment } from "./assignment.ts";
import { FetchBudget } from "./fetch-budget.ts";
import type { FetchBudgetOptions } from "./fetch-budget.ts";
import { FetchBuffer } from "./fetch-buffer.ts";
import type { FetchedRecord } from "./fetch-buffer.ts";
import { FetchFailures } from "./fetch-failures.ts";
import { LeaderFetcher } from "./leader-fetcher.ts";
import type { LeaderFetcherContext } from "./leader-fetcher.ts";
import { MetadataRefresher } from "./metadata-refresher.ts";
import { lookUpStarts, resetOffsets } from "./offset-lookup.ts";
import type { NotFound } from "./offset-lookup.ts";
import type { OffsetSpec } from "./offset-spec.ts";
import type { PartitionState } from "./partition-state.ts";
import { isMissing, SubscriptionState } from "./subscription-state.ts";

/** How a log is read. */
export interface FetcherOptions extends FetchBudgetOptions {
  readonly from: OffsetSpec;
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly metadataMaxAgeMs: number;
  /** Records were buffered. */
  readonly onRecords: () => void;
  /** Called with a failure that retrying cannot fix, or that has lasted `connectTimeoutMs`; reading goes on. */
  readonly onError: (error: DataQueueError) => void;
}

/** A fetch that waits no longer than this is not interrupted for a partition that appeared meanwhile. */
const interruptAfterMs = 1_000;

/**
 * Reads a set of partitions into its buffer: finds where they start, reads from each of their leaders, and changes the
 * set without losing what stays.
 */
export class Fetcher {
  readonly #client: NetworkClient<"read">;
  readonly #options: FetcherOptions;
  readonly #buffer: FetchBuffer;
  readonly #subscription: SubscriptionState;
  readonly #failures: FetchFailures;
  readonly #refresher: MetadataRefresher;
  readonly #fetchers = new Map<number, LeaderFetcher>();
  readonly #leaderContext: LeaderFetcherContext;
  /** The change of the set that was asked for last. */
  #lastAssign: Promise<void> = Promise.resolve();

  constructor(client: NetworkClient<"read">, options: FetcherOptions) {
    const { onEvent, signal } = client;
    const { onError, onRecords, requestTimeoutMs, connectTimeoutMs: reportAfterMs, metadataMaxAgeMs } = options;
    this.#client = client;
    this.#options = options;
    this.#buffer = new FetchBuffer(() => this.#wakeFetchers());
    this.#subscription = new SubscriptionState(onEvent, onError);
    this.#refresher = new MetadataRefresher({
      maxAgeMs: metadataMaxAgeMs,
      signal,
      isSettled: () => this.#subscription.settled,
      refresh: () => this.#refresh(),
      onRefreshError: (error, attempt, since) =>
        this.#failures.requestFailed("metadata", "metadata", error, attempt, since),
    });
    const refreshNow = (): void => this.#refresher.refreshNow();
    this.#failures = new FetchFailures({ reportAfterMs, signal, onEvent, onError, refreshNow });
    const budget = new FetchBudget(options, this.#buffer, onEvent);
    this.#leaderContext = {
      client,
      requestTimeoutMs,
      buffer: this.#buffer,
      failures: this.#failures,
      onRecords,
      partitionsOf: (leader) => this.#subscription.partitionsOf(leader),
      availableBytes: (leader) => budget.availableBytes(leader, this.#fetchers.size),
      limitsFor: (availableBytes) => budget.limitsFor(availableBytes),
    };
  }

  /** The next record, if one was fetched. */
  take(): FetchedRecord | undefined {
    return this.#buffer.take();
  }

  /** How far each partition was read. */
  positions(): PartitionPosition[] {
    return [...this.#subscription].map((state) => {
      const { topic, partition, highWatermark: end } = state;
      const position = this.#buffer.nextOffsetOf(state) ?? state.position;
      const lag = position === undefined || end === undefined ? undefined : end > position ? end - position : 0n;
      return { topic, partition, position, end, lag };
    });
  }

  /**
   * Replaces what is read, after the changes asked for before. Partitions that stay keep position and buffer; the others
   * go with theirs; new ones have their position when this resolves. When it rejects, nothing has changed.
   */
  assign(next: Assignment): Promise<void> {
    const turn = this.#lastAssign.then(() => this.#replace(next));
    this.#lastAssign = turn.catch(() => undefined);
    return turn;
  }

  async #replace(next: Assignment): Promise<void> {
    const topics = await this.#retry("metadata", async () => {
      const answers = await this.#metadata(next.topics);
      const failed = answers.find(({ error }) => error !== undefined && !isMissing(error));
      if (failed?.error !== undefined) throw failed.error;
      return answers;
    });
    const added = this.#subscription.additions(next, topics, this.#options.from);
    await this.#retry("listOffsets", async () => {
      const unknown = added.filter(({ position }) => position === undefined);
      const notFound = await lookUpStarts(this.#client, unknown);
      // The end of a log moves: found later, it would be another. Other positions can still be found then.
      const failed = notFound.find(({ state, error }) => !error.retriable || state.start === "latest");
      if (failed !== undefined) throw failed.error;
    });
    // From here on nothing waits: the set changes at once.
    for (const removed of this.#subscription.replace(next, added)) {
      this.#buffer.discard(removed);
      this.#failures.ended(removed.key);
    }
    this.#subscription.apply(topics);
    this.#updateLeaders();
    this.#interruptOutdated();
    this.#refresher.start();
  }

  /** Tries again over errors that pass by themselves, for as long as one request, or a connection, may take. */
  async #retry<T>(request: RetriedRequest, attempt: () => Promise<T>): Promise<T> {
    const { requestTimeoutMs, connectTimeoutMs } = this.#options;
    const since = performance.now();
    for (let failures = 0; ; failures += 1) {
      try {
        return await attempt();
      } catch (error) {
        const passes = error instanceof TransportError && error.retriable && this.#client.reached;
        const isSilence = passes && (error.code === "NETWORK_EXCEPTION" || error.code === "REQUEST_TIMED_OUT");
        const limitMs = isSilence ? Math.min(connectTimeoutMs, requestTimeoutMs) : requestTimeoutMs;
        if (!passes || performance.now() - since >= limitMs) throw error;
        this.#client.onEvent({ type: "retry", request, attempt: failures, reason: error });
      }
      await delay(backoff(failures, retryPolicy.request), this.#client.signal);
    }
  }

  async #metadata(topics: readonly string[]): Promise<TopicMetadata[]> {
    if (topics.length === 0) return [];
    return this.#client.requestOrReconnect("metadata", (connection) => connection.metadata(topics));
  }

  async #refresh(): Promise<void> {
    const since = performance.now();
    this.#subscription.apply(await this.#metadata(this.#subscription.topics));
    this.#failures.ended("metadata");
    this.#noteLeaderless(since);
    const unplaced = [...this.#subscription].filter(({ position, leader }) => position === undefined && leader >= 0);
    for (const { state, error } of await this.#findPositions(unplaced)) {
      this.#failures.partitionFailed(state, "listOffsets", error, since);
    }
    this.#updateLeaders();
    const placed = unplaced.some(({ position }) => position !== undefined);
    if (placed && this.#options.maxWaitMs > interruptAfterMs) this.#interruptOutdated();
  }

  /** Partitions that exist and have no leader are an outage; those of a topic that is gone are waited for. */
  #noteLeaderless(since: number): void {
    for (const state of this.#subscription) {
      if (state.leader >= 0) continue;
      if (state.leaderError === undefined) this.#failures.ended(state.key);
      else this.#failures.leaderMissing(state, state.leaderError, since);
    }
  }

  /** Finds positions of partitions that have none yet, or lost theirs; gives those that stay without. */
  async #findPositions(states: readonly PartitionState[]): Promise<NotFound[]> {
    const isLost = ({ outOfRange }: PartitionState): boolean => outOfRange !== undefined;
    const resetTo = this.#options.from === "latest" ? "latest" : "earliest";
    const starting = states.filter((state) => !isLost(state));
    const lost = states.filter(isLost);
    const notFound = await lookUpStarts(this.#client, starting);
    return [...notFound, ...(await resetOffsets(this.#client, lost, resetTo, this.#client.onEvent))];
  }

  /** Reads from each leader that there is by now. */
  #updateLeaders(): void {
    const leaders = new Set<number>();
    for (const { leader } of this.#subscription) if (leader >= 0) leaders.add(leader);
    for (const [leader, fetcher] of this.#fetchers) {
      if (fetcher.idle && !leaders.has(leader)) this.#fetchers.delete(leader);
    }
    for (const leader of leaders) {
      if (!this.#fetchers.has(leader)) this.#fetchers.set(leader, new LeaderFetcher(leader, this.#leaderContext));
    }
    this.#wakeFetchers();
  }

  /** There may be room in the buffer, or something to read. */
  #wakeFetchers(): void {
    for (const fetcher of this.#fetchers.values()) fetcher.wake();
  }

  /** A fetch that waits for other partitions would keep new ones waiting too. */
  #interruptOutdated(): void {
    for (const fetcher of this.#fetchers.values()) fetcher.interruptIfOutdated();
  }
}
