import type { Assignment } from "./assignment.ts";
import { DataQueueError, TransportError } from "../contract/errors.ts";
import type { RetriedRequest } from "../contract/events.ts";
import { FetchBudget } from "./fetch-budget.ts";
import type { FetchBudgetOptions } from "./fetch-budget.ts";
import { LeaderFetcher } from "./leader-fetcher.ts";
import type { Asked, FetcherHost } from "./leader-fetcher.ts";
import type { NetworkClient } from "../shared/network-client.ts";
import { lookUpBounds, lookUpStarts } from "./offset-lookup.ts";
import type { NotFound } from "./offset-lookup.ts";
import { Outages } from "./outages.ts";
import type { PartitionState } from "./partition-state.ts";
import { isMissing, SubscriptionState } from "./subscription-state.ts";
import type { FetchBuffer } from "./fetch-buffer.ts";
import type { OffsetSpec } from "./offset-spec.ts";
import type { FetchedPartition, FetchLimits, TopicMetadata } from "../contract/transport.ts";
import { backoff, delay } from "../shared/wait.ts";
import { MetadataRefresher } from "./metadata-refresher.ts";
import type { Watched } from "./metadata-refresher.ts";

/** How a log is read. */
export interface FetcherOptions extends FetchBudgetOptions {
  readonly from: OffsetSpec;
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly metadataMaxAgeMs: number;
  /** Records were buffered. */
  readonly onRecords: () => void;
  /** Something is wrong that does not pass by itself, or has not for long; reading goes on all the same. */
  readonly onError: (error: DataQueueError) => void;
}

/** A fetch that waits no longer than this is not ended for the sake of a partition that appeared meanwhile. */
const patienceMs = 1_000;

/**
 * Reads a set of partitions into a buffer: finds where they start, reads from each of their leaders, and changes the set
 * without losing what stays.
 */
export class Fetcher implements FetcherHost, Watched {
  readonly client: NetworkClient<"read">;
  readonly #buffer: FetchBuffer;
  readonly #options: FetcherOptions;
  readonly #partitions: SubscriptionState;
  readonly #watch: MetadataRefresher;
  readonly #lanes = new Map<number, LeaderFetcher>();
  readonly #budget: FetchBudget;
  /** Of requests for metadata, of those to each leader, and of partitions. */
  readonly #outages: Outages;
  #line: Promise<void> = Promise.resolve();

  constructor(client: NetworkClient<"read">, buffer: FetchBuffer, options: FetcherOptions) {
    this.client = client;
    this.#buffer = buffer;
    this.#options = options;
    this.#partitions = new SubscriptionState(client.onEvent, options.onError);
    this.#budget = new FetchBudget(options, client.onEvent);
    this.#watch = new MetadataRefresher(this, options.metadataMaxAgeMs, client.signal);
    this.#outages = new Outages({ patienceMs: options.connectTimeoutMs, tell: options.onError, signal: client.signal });
  }

  /**
   * Replaces what is read, after the changes asked for before. Partitions that stay keep their place and their buffer;
   * the others go with theirs; new ones have their place when this resolves. When it rejects, nothing has changed.
   */
  assign(next: Assignment): Promise<void> {
    const turn = this.#line.then(() => this.#replace(next));
    this.#line = turn.catch(() => undefined);
    return turn;
  }

  /** Room was made in the buffer. */
  resume(): void {
    for (const lane of this.#lanes.values()) lane.wake();
  }

  async #replace(next: Assignment): Promise<void> {
    const topics = await this.#persist("metadata", async () => {
      const answers = await this.#ask(next.topics);
      const troubled = answers.find(({ error }) => error !== undefined && !isMissing(error));
      if (troubled?.error !== undefined) throw troubled.error;
      return answers;
    });
    const added = this.#partitions.additions(next, topics, this.#options.from);
    await this.#persist("listOffsets", async () => {
      const notFound = await lookUpStarts(
        this.client,
        added.filter(({ position }) => position === undefined),
      );
      // An end that is found later is another one; the other places can still be found then.
      const amiss = notFound.find(({ reader, error }) => !error.retriable || reader.start === "latest");
      if (amiss !== undefined) throw amiss.error;
    });
    // From here on nothing waits: the set changes at once.
    for (const removed of this.#partitions.replace(next, added)) {
      this.#buffer.discard(removed);
      this.#outages.ended(removed.key);
    }
    this.#partitions.apply(topics);
    this.#wakeLanes();
    this.#interruptOutdated();
    this.#watch.start();
  }

  /** Tries again over errors that pass by themselves, for as long as one request, or a connection, may take. */
  async #persist<T>(request: RetriedRequest, attempt: () => Promise<T>): Promise<T> {
    const { requestTimeoutMs, connectTimeoutMs } = this.#options;
    const since = performance.now();
    for (let failures = 0; ; failures += 1) {
      try {
        return await attempt();
      } catch (error) {
        const passes = error instanceof TransportError && error.retriable && this.client.reached;
        const isSilence = passes && (error.code === "NETWORK_EXCEPTION" || error.code === "REQUEST_TIMED_OUT");
        const limitMs = isSilence ? Math.min(connectTimeoutMs, requestTimeoutMs) : requestTimeoutMs;
        if (!passes || performance.now() - since >= limitMs) throw error;
        this.client.onEvent({ type: "retry", request, attempt: failures, reason: error });
      }
      await delay(backoff(failures, 50, 500), this.client.signal);
    }
  }

  async #ask(topics: readonly string[]): Promise<TopicMetadata[]> {
    if (topics.length === 0) return [];
    return this.client.requestOrReconnect("metadata", (connection) => connection.metadata(topics));
  }

  /** A fetch that waits for other partitions would keep new ones waiting too: it is ended and made again with them. */
  #interruptOutdated(): void {
    const lanes = [...this.#lanes.values()];
    if (!lanes.some((lane) => lane.outdated)) return;
    for (const lane of lanes) lane.interrupt();
    this.client.drop("the set of partitions changed");
  }

  isSettled(): boolean {
    return this.#partitions.settled;
  }

  async look(): Promise<void> {
    const since = performance.now();
    this.#partitions.apply(await this.#ask(this.#partitions.topics));
    this.#outages.ended("metadata");
    this.#noteLeaderless(since);
    const placeless = [...this.#partitions].filter(({ position, leader }) => position === undefined && leader >= 0);
    for (const { reader, error } of await this.#findPlaces(placeless)) {
      this.#failed(reader, "listOffsets", error, since);
    }
    this.#wakeLanes();
    const placed = placeless.some(({ position }) => position !== undefined);
    if (placed && this.#options.maxWaitMs > patienceMs) this.#interruptOutdated();
  }

  /** Partitions that are there and nobody leads are an outage; those of a topic that is gone are waited for. */
  #noteLeaderless(since: number): void {
    for (const reader of this.#partitions) {
      const { leader, leaderless, key } = reader;
      if (leader >= 0) continue;
      if (leaderless === undefined) this.#outages.ended(key);
      else this.#outages.failed(key, explain(reader, leaderless), true, since);
    }
  }

  lookFailed(error: unknown, attempt: number, since: number): void {
    this.client.onEvent({ type: "retry", request: "metadata", attempt, reason: error });
    this.#requestFailed("metadata", error, since);
  }

  /** Finds where to read partitions that have no place yet, or lost it; answers with those that stay without. */
  async #findPlaces(readers: readonly PartitionState[]): Promise<NotFound[]> {
    const isLost = ({ outOfRange }: PartitionState): boolean => outOfRange !== undefined;
    const lost = readers.filter(isLost);
    const notFound = await lookUpStarts(
      this.client,
      readers.filter((reader) => !isLost(reader)),
    );
    for (const found of await lookUpBounds(this.client, lost)) {
      if ("error" in found) notFound.push(found);
      else this.#resume(found.reader, found.first, found.end);
    }
    return notFound;
  }

  #resume(reader: PartitionState, first: bigint, end: bigint): void {
    const { topic, partition, outOfRange: asked, failures } = reader;
    if (asked === undefined) return;
    const inBounds = asked >= first && asked <= end;
    // Past the end means another log of the same name, or one that lost its end: only its beginning misses nothing.
    const elsewhere = asked < first && this.#options.from === "latest" ? end : first;
    const resumedAt = inBounds ? asked : elsewhere;
    reader.restart(resumedAt);
    // A log that contradicts itself is not asked again at once.
    if (inBounds || failures > 1) reader.retryAt = performance.now() + backoff(failures - 1, 50, 1_000);
    if (inBounds) {
      const reason = new TransportError(`offset ${asked} is out of range, between ${first} and ${end}`, {
        code: "OFFSET_OUT_OF_RANGE",
        retriable: true,
        topic,
        partition,
        offset: asked,
      });
      this.client.onEvent({ type: "retry", request: "fetch", topic, partition, attempt: failures - 1, reason });
      return;
    }
    const lostTo = resumedAt > asked ? resumedAt : asked;
    this.client.onEvent({ type: "offsetOutOfRange", topic, partition, lostFrom: asked, lostTo, resumedAt });
  }

  #wakeLanes(): void {
    const leaders = new Set<number>();
    for (const { leader } of this.#partitions) if (leader >= 0) leaders.add(leader);
    for (const [leader, lane] of this.#lanes) {
      if (lane.idle && !leaders.has(leader)) this.#lanes.delete(leader);
    }
    for (const leader of leaders)
      if (!this.#lanes.has(leader)) this.#lanes.set(leader, new LeaderFetcher(leader, this));
    this.resume();
  }

  get requestTimeoutMs(): number {
    return this.#options.requestTimeoutMs;
  }

  readersOf(leader: number): PartitionState[] {
    return [...this.#partitions].filter((one) => one.leader === leader && one.position !== undefined);
  }

  availableBytes(leader: number): number {
    return this.#budget.availableBytes(leader, this.#partitions, this.#lanes.size);
  }

  limitsFor(room: number): FetchLimits {
    return this.#budget.limitsFor(room);
  }

  accept({ reader, offset, restarts }: Asked, answer: FetchedPartition, since: number): boolean {
    // Removed or moved meanwhile: what comes now was asked for by nobody.
    if (!reader.active || reader.restarts !== restarts || reader.position !== offset) return true;
    if (answer.error !== undefined) {
      this.#failed(reader, "fetch", answer.error, since);
      return true;
    }
    this.#outages.ended(reader.key);
    reader.failures = 0;
    reader.shown = undefined;
    reader.position = answer.nextOffset;
    if (answer.records.length > 0) {
      this.#buffer.push(reader, answer.records);
      this.#options.onRecords();
    }
    return answer.nextOffset !== offset;
  }

  fetchFailed(leader: number, error: unknown, attempt: number, since: number): void {
    this.client.onEvent({ type: "retry", request: "fetch", attempt, reason: error });
    this.#requestFailed(`leader ${leader}`, error, since);
    this.#watch.hurry();
  }

  fetchEnded(leader: number): void {
    this.#outages.ended(`leader ${leader}`);
  }

  #requestFailed(key: string, error: unknown, since: number): void {
    if (!(error instanceof DataQueueError)) return;
    this.#outages.failed(key, error, error instanceof TransportError && error.retriable, since);
  }

  #failed(reader: PartitionState, request: RetriedRequest, error: TransportError, since: number): void {
    const { topic, partition, position } = reader;
    const attempt = reader.failures;
    reader.failures += 1;
    if (error.code === "OFFSET_OUT_OF_RANGE" && position !== undefined) {
      // Reported as an event once its new place is known; the loop goes on.
      reader.outOfRange = position;
      reader.position = undefined;
      return this.#watch.hurry();
    }
    const [first, most] = error.retriable ? [50, 1_000] : [500, 10_000];
    reader.retryAt = performance.now() + backoff(attempt, first, most);
    this.client.onEvent({ type: "retry", request, topic, partition, attempt, reason: error });
    this.#watch.hurry();
    if (error.retriable) return this.#outages.failed(reader.key, explain(reader, error), true, since);
    const shown = `${error.code} ${position}`;
    if (reader.shown === shown) return;
    reader.shown = shown;
    this.#options.onError(explain(reader, error));
  }
}

function explain({ topic, partition, position: offset }: PartitionState, cause: TransportError): TransportError {
  const { code, retriable, message } = cause;
  const where = offset === undefined ? "" : ` at offset ${offset}`;
  const details = { code, retriable, topic, partition, offset, cause };
  return new TransportError(`cannot read ${topic}[${partition}]${where}: ${message}`, details);
}
