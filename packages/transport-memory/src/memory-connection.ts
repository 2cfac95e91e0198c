import type {
  Connection,
  FetchedPartition,
  FetchLimits,
  FetchQuery,
  MetadataOptions,
  NewPartitions,
  NewTopic,
  OffsetResult,
  OffsetQuery,
  TopicResult,
  ProduceResult,
  ProduceBatch,
  ProducerIdAndEpoch,
  TopicMetadata,
  TransportError,
} from "@dataqueues/core";
import type { Faults, RequestName } from "./faults.ts";
import { logError } from "./log-error.ts";
import type { MemoryLog } from "./memory-log.ts";
import { copyOf, PartitionLog, sizeOf } from "./partition-log.ts";
import { recordFault } from "./record-fault.ts";

/** What a memory log is like; see `memory`. */
export interface LogSettings {
  readonly nodes: number;
  readonly defaultPartitions: number;
  readonly maxMessageBytes: number;
  readonly firstOffset: bigint;
  readonly autoCreateTopicsEnable: boolean;
}

/** Kafka's rule for topic names: 1 to 249 letters, digits, dots, underscores and hyphens, not "." or "..". */
const topicName = /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/;

/** A connection to a log in this process. */
export class MemoryConnection implements Connection {
  readonly #log: MemoryLog;
  readonly #faults: Faults;
  readonly #settings: LogSettings;
  readonly #ended = new AbortController();
  readonly #pending = new Set<(error: TransportError) => void>();

  constructor(log: MemoryLog, faults: Faults, settings: LogSettings) {
    this.#log = log;
    this.#faults = faults;
    this.#settings = settings;
  }

  metadata(topics?: readonly string[], options: MetadataOptions = {}): Promise<TopicMetadata[]> {
    const creates = options.allowAutoTopicCreation === true && this.#settings.autoCreateTopicsEnable;
    return this.#answer("metadata", () =>
      (topics ?? [...this.#log.topics.keys()]).map((topic) => {
        if (!topicName.test(topic)) return { topic, error: logError("INVALID_TOPIC_EXCEPTION", topic) };
        if (creates && !this.#log.topics.has(topic)) this.#create(topic, this.#settings.defaultPartitions);
        const found = this.#log.topics.get(topic);
        const fault = this.#faults.errorFor("metadata", topic);
        if (fault !== undefined) return { topic, error: fault };
        if (found === undefined) return { topic, error: logError("UNKNOWN_TOPIC_OR_PARTITION", topic) };
        const partitions = found.partitions.map(({ leader }, partition) =>
          leader < 0
            ? { partition, leader, error: logError("LEADER_NOT_AVAILABLE", topic, partition) }
            : { partition, leader, replicas: [leader] },
        );
        return { topic, topicId: found.id, partitions };
      }),
    );
  }

  listOffsets(queries: readonly OffsetQuery[]): Promise<OffsetResult[]> {
    return this.#answer("listOffsets", () =>
      queries.map(({ topic, partition, at }) => {
        const found = this.#find("listOffsets", topic, partition);
        if (!(found instanceof PartitionLog)) return { topic, partition, error: found };
        if (typeof at === "object") return { topic, partition, offset: found.offsetAt(at.timestamp) };
        return { topic, partition, offset: at === "earliest" ? found.first : found.end };
      }),
    );
  }

  fetch(leader: number, wanted: readonly FetchQuery[], limits: FetchLimits): Promise<FetchedPartition[]> {
    return this.#answer("fetch", async () => {
      const until = performance.now() + limits.maxWaitMs;
      for (;;) {
        const fetched = this.#fetchNow(leader, wanted, limits);
        const left = until - performance.now();
        if (fetched.some(({ error }) => error !== undefined) || byteCount(fetched) >= limits.minBytes) return fetched;
        if (left <= 0 || this.#ended.signal.aborted) return fetched;
        await this.#log.change(left, this.#ended.signal);
      }
    });
  }

  produce(leader: number, batches: readonly ProduceBatch[]): Promise<ProduceResult[]> {
    // Taken now, as Kafka's own bytes are: whoever sent them may use their memory again while a fault delays this.
    const taken = batches.map((batch) => {
      const fault = batch.records.map(recordFault).find((one) => one !== undefined);
      return { fault, batch: fault === undefined ? { ...batch, records: batch.records.map(copyOf) } : batch };
    });
    return this.#answer("produce", () => {
      const answers = taken.map(({ fault, batch }): ProduceResult => {
        const { topic, partition, records } = batch;
        const found = this.#find("produce", topic, partition, leader);
        if (!(found instanceof PartitionLog)) return { topic, partition, error: found };
        if (fault !== undefined) {
          return { topic, partition, error: logError("INVALID_RECORD", topic, partition, fault) };
        }
        if (records.some(({ value }) => (value?.length ?? 0) > this.#settings.maxMessageBytes)) {
          return { topic, partition, error: logError("RECORD_TOO_LARGE", topic, partition) };
        }
        const appended = found.append(batch);
        if ("code" in appended) return { topic, partition, error: logError(appended.code, topic, partition) };
        return { topic, partition, ...appended };
      });
      this.#log.changed();
      return answers;
    });
  }

  initProducerId(): Promise<ProducerIdAndEpoch> {
    return this.#answer("initProducerId", () => {
      const error = this.#faults.errorFor("initProducerId");
      if (error !== undefined) throw error;
      return { producerId: BigInt(this.#log.nextId()), producerEpoch: 0 };
    });
  }

  createTopics(specs: readonly NewTopic[]): Promise<TopicResult[]> {
    return this.#each("createTopics", specs, ({ topic, partitions = this.#settings.defaultPartitions }) => {
      if (!topicName.test(topic)) return "INVALID_TOPIC_EXCEPTION";
      if (this.#log.topics.has(topic)) return "TOPIC_ALREADY_EXISTS";
      if (!isCount(partitions)) return "INVALID_PARTITIONS";
      this.#create(topic, partitions);
      return undefined;
    });
  }

  createPartitions(specs: readonly NewPartitions[]): Promise<TopicResult[]> {
    return this.#each("createPartitions", specs, ({ topic, partitions }) => {
      const found = this.#log.topics.get(topic);
      if (found === undefined) return "UNKNOWN_TOPIC_OR_PARTITION";
      if (!isCount(partitions) || partitions <= found.partitions.length) return "INVALID_PARTITIONS";
      this.#addPartitions(found.partitions, partitions);
      return undefined;
    });
  }

  deleteTopics(topics: readonly string[]): Promise<TopicResult[]> {
    return this.#each(
      "deleteTopics",
      topics.map((topic) => ({ topic })),
      ({ topic }) => (this.#log.topics.delete(topic) ? undefined : "UNKNOWN_TOPIC_OR_PARTITION"),
    );
  }

  close(): void {
    this.#ended.abort();
    const error = logError("NETWORK_EXCEPTION");
    for (const reject of this.#pending) reject(error);
  }

  /** Does a request and answers it, unless a fault or the end of the connection comes between. */
  #answer<T>(request: RequestName, run: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#ended.signal.aborted) return reject(logError("NETWORK_EXCEPTION"));
      this.#pending.add(reject);
      const work = async (): Promise<void> => {
        if (this.#faults.strikes("silence", request)) return;
        const ms = this.#faults.delayOf(request);
        if (ms > 0) await new Promise((wake) => setTimeout(wake, ms));
        const loses = this.#faults.strikes("loseAnswer", request);
        const answer = await run();
        if (loses) return;
        this.#pending.delete(reject);
        resolve(answer);
      };
      work().catch((error: unknown) => {
        this.#pending.delete(reject);
        reject(error);
      });
    });
  }

  /** Changes topics one by one; `change` gives the name of the error, if there is one. */
  #each<Spec extends { readonly topic: string }>(
    request: RequestName,
    specs: readonly Spec[],
    change: (spec: Spec) => string | undefined,
  ): Promise<TopicResult[]> {
    return this.#answer(request, () => {
      const outcomes = specs.map((spec): TopicResult => {
        const { topic } = spec;
        const error = this.#faults.errorFor(request, topic);
        if (error !== undefined) return { topic, error };
        const code = change(spec);
        return code === undefined ? { topic } : { topic, error: logError(code, topic) };
      });
      this.#log.changed();
      return outcomes;
    });
  }

  #create(topic: string, count: number): void {
    const partitions: PartitionLog[] = [];
    this.#addPartitions(partitions, count);
    this.#log.topics.set(topic, { id: `topic-${this.#log.nextId()}`, partitions });
  }

  #addPartitions(partitions: PartitionLog[], count: number): void {
    while (partitions.length < count) {
      partitions.push(new PartitionLog(1 + (partitions.length % this.#settings.nodes), this.#settings.firstOffset));
    }
  }

  #find(request: RequestName, topic: string, partition: number, leader?: number): PartitionLog | TransportError {
    const fault = this.#faults.errorFor(request, topic, partition);
    if (fault !== undefined) return fault;
    const found = this.#log.partition(topic, partition);
    if (found === undefined) return logError("UNKNOWN_TOPIC_OR_PARTITION", topic, partition);
    if (leader !== undefined && found.leader !== leader) return logError("NOT_LEADER_OR_FOLLOWER", topic, partition);
    return found;
  }

  #fetchNow(leader: number, wanted: readonly FetchQuery[], limits: FetchLimits): FetchedPartition[] {
    let room = limits.maxBytes;
    return wanted.flatMap(({ topic, partition, offset }): FetchedPartition[] => {
      const found = this.#find("fetch", topic, partition, leader);
      if (!(found instanceof PartitionLog)) return [{ topic, partition, error: found }];
      if (offset < found.first || offset > found.end) {
        return [{ topic, partition, error: logError("OFFSET_OUT_OF_RANGE", topic, partition) }];
      }
      // As Kafka does: the first partition with records gives at least one, the others what there is room for.
      const records = room > 0 ? found.read(offset, Math.min(room, limits.maxBytesPerPartition)) : [];
      room -= records.reduce((sum, record) => sum + sizeOf(record), 0);
      const nextOffset = offset + BigInt(records.length);
      return [{ topic, partition, records, nextOffset, highWatermark: found.end }];
    });
  }
}

function isCount(partitions: number): boolean {
  return Number.isSafeInteger(partitions) && partitions > 0;
}

function byteCount(fetched: readonly FetchedPartition[]): number {
  let bytes = 0;
  for (const one of fetched) {
    // A tombstone without a key is news too.
    for (const record of one.error === undefined ? one.records : []) bytes += 1 + sizeOf(record);
  }
  return bytes;
}
