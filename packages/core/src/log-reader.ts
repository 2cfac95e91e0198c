import { Assignment, keyOf } from "./assignment.ts";
import { TransportError } from "./errors.ts";
import type { OnEvent } from "./events.ts";
import { Lane } from "./lane.ts";
import type { LaneHost } from "./lane.ts";
import type { Link } from "./link.ts";
import { findBounds, findStarts } from "./offset-search.ts";
import type { NotFound } from "./offset-search.ts";
import { PartitionReader } from "./partition-reader.ts";
import type { RecordBuffer } from "./record-buffer.ts";
import { startOf } from "./start.ts";
import type { From } from "./start.ts";
import type { FetchedPartition, FetchLimits, PartitionMetadata, TopicMetadata } from "./transport.ts";
import { backoff, delay, Pause } from "./wait.ts";

/** How a log is read. */
export interface LogReaderOptions {
  readonly from: From;
  readonly maxBufferedBytes: number;
  readonly maxBytesPerPartition: number;
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly requestTimeoutMs: number;
  readonly metadataMaxAgeMs: number;
  readonly onEvent: OnEvent;
  /** Records were buffered. */
  readonly onRecords: () => void;
  /** Something is wrong that does not pass by itself; reading goes on all the same. */
  readonly onError: (error: TransportError) => void;
}

const mostFetchBytes: number = 50 * 2 ** 20;

/**
 * Keeps a set of partitions and reads them into a buffer: finds where they start and who leads them, follows leaders
 * that move and topics that come, go, come again or grow, and changes the set without losing what stays.
 */
export class LogReader implements LaneHost {
  readonly link: Link;
  readonly #buffer: RecordBuffer;
  readonly #options: LogReaderOptions;
  readonly #readers = new Map<string, PartitionReader>();
  readonly #lanes = new Map<number, Lane>();
  /** Topics that were asked for and do not exist: whatever appears in them is new. */
  readonly #missing = new Set<string>();
  readonly #topicIds = new Map<string, string>();
  #assignment: Assignment = Assignment.ofTopics([]);
  #line: Promise<void> = Promise.resolve();
  #watching = false;
  readonly #watchPause: Pause = new Pause();

  constructor(link: Link, buffer: RecordBuffer, options: LogReaderOptions) {
    this.link = link;
    this.#buffer = buffer;
    this.#options = options;
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
    const topics = await this.#askUntilClear(next.topics);
    const added: PartitionReader[] = [];
    for (const { topic, partitions = [] } of topics) {
      for (const { partition, leader } of partitions) {
        if (!next.has(topic, partition) || this.#readers.has(keyOf(topic, partition))) continue;
        // Waited for until now, so that everything in it is newer than the wish to read it.
        const awaited = this.#missing.has(topic) || this.#assignment.has(topic, partition);
        const start = awaited ? "earliest" : startOf(this.#options.from, topic, partition);
        const reader = new PartitionReader(topic, partition, start);
        reader.leader = leader;
        added.push(reader);
      }
    }
    const refused = (await this.#findPlaces(added)).find(({ error }) => !error.retriable);
    if (refused !== undefined) throw refused.error;
    // From here on nothing waits: the set changes at once.
    this.#assignment = next;
    for (const [key, reader] of this.#readers) if (!next.has(reader.topic, reader.partition)) this.#remove(key, reader);
    for (const reader of added) this.#readers.set(keyOf(reader.topic, reader.partition), reader);
    for (const topic of this.#missing) if (!next.topics.includes(topic)) this.#missing.delete(topic);
    this.#apply(topics);
    this.#interruptOutdated();
    this.#watch();
  }

  #remove(key: string, reader: PartitionReader): void {
    reader.active = false;
    this.#buffer.discard(reader);
    this.#readers.delete(key);
  }

  /** A fetch that waits for other partitions would keep new ones waiting too: it is ended and made again with them. */
  #interruptOutdated(): void {
    const lanes = [...this.#lanes.values()];
    if (!lanes.some((lane) => lane.outdated)) return;
    for (const lane of lanes) lane.interrupt();
    this.link.drop("the set of partitions changed");
  }

  /** Metadata of topics, asked for until no answer is one that passes by itself. */
  async #askUntilClear(topics: readonly string[]): Promise<TopicMetadata[]> {
    const deadline = performance.now() + this.#options.requestTimeoutMs;
    for (let attempt = 0; ; attempt += 1) {
      const late = performance.now() >= deadline;
      try {
        const answers = await this.#ask(topics);
        const troubled = answers.find(({ error }) => error !== undefined && !isMissing(error));
        if (troubled?.error === undefined) return answers;
        if (late || !troubled.error.retriable) throw troubled.error;
      } catch (error) {
        if (late || !this.link.reached || !(error instanceof TransportError && error.retriable)) throw error;
      }
      await delay(backoff(attempt, 50, 500), this.link.signal);
    }
  }

  async #ask(topics: readonly string[]): Promise<TopicMetadata[]> {
    if (topics.length === 0) return [];
    try {
      return await this.link.request("metadata", (connection) => connection.metadata(topics));
    } catch (error) {
      // Not even metadata: the connection itself is gone.
      this.link.drop(error);
      throw error;
    }
  }

  #watch(): void {
    if (this.#watching) return;
    this.#watching = true;
    void this.#keepWatch();
  }

  async #keepWatch(): Promise<void> {
    const { metadataMaxAgeMs, onEvent } = this.#options;
    let unsettled = 0;
    while (!this.link.signal.aborted) {
      unsettled = this.#isSettled() ? 0 : unsettled + 1;
      await this.#watchPause.wait(
        unsettled === 0 ? metadataMaxAgeMs : backoff(unsettled - 1, 50, 500),
        this.link.signal,
      );
      if (this.link.signal.aborted || this.#assignment.topics.length === 0) continue;
      try {
        this.#apply(await this.#ask(this.#assignment.topics));
        const placeless = [...this.#readers.values()].filter(
          ({ position, leader }) => position === undefined && leader >= 0,
        );
        for (const { reader, error } of await this.#findPlaces(placeless)) this.#partitionFailed(reader, error);
        this.#wakeLanes();
      } catch (error) {
        onEvent({ type: "retry", request: "metadata", attempt: unsettled, reason: error });
        unsettled += 1;
      }
    }
  }

  #isSettled(): boolean {
    if (this.#missing.size > 0 || !this.#assignment.isCoveredBy(this.#readers)) return false;
    return [...this.#readers.values()].every(
      ({ position, leader, failures }) => position !== undefined && leader >= 0 && failures === 0,
    );
  }

  /** Takes over what the log says of its topics. */
  #apply(answers: readonly TopicMetadata[]): void {
    for (const answer of answers) {
      const { topic, error } = answer;
      if (!this.#assignment.topics.includes(topic)) continue;
      if (error === undefined) this.#applyTopic(topic, answer.topicId, answer.partitions);
      else if (isMissing(error)) this.#loseTopic(topic);
      else if (!error.retriable) this.#options.onError(error);
    }
    this.#wakeLanes();
  }

  #applyTopic(topic: string, topicId: string | undefined, partitions: readonly PartitionMetadata[]): void {
    const before = this.#topicIds.get(topic);
    const again = this.#missing.delete(topic) && (topicId === undefined || topicId !== before);
    if (again || (topicId !== undefined && before !== undefined && topicId !== before)) this.#startAgain(topic);
    if (topicId !== undefined) this.#topicIds.set(topic, topicId);
    for (const { partition, leader } of partitions) {
      if (!this.#assignment.has(topic, partition)) continue;
      const key = keyOf(topic, partition);
      const reader = this.#readers.get(key) ?? new PartitionReader(topic, partition, "earliest");
      this.#readers.set(key, reader);
      if (reader.leader === leader) continue;
      if (reader.leader >= 0 && leader >= 0) {
        this.#options.onEvent({ type: "leaderChanged", topic, partition, from: reader.leader, to: leader });
      }
      reader.leader = leader;
      reader.notBefore = 0;
    }
  }

  #loseTopic(topic: string): void {
    if (this.#missing.has(topic)) return;
    this.#missing.add(topic);
    this.#options.onEvent({ type: "topicMissing", topic });
    for (const reader of this.#readersIn(topic)) reader.leader = -1;
  }

  /** A topic was deleted and made again: its records are all new. What was fetched of the old one is still delivered. */
  #startAgain(topic: string): void {
    const readers = this.#readersIn(topic);
    if (readers.length === 0) return;
    this.#options.onEvent({ type: "topicRecreated", topic });
    for (const reader of readers) reader.restart("earliest");
  }

  #readersIn(topic: string): PartitionReader[] {
    return [...this.#readers.values()].filter((reader) => reader.topic === topic);
  }

  /** Finds where to read partitions that have no place yet, or lost it; answers with those that stay without. */
  async #findPlaces(readers: readonly PartitionReader[]): Promise<NotFound[]> {
    const notFound = await findStarts(
      this.link,
      readers.filter(({ outOfRange }) => outOfRange === undefined),
    );
    for (const found of await findBounds(
      this.link,
      readers.filter(({ outOfRange }) => outOfRange !== undefined),
    )) {
      if ("error" in found) notFound.push(found);
      else this.#resume(found.reader, found.first, found.end);
    }
    return notFound;
  }

  #resume(reader: PartitionReader, first: bigint, end: bigint): void {
    const { topic, partition, outOfRange: asked } = reader;
    if (asked === undefined) return;
    // Past the end means another log of the same name, or one that lost its end: only its beginning misses nothing.
    const elsewhere = asked < first && this.#options.from === "latest" ? end : first;
    const resumedAt = asked >= first && asked <= end ? asked : elsewhere;
    reader.restart(resumedAt);
    if (resumedAt === asked) return;
    const lostTo = resumedAt > asked ? resumedAt : asked;
    this.#options.onEvent({ type: "offsetOutOfRange", topic, partition, lostFrom: asked, lostTo, resumedAt });
  }

  #wakeLanes(): void {
    const leaders = new Set([...this.#readers.values()].map(({ leader }) => leader));
    for (const leader of this.#lanes.keys()) if (!leaders.has(leader)) this.#lanes.delete(leader);
    for (const leader of leaders) {
      if (leader < 0) continue;
      const lane = this.#lanes.get(leader) ?? new Lane(leader, this);
      this.#lanes.set(leader, lane);
      lane.wake();
    }
  }

  get requestTimeoutMs(): number {
    return this.#options.requestTimeoutMs;
  }

  readersOf(leader: number): PartitionReader[] {
    return [...this.#readers.values()].filter((one) => one.leader === leader && one.position !== undefined);
  }

  roomOf(leader: number): number {
    const bufferedBytes = this.readersOf(leader).reduce((sum, reader) => sum + reader.bufferedBytes, 0);
    const room = Math.floor(this.#options.maxBufferedBytes / Math.max(1, this.#lanes.size)) - bufferedBytes;
    if (room <= 0) this.#options.onEvent({ type: "bufferFull", bufferedBytes });
    return room;
  }

  limitsFor(room: number): FetchLimits {
    const { maxWaitMs, minBytes, maxBytesPerPartition } = this.#options;
    const maxBytes = Math.min(room, mostFetchBytes);
    return { maxWaitMs, minBytes, maxBytes, maxBytesPerPartition: Math.min(maxBytes, maxBytesPerPartition) };
  }

  accept(reader: PartitionReader, offset: bigint, answer: FetchedPartition): void {
    // Removed or moved meanwhile: what comes now was asked for by nobody.
    if (!reader.active || reader.position !== offset) return;
    if (answer.error !== undefined) return this.#partitionFailed(reader, answer.error);
    reader.failures = 0;
    reader.shown = undefined;
    reader.position = answer.nextOffset;
    if (answer.records.length === 0) return;
    this.#buffer.push(reader, answer.records);
    this.#options.onRecords();
  }

  failed(error: unknown, attempt: number): void {
    this.#options.onEvent({ type: "retry", request: "fetch", attempt, reason: error });
    this.#watchPause.end();
  }

  #partitionFailed(reader: PartitionReader, error: TransportError): void {
    const { topic, partition, position } = reader;
    reader.failures += 1;
    if (error.code === "OFFSET_OUT_OF_RANGE") {
      // Reported as an event once its new place is known; the loop goes on.
      reader.outOfRange = position;
      reader.position = undefined;
      this.#watchPause.end();
      return;
    }
    const [first, most] = error.retriable ? [50, 1_000] : [500, 10_000];
    reader.notBefore = performance.now() + backoff(reader.failures - 1, first, most);
    this.#options.onEvent({
      type: "retry",
      request: "fetch",
      topic,
      partition,
      attempt: reader.failures,
      reason: error,
    });
    this.#watchPause.end();
    const shown = `${error.code} ${position}`;
    if (error.retriable || reader.shown === shown) return;
    reader.shown = shown;
    const message = `cannot read ${topic}[${partition}] at offset ${position}: ${error.message}`;
    const { code, retriable } = error;
    this.#options.onError(
      new TransportError(message, { code, retriable, topic, partition, offset: position, cause: error }),
    );
  }
}

function isMissing({ code }: TransportError): boolean {
  return code === "UNKNOWN_TOPIC_OR_PARTITION";
}
