import type { DataQueueError } from "../contract/errors.ts";
import type { RetriedRequest } from "../contract/events.ts";
import type { PartitionPosition, TopicPartition } from "../contract/record.ts";
import type { TopicMetadata } from "../contract/transport.ts";
import type { NetworkClient } from "../shared/network-client.ts";
import { Turns } from "../shared/turns.ts";
import type { Assignment } from "./assignment.ts";
import { FetchBudget } from "./fetch-budget.ts";
import type { FetchBudgetOptions } from "./fetch-budget.ts";
import { FetchBuffer } from "./fetch-buffer.ts";
import type { RecordBuffer } from "./fetch-buffer.ts";
import { FetchFailures } from "./fetch-failures.ts";
import { LeaderFetcher } from "./leader-fetcher.ts";
import type { LeaderFetcherContext } from "./leader-fetcher.ts";
import { MetadataRefresher } from "./metadata-refresher.ts";
import { NewestBuffer } from "./newest-buffer.ts";
import { findAllOffsets, findPositions, lookUpStarts } from "./offset-lookup.ts";
import { isMoving } from "./offset-spec.ts";
import type { OffsetSpec, SeekTarget, UntilSpec } from "./offset-spec.ts";
import type { PartitionState } from "./partition-state.ts";
import { ReadBounds } from "./read-bounds.ts";
import { retryWhilePassing } from "./retry-while-passing.ts";
import { isMissing, setLeaders, SubscriptionState } from "./subscription-state.ts";

/** How a log is read. */
export interface FetcherOptions extends FetchBudgetOptions {
  readonly from: OffsetSpec;
  readonly until?: UntilSpec | undefined;
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly metadataMaxAgeMs: number;
  /** There may be records to take, or an end was reached. */
  readonly onProgress: () => void;
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
  /** Fetched records that wait to be taken. */
  readonly buffer: RecordBuffer;
  readonly #subscription: SubscriptionState;
  readonly #bounds: ReadBounds;
  readonly #failures: FetchFailures;
  readonly #refresher: MetadataRefresher;
  readonly #fetchers = new Map<number, LeaderFetcher>();
  readonly #leaderContext: LeaderFetcherContext;
  /** Changes of the set, and of positions in it. */
  readonly #changes = new Turns();
  #caughtUp = false;

  constructor(client: NetworkClient<"read">, options: FetcherOptions) {
    const { onEvent, signal } = client;
    const {
      onError,
      onProgress,
      requestTimeoutMs,
      connectTimeoutMs: reportAfterMs,
      metadataMaxAgeMs,
      latest,
    } = options;
    this.#client = client;
    this.#options = options;
    this.buffer =
      latest === undefined ? new FetchBuffer(() => this.#wakeFetchers()) : new NewestBuffer(latest, signal, onProgress);
    this.#bounds = new ReadBounds(client, options.until, reportAfterMs);
    this.#subscription = new SubscriptionState(onEvent, onError, (topic, partition) =>
      this.#bounds.ofNew(topic, partition),
    );
    this.#refresher = new MetadataRefresher({
      maxAgeMs: metadataMaxAgeMs,
      signal,
      isSettled: () => this.#subscription.settled && !this.#bounds.unsettled(this.#subscription),
      refresh: () => this.#refresh(),
      onRefreshError: (error, attempt, since) =>
        this.#failures.requestFailed("metadata", "metadata", error, attempt, since),
    });
    const refreshNow = (): void => this.#refresher.refreshNow();
    this.#failures = new FetchFailures({ reportAfterMs, signal, onEvent, onError, refreshNow });
    // A transport that left out records for one behind the bound would leave out the newest before it.
    const fetchLatest = options.until === undefined ? latest : undefined;
    const budget = new FetchBudget({ ...options, latest: fetchLatest }, this.buffer, onEvent);
    this.#leaderContext = {
      client,
      requestTimeoutMs,
      buffer: this.buffer,
      failures: this.#failures,
      latest,
      // Where records are passed over, the first one that is too new may be among them.
      boundIn: latest === "partition" ? () => undefined : (records) => this.#bounds.boundIn(records),
      onProgress,
      partitionsOf: (leader) => this.#subscription.partitionsOf(leader),
      availableBytes: (leader) => budget.availableBytes(leader, this.#fetchers.size),
      limitsFor: (availableBytes) => budget.limitsFor(availableBytes),
    };
  }

  /** Whether nothing more is to be fetched: every partition got to where it stops. */
  get done(): boolean {
    return this.#bounds.reached(this.#subscription);
  }

  /**
   * The loop asks for more than there is. Reports it, once, if all that was there is delivered; answers whether that is all
   * there will be.
   */
  reachedEnd(): boolean {
    if (!this.buffer.isEmpty) return false;
    const { done } = this;
    if (this.#caughtUp) return done;
    const states = [...this.#subscription];
    const caughtUp = done || (states.length > 0 && states.every((state) => state.done || state.atEnd));
    if (caughtUp) {
      this.#caughtUp = true;
      this.#client.onEvent({ type: "caughtUp" });
    }
    return done;
  }

  /** The partitions that are read, and what metadata said of them. */
  get subscription(): Iterable<PartitionState> & Pick<SubscriptionState, "get" | "topicIdOf"> {
    return this.#subscription;
  }

  /** How far each partition was read. */
  positions(): PartitionPosition[] {
    return [...this.#subscription].map((state) => {
      const { topic, partition, highWatermark: end } = state;
      const position = this.buffer.nextOffsetOf(state) ?? state.position;
      const lag = position === undefined || end === undefined ? undefined : end > position ? end - position : 0n;
      return { topic, partition, position, end, lag };
    });
  }

  /**
   * Replaces what is read, after the changes asked for before. Partitions that stay keep position and buffer; the others
   * go with theirs; new ones have their position when this resolves. When it rejects, nothing has changed.
   */
  assign(next: Assignment): Promise<void> {
    return this.#changes.take(() => this.#replace(next));
  }

  /**
   * Reads no others than these from now on, all of which it reads already, at once and without asking the log. Gives what it does
   * not read any more.
   */
  keep(rest: Assignment): PartitionState[] {
    const removed = this.#subscription.replace(rest, []);
    this.#forget(removed);
    this.#updateLeaders();
    return removed;
  }

  /**
   * Goes on elsewhere in some partitions, after the changes asked for before; what was fetched of them is discarded. When it
   * rejects, nothing has changed.
   */
  seek(targets: readonly SeekTarget[]): Promise<void> {
    return this.#changes.take(() => this.#seek(targets));
  }

  /** Holds partitions back: what was fetched of them and is not delivered is fetched again when they are resumed. */
  pause(partitions: readonly TopicPartition[]): void {
    for (const state of this.#subscription.statesAt("pause", partitions)) {
      state.pause(this.buffer.pause(state));
    }
    this.#wakeFetchers();
  }

  /** Reads paused partitions again. */
  resume(partitions: readonly TopicPartition[]): void {
    const paused = this.#subscription.statesAt("resume", partitions).filter((state) => state.paused);
    for (const state of paused) state.resume();
    if (paused.length > 0) this.#fetchMoved();
  }

  #forget(removed: readonly PartitionState[]): void {
    for (const state of removed) {
      this.buffer.discard(state);
      this.#failures.ended(state.key);
    }
  }

  async #replace(next: Assignment): Promise<void> {
    this.#bounds.onDue(() => this.#refresher.refreshNow());
    const topics = await this.#retry("metadata", async () => {
      const answers = await this.#metadata(next);
      const failed = answers.find(({ error }) => error !== undefined && !isMissing(error));
      if (failed?.error !== undefined) throw failed.error;
      return answers;
    });
    const added = this.#subscription.additions(next, topics, this.#options.from);
    await this.#retryLeaders(next, added, async () => {
      const unknown = added.filter(({ position }) => position === undefined);
      const notFound = await lookUpStarts(this.#client, unknown);
      // The end of a log moves: found later, it would be another. Other positions can still be found then.
      const failed = notFound.find(({ state, error }) => !error.retriable || isMoving(state.start));
      if (failed !== undefined) throw failed.error;
    });
    const kept = [...this.#subscription].filter(({ topic, partition }) => next.has(topic, partition));
    // Those of a topic that is gone get their bounds if it comes back.
    const present = new Set(topics.flatMap(({ topic, error }) => (error === undefined ? [topic] : [])));
    // What a group gives and takes does not change where the others stop.
    const isBoundAnew = (state: PartitionState): boolean => !next.isOfGroup || state.until === undefined;
    const found = [...kept.filter((state) => present.has(state.topic) && isBoundAnew(state)), ...added];
    const bounds = await this.#retryLeaders(next, added, () => this.#bounds.findAll(found));
    // From here on nothing waits: the set changes at once.
    this.#forget(this.#subscription.replace(next, added));
    for (const state of [...kept, ...added]) if (isBoundAnew(state)) state.readUntil(bounds.get(state));
    this.#subscription.apply(topics);
    this.#updateLeaders();
    this.#fetchMoved();
    this.#refresher.start();
  }

  async #seek(targets: readonly SeekTarget[]): Promise<void> {
    const states = this.#subscription.statesAt(
      "seek",
      targets.map(({ partition }) => partition),
    );
    const lookups = states.map((state, index) => ({ state, at: targets[index]?.to ?? "earliest" }));
    const { assignment } = this.#subscription;
    const offsets = await this.#retryLeaders(assignment, [], () => findAllOffsets(this.#client, lookups));
    for (const [state, offset] of offsets) {
      this.buffer.discard(state);
      this.#failures.ended(state.key);
      state.seek(offset);
    }
    this.#fetchMoved();
  }

  /** Positions changed: they are fetched at once, also if a fetch waits that does not ask for them. */
  #fetchMoved(): void {
    this.#caughtUp = false;
    this.#wakeFetchers();
    this.#interruptOutdated();
    this.#options.onProgress();
  }

  #retry<T>(request: RetriedRequest, attempt: (failures: number) => Promise<T>): Promise<T> {
    return retryWhilePassing(this.#client, this.#options, request, attempt);
  }

  /** As {@link #retry}, for requests to leaders: after a failure they may be others, of the partitions to be added too. */
  #retryLeaders<T>(assignment: Assignment, added: readonly PartitionState[], attempt: () => Promise<T>): Promise<T> {
    return this.#retry("listOffsets", async (failures) => {
      if (failures > 0) this.#refresher.refreshNow();
      if (failures > 0 && added.length > 0) setLeaders(added, await this.#metadata(assignment));
      return attempt();
    });
  }

  async #metadata(assignment: Assignment): Promise<TopicMetadata[]> {
    if (assignment.isEmpty) return [];
    const topics = assignment.pattern === undefined ? assignment.topics : undefined;
    return assignment.relevant(
      await this.#client.requestOrReconnect("metadata", (connection) => connection.metadata(topics)),
    );
  }

  async #refresh(): Promise<void> {
    const since = performance.now();
    const { assignment } = this.#subscription;
    const topics = await this.#metadata(assignment);
    this.#failures.ended("metadata");
    // The set was changed meanwhile: this answers for another.
    if (assignment !== this.#subscription.assignment) return;
    this.#subscription.apply(topics);
    this.#noteLeaderless(since);
    const unplaced = [...this.#subscription].filter(({ position, leader }) => position === undefined && leader >= 0);
    const notFound = [
      ...(await findPositions(this.#client, unplaced, this.#options.from)),
      ...(await this.#bounds.findMissing(this.#subscription)),
    ];
    for (const { state, error } of notFound) {
      this.#failures.partitionFailed(state, "listOffsets", error, since);
    }
    this.#updateLeaders();
    const placed = unplaced.some(({ position }) => position !== undefined);
    if (placed && this.#options.maxWaitMs > interruptAfterMs) this.#interruptOutdated();
    this.#options.onProgress();
  }

  /** Partitions that exist and have no leader are an outage; those of a topic that is gone are waited for. */
  #noteLeaderless(since: number): void {
    for (const state of this.#subscription) {
      if (state.leader >= 0) continue;
      if (state.leaderError === undefined || state.done) this.#failures.ended(state.key);
      else this.#failures.leaderMissing(state, state.leaderError, since);
    }
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
