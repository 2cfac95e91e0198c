import type { Assignment } from "./assignment.ts";
import { DataQueueError, TransportError } from "./errors.ts";
import type { RetriedRequest } from "./events.ts";
import { FetchBudget } from "./fetch-budget.ts";
import type { FetchBudgetOptions } from "./fetch-budget.ts";
import { Lane } from "./lane.ts";
import type { Asked, LaneHost } from "./lane.ts";
import type { Link } from "./link.ts";
import { findBounds, findStarts } from "./offset-search.ts";
import type { NotFound } from "./offset-search.ts";
import { Outages } from "./outages.ts";
import type { PartitionReader } from "./partition-reader.ts";
import { isMissing, PartitionSet } from "./partition-set.ts";
import type { RecordBuffer } from "./record-buffer.ts";
import type { From } from "./start.ts";
import type { FetchedPartition, FetchLimits, TopicMetadata } from "./transport.ts";
import { backoff, delay } from "./wait.ts";
import { Watch } from "./watch.ts";
import type { Watched } from "./watch.ts";

/** How a log is read. */
export interface LogReaderOptions extends FetchBudgetOptions {
  readonly from: From;
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
export class LogReader implements LaneHost, Watched {
  readonly link: Link;
  readonly #buffer: RecordBuffer;
  readonly #options: LogReaderOptions;
  readonly #partitions: PartitionSet;
  readonly #watch: Watch;
  readonly #lanes = new Map<number, Lane>();
  readonly #budget: FetchBudget;
  /** Of requests for metadata, of those to each leader, and of partitions. */
  readonly #outages: Outages;
  #line: Promise<void> = Promise.resolve();

  constructor(link: Link, buffer: RecordBuffer, options: LogReaderOptions) {
    this.link = link;
    this.#buffer = buffer;
    this.#options = options;
    this.#partitions = new PartitionSet(link.onEvent, options.onError);
    this.#budget = new FetchBudget(options, link.onEvent);
    this.#watch = new Watch(this, options.metadataMaxAgeMs, link.signal);
    this.#outages = new Outages({ patienceMs: options.connectTimeoutMs, tell: options.onError, signal: link.signal });
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
      const notFound = await findStarts(
        this.link,
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
        const passes = error instanceof TransportError && error.retriable && this.link.reached;
        const isSilence = passes && (error.code === "NETWORK_EXCEPTION" || error.code === "REQUEST_TIMED_OUT");
        const limitMs = isSilence ? Math.min(connectTimeoutMs, requestTimeoutMs) : requestTimeoutMs;
        if (!passes || performance.now() - since >= limitMs) throw error;
        this.link.onEvent({ type: "retry", request, attempt: failures, reason: error });
      }
      await delay(backoff(failures, 50, 500), this.link.signal);
    }
  }

  async #ask(topics: readonly string[]): Promise<TopicMetadata[]> {
    if (topics.length === 0) return [];
    return this.link.vitalRequest("metadata", (connection) => connection.metadata(topics));
  }

  /** A fetch that waits for other partitions would keep new ones waiting too: it is ended and made again with them. */
  #interruptOutdated(): void {
    const lanes = [...this.#lanes.values()];
    if (!lanes.some((lane) => lane.outdated)) return;
    for (const lane of lanes) lane.interrupt();
    this.link.drop("the set of partitions changed");
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
    this.link.onEvent({ type: "retry", request: "metadata", attempt, reason: error });
    this.#requestFailed("metadata", error, since);
  }

  /** Finds where to read partitions that have no place yet, or lost it; answers with those that stay without. */
  async #findPlaces(readers: readonly PartitionReader[]): Promise<NotFound[]> {
    const isLost = ({ outOfRange }: PartitionReader): boolean => outOfRange !== undefined;
    const lost = readers.filter(isLost);
    const notFound = await findStarts(
      this.link,
      readers.filter((reader) => !isLost(reader)),
    );
    for (const found of await findBounds(this.link, lost)) {
      if ("error" in found) notFound.push(found);
      else this.#resume(found.reader, found.first, found.end);
    }
    return notFound;
  }

  #resume(reader: PartitionReader, first: bigint, end: bigint): void {
    const { topic, partition, outOfRange: asked, failures } = reader;
    if (asked === undefined) return;
    const inBounds = asked >= first && asked <= end;
    // Past the end means another log of the same name, or one that lost its end: only its beginning misses nothing.
    const elsewhere = asked < first && this.#options.from === "latest" ? end : first;
    const resumedAt = inBounds ? asked : elsewhere;
    reader.restart(resumedAt);
    // A log that contradicts itself is not asked again at once.
    if (inBounds || failures > 1) reader.notBefore = performance.now() + backoff(failures - 1, 50, 1_000);
    if (inBounds) {
      const reason = new TransportError(`offset ${asked} is out of range, between ${first} and ${end}`, {
        code: "OFFSET_OUT_OF_RANGE",
        retriable: true,
        topic,
        partition,
        offset: asked,
      });
      this.link.onEvent({ type: "retry", request: "fetch", topic, partition, attempt: failures - 1, reason });
      return;
    }
    const lostTo = resumedAt > asked ? resumedAt : asked;
    this.link.onEvent({ type: "offsetOutOfRange", topic, partition, lostFrom: asked, lostTo, resumedAt });
  }

  #wakeLanes(): void {
    const leaders = new Set<number>();
    for (const { leader } of this.#partitions) if (leader >= 0) leaders.add(leader);
    for (const [leader, lane] of this.#lanes) {
      if (lane.idle && !leaders.has(leader)) this.#lanes.delete(leader);
    }
    for (const leader of leaders) if (!this.#lanes.has(leader)) this.#lanes.set(leader, new Lane(leader, this));
    this.resume();
  }

  get requestTimeoutMs(): number {
    return this.#options.requestTimeoutMs;
  }

  readersOf(leader: number): PartitionReader[] {
    return [...this.#partitions].filter((one) => one.leader === leader && one.position !== undefined);
  }

  roomOf(leader: number): number {
    return this.#budget.roomOf(leader, this.#partitions, this.#lanes.size);
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
    this.link.onEvent({ type: "retry", request: "fetch", attempt, reason: error });
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

  #failed(reader: PartitionReader, request: RetriedRequest, error: TransportError, since: number): void {
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
    reader.notBefore = performance.now() + backoff(attempt, first, most);
    this.link.onEvent({ type: "retry", request, topic, partition, attempt, reason: error });
    this.#watch.hurry();
    if (error.retriable) return this.#outages.failed(reader.key, explain(reader, error), true, since);
    const shown = `${error.code} ${position}`;
    if (reader.shown === shown) return;
    reader.shown = shown;
    this.#options.onError(explain(reader, error));
  }
}

function explain({ topic, partition, position: offset }: PartitionReader, cause: TransportError): TransportError {
  const { code, retriable, message } = cause;
  const where = offset === undefined ? "" : ` at offset ${offset}`;
  const details = { code, retriable, topic, partition, offset, cause };
  return new TransportError(`cannot read ${topic}[${partition}]${where}: ${message}`, details);
}
