import { DataQueueError, delay, kafkaError, TransportError } from "@dataqueues/core";
import type {
  FetchedPartition,
  FetchLimits,
  FetchOptions,
  FetchQuery,
  LogRecord,
  OffsetQuery,
  OffsetResult,
  ReadConnection,
  TopicMetadata,
} from "@dataqueues/core";

import { BlockCache } from "./block-cache.ts";
import type { IndexedMessage } from "./block-cache.ts";
import { damaged } from "./mcap-record.ts";
import type { OffsetRun } from "./offset-index.ts";
import { decodeAt } from "./read-records.ts";
import { peekTimestamp } from "./record-data.ts";
import { endOf, startOf } from "./recording-index.ts";
import type { PartitionIndex, RecordingIndex } from "./recording-index.ts";
import type { RecordingReader } from "./recording-reader.ts";

/** The one node that leads all partitions: the file. */
const leader = 1;

/** Answers requests from a recording. */
export class RecordingConnection implements ReadConnection {
  readonly #reader: RecordingReader;
  readonly #index: RecordingIndex;
  readonly #blocks: BlockCache;
  readonly #closed = new AbortController();

  constructor(reader: RecordingReader, index: RecordingIndex) {
    this.#reader = reader;
    this.#index = index;
    this.#blocks = new BlockCache(reader);
  }

  metadata(topics?: readonly string[]): Promise<TopicMetadata[]> {
    return this.#respond(async () =>
      [...(topics ?? this.#index.topics.keys())].map((topic) => {
        const partitions = this.#index.topics.get(topic);
        if (partitions === undefined)
          return { topic, error: kafkaError("UNKNOWN_TOPIC_OR_PARTITION", topic, { topic }) };
        return { topic, partitions: [...partitions.keys()].map((partition) => ({ partition, leader })) };
      }),
    );
  }

  listOffsets(_leader: number, queries: readonly OffsetQuery[]): Promise<OffsetResult[]> {
    return this.#respond(() => Promise.all(queries.map((query) => this.#findOffset(query))));
  }

  fetch(
    _leader: number,
    wanted: readonly FetchQuery[],
    limits: FetchLimits,
    { signal }: FetchOptions = {},
  ): Promise<FetchedPartition[]> {
    const fetchOrWait = async (ended: AbortSignal): Promise<FetchedPartition[]> => {
      let isNews = false;
      let availableBytes = limits.maxBytes;
      const fetched: FetchedPartition[] = [];
      for (const query of wanted) {
        if (ended.aborted) break;
        const mostBytes = Math.min(availableBytes, limits.maxBytesPerPartition);
        const result = await this.#fetchPartition(query, availableBytes > 0 ? mostBytes : 0);
        availableBytes -= result.bytes;
        isNews ||= result.fetched.error !== undefined || result.fetched.nextOffset !== query.offset;
        fetched.push(result.fetched);
      }
      // Nothing is ever added, so there is no use in waiting for more than what is there.
      if (!isNews) await delay(limits.maxWaitMs, ended);
      return fetched;
    };
    return this.#respond(fetchOrWait, signal);
  }

  close(): void {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort(kafkaError("NETWORK_EXCEPTION", `${this.#reader.file.name} was closed`));
    // Nothing was written, so there is nothing to lose.
    this.#reader.file.close().catch(() => undefined);
  }

  /** Rejects as soon as the connection is closed or `signal` aborts; `ended` aborts then. */
  #respond<T>(work: (ended: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const sources = signal === undefined ? [this.#closed.signal] : [signal, this.#closed.signal];
      for (const source of sources) source.throwIfAborted();
      const ended = new AbortController();
      const end = (): void => {
        ended.abort(sources.find(({ aborted }) => aborted)?.reason);
        reject(ended.signal.reason);
      };
      for (const source of sources) source.addEventListener("abort", end);
      work(ended.signal)
        .then(resolve, reject)
        .finally(() => sources.forEach((source) => source.removeEventListener("abort", end)));
    });
  }

  async #findOffset({ topic, partition, at }: OffsetQuery): Promise<OffsetResult> {
    const found = this.#partition(topic, partition);
    if (found instanceof TransportError) return { topic, partition, error: found };
    if (at === "earliest") return { topic, partition, offset: startOf(found) };
    if (at === "latest") return { topic, partition, offset: endOf(found) };
    try {
      return { topic, partition, offset: await this.#offsetAt(found, at.timestamp) };
    } catch (error) {
      return { topic, partition, error: failure(error, topic, partition) };
    }
  }

  /** The offset of the first record at or after a time, -1 if there is none. */
  async #offsetAt({ runs }: PartitionIndex, timestamp: number): Promise<bigint> {
    for (const run of runs) {
      if (!(run.greatestTimestamp >= timestamp)) continue;
      const found = (await this.#messagesOf(run)).find(({ data }) => peekTimestamp(data) >= timestamp);
      if (found !== undefined) return found.offset;
    }
    return -1n;
  }

  async #fetchPartition(
    { topic, partition, offset }: FetchQuery,
    mostBytes: number,
  ): Promise<{ readonly fetched: FetchedPartition; readonly bytes: number }> {
    const found = this.#partition(topic, partition);
    if (found instanceof TransportError) return { fetched: { topic, partition, error: found }, bytes: 0 };
    const highWatermark = endOf(found);
    if (offset < startOf(found) || offset > highWatermark) {
      const error = kafkaError("OFFSET_OUT_OF_RANGE", `${topic}[${partition}]`, { topic, partition, offset });
      return { fetched: { topic, partition, error }, bytes: 0 };
    }
    try {
      const { records, nextOffset, bytes } = await this.#read(found, offset, mostBytes);
      return { fetched: { topic, partition, records, nextOffset, highWatermark }, bytes };
    } catch (error) {
      return { fetched: { topic, partition, error: failure(error, topic, partition) }, bytes: 0 };
    }
  }

  /** Records from an offset on: at least one, if there is any and `mostBytes` is not 0. */
  async #read(
    { runs }: PartitionIndex,
    offset: bigint,
    mostBytes: number,
  ): Promise<{ readonly records: LogRecord[]; readonly nextOffset: bigint; readonly bytes: number }> {
    const taken: IndexedMessage[] = [];
    let nextOffset = offset;
    let bytes = 0;
    const firstRun = firstIndex(runs, ({ last }) => last >= offset);
    for (let index = firstRun; index < runs.length && bytes < mostBytes; index += 1) {
      const messages = await this.#messagesOf(runs[index]!);
      for (let at = firstIndex(messages, (one) => one.offset >= offset); at < messages.length; at += 1) {
        const message = messages[at]!;
        if (message.offset < nextOffset) {
          const what = `the record ${message.offset} comes where ${nextOffset} or a later one is due`;
          throw damaged(this.#reader.file.name, message.at, what);
        }
        const withIt = bytes + message.data.length;
        if (withIt > mostBytes && taken.length > 0) {
          return { records: this.#copied(taken, bytes), nextOffset, bytes };
        }
        bytes = withIt;
        taken.push(message);
        nextOffset = message.offset + 1n;
      }
    }
    return { records: this.#copied(taken, bytes), nextOffset, bytes };
  }

  /** The records of messages, in memory of their own, as the reader may write to what it gets. */
  #copied(messages: readonly IndexedMessage[], bytes: number): LogRecord[] {
    const memory = new Uint8Array(bytes);
    let end = 0;
    return messages.map(({ at, data }) => {
      memory.set(data, end);
      end += data.length;
      return decodeAt(this.#reader, at, memory.subarray(end - data.length, end));
    });
  }

  async #messagesOf({ chunkStart, channelId, first, last, records }: OffsetRun): Promise<readonly IndexedMessage[]> {
    const messages = (await this.#blocks.load(chunkStart)).get(channelId) ?? [];
    // With two channels for one partition, a channel has more than one run in a block.
    const from = firstIndex(messages, ({ offset }) => offset >= first);
    const to = firstIndex(messages, ({ offset }) => offset > last);
    if (to - from !== records || messages[from]?.offset !== first || messages[to - 1]?.offset !== last) {
      const what = `its index says that ${records} records are here, from ${first} to ${last}, and they are not`;
      throw damaged(this.#reader.file.name, chunkStart, what);
    }
    return messages.slice(from, to);
  }

  /** What is known of a partition, or why it cannot be read. */
  #partition(topic: string, partition: number): PartitionIndex | TransportError {
    const what = `${topic}[${partition}]`;
    const found = this.#index.topics.get(topic)?.get(partition);
    if (found === undefined) return kafkaError("UNKNOWN_TOPIC_OR_PARTITION", what, { topic, partition });
    if (found.restart === undefined) return found;
    const why = `its offsets begin again at ${found.restart.first}, as the topic was deleted and created again. A log has an offset only once: replay the recording and read that`;
    return kafkaError("INVALID_REQUEST", what, { topic, partition, why });
  }
}

/** The index of the first item of which `isSo` is true, as it is of all after it; the length if there is none. */
function firstIndex<T>(items: readonly T[], isSo: (item: T) => boolean): number {
  let [from, to] = [0, items.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (isSo(items[middle]!)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** The error of a partition whose part of the file cannot be read. */
function failure(error: unknown, topic: string, partition: number): TransportError {
  if (!(error instanceof DataQueueError)) throw error;
  const code = error.code === "RECORDING_READ_FAILED" ? "KAFKA_STORAGE_ERROR" : "CORRUPT_MESSAGE";
  return new TransportError(error.message, { code, retriable: false, topic, partition, cause: error });
}
