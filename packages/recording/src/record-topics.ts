import {
  checkFunction,
  checkNumber,
  checkObject,
  checkSignal,
  DataQueueConsumer,
  invalidArgument,
  kafkaError,
  topicNames,
} from "@dataqueues/core";
import type { NumberLimits, OffsetSpec, OnEvent, TopicsSpec, Transport, UntilSpec } from "@dataqueues/core";

import { openOutput } from "./output-file.ts";
import { Recorder } from "./recorder.ts";
import type { Writable } from "./recording-file.ts";

/** What to record, and where. */
export interface RecordTopicsOptions {
  /** The log that is read. */
  readonly transport: Transport;
  /** One topic, several, or a pattern, as a consumer takes them. */
  readonly topics: TopicsSpec;
  /** A path (in Node), where a file that exists already is refused unless `overwrite` is true; or anything that can be written. */
  readonly file: string | Writable;
  readonly overwrite?: boolean | undefined;
  /** Where to start: "earliest" by default. */
  readonly from?: OffsetSpec | undefined;
  /** Where to stop; without it the recording goes on until the signal aborts, which ends it well. */
  readonly until?: UntilSpec | undefined;
  readonly signal?: AbortSignal | undefined;
  /** A part of the file is written once it has so many bytes: 4 MiB by default. */
  readonly maxChunkBytes?: number | undefined;
  /** Or once its first record is so old: 1,000 ms by default. What a crash can lose of the recording is no more. */
  readonly maxChunkAgeMs?: number | undefined;
  /** Called after each part that was written. An exception ends the recording. */
  readonly onProgress?: ((progress: RecordedTopics) => void) | undefined;
  /** Called with retries, lost connections, records that the log deleted before they were read, and the like. */
  readonly onEvent?: OnEvent | undefined;
}

/** What was recorded. */
export interface RecordedTopics {
  readonly records: number;
  /** The file's size so far. */
  readonly bytes: bigint;
  /** The sum of the keys' and values' sizes. */
  readonly recordBytes: bigint;
}

const chunkLimit: NumberLimits = { least: 1, most: 2 ** 30 };

/**
 * Records topics into an MCAP file until the bound is reached or the signal aborts. Then the file gets its index and its end, also
 * when reading fails. The records are in the order in which the log gave them: within a partition in that of their offsets.
 *
 * Without `until`, a log that cannot be reached is waited for, and a topic that does not exist too. New topics that match a
 * pattern, and new partitions, are recorded from their first record on.
 *
 * @throws DataQueueError `INVALID_ARGUMENT` for an option that makes no sense; `EEXIST` for a file that exists already; with the
 *   code of the operating system, such as `ENOSPC`, when the file cannot be written
 * @throws TransportError when the log cannot be reached, refuses a topic, or, with `until`, does not have a topic
 *   (`UNKNOWN_TOPIC_OR_PARTITION`)
 *
 * @example
 * ```ts
 * await recordTopics({ transport: kafkajs("localhost:9092"), topics: ["pointing", "amplitude"], file: "night.mcap", until: "end" });
 * ```
 */
export async function recordTopics(options: RecordTopicsOptions): Promise<RecordedTopics> {
  checkObject("options", options);
  const { transport, from, until, signal, onEvent, onProgress, overwrite = false } = options;
  const maxChunkBytes = checkNumber("maxChunkBytes", options.maxChunkBytes ?? 4 * 2 ** 20, chunkLimit);
  const maxChunkAgeMs = checkNumber("maxChunkAgeMs", options.maxChunkAgeMs ?? 1_000, { least: 1 });
  checkSignal(signal);
  checkFunction("onProgress", onProgress);
  if (typeof overwrite !== "boolean") throw invalidArgument("overwrite", "true or false", overwrite);
  checkFile(options.file);
  const topics = options.topics instanceof RegExp ? options.topics : topicNames("topics", options.topics);
  if (!(topics instanceof RegExp) && topics.length === 0) throw invalidArgument("topics", "at least one topic", topics);
  signal?.throwIfAborted();
  const consumer = new DataQueueConsumer(transport, { topics, from, until, onEvent });
  const close = (): void => void consumer.close();
  signal?.addEventListener("abort", close, { once: true });
  try {
    await consumer.connect().catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
    if (until !== undefined) checkFound(topics, until, consumer);
    // Not before: a file that is there already stays as it is until there is something to write.
    const file = await openOutput(options.file, overwrite);
    try {
      const limits = { maxChunkBytes, maxChunkAgeMs };
      return await new Recorder({ ...limits, transport, consumer, file, until, signal, onEvent, onProgress }).run();
    } finally {
      await file.close();
    }
  } finally {
    signal?.removeEventListener("abort", close);
    await consumer.close();
  }
}

function checkFile(file: unknown): void {
  if (typeof file === "string" && file !== "") return;
  const methods = ["write", "position"].map((name): unknown => Reflect.get(Object(file), name));
  if (methods.every((method) => typeof method === "function")) return;
  throw invalidArgument("file", "a path, or an object with write() and position()", file);
}

/** A consumer would wait for a partition that does not exist, and take a topic that does not exist for one without records. */
function checkFound(topics: RegExp | readonly string[], until: UntilSpec, consumer: DataQueueConsumer): void {
  const found = consumer.positions();
  const hint = "create it first, or record without until to wait for it";
  for (const topic of topics instanceof RegExp ? [] : topics) {
    if (found.some((one) => one.topic === topic)) continue;
    throw kafkaError("UNKNOWN_TOPIC_OR_PARTITION", `cannot record topic ${topic}, which does not exist`, {
      topic,
      why: hint,
    });
  }
  for (const [topic, partition] of Array.isArray(until) ? until : []) {
    const isRecorded = topics instanceof RegExp ? found.some((one) => one.topic === topic) : topics.includes(topic);
    if (!isRecorded || found.some((one) => one.topic === topic && one.partition === partition)) continue;
    const what = `cannot record until an offset of ${topic}[${partition}], which does not exist`;
    throw kafkaError("UNKNOWN_TOPIC_OR_PARTITION", what, { topic, partition });
  }
}
