import {
  checkFunction,
  checkObject,
  checkSignal,
  DataQueueProducer,
  invalidArgument,
  unlessAborted,
} from "@dataqueues/core";
import type { OnEvent, Transport } from "@dataqueues/core";

import { readRecords } from "./read-records.ts";
import type { RecordingFile } from "./recording-file.ts";
import { recording } from "./recording.ts";
import { recordsByTime } from "./records-by-time.ts";
import { ReplayClock } from "./replay-clock.ts";
import { ReplaySender } from "./replay-sender.ts";
import { prepareTopics, topicsToReplay } from "./replay-topics.ts";

/** What to replay, where to, and how fast. */
export interface ReplayOptions {
  readonly file: RecordingFile;
  /** The log that is written. */
  readonly transport: Transport;
  /**
   * How many times as fast as it was recorded, by the records' timestamps: 1 by default. "max" does not wait, and sends in the
   * order of the file.
   */
  readonly speed?: number | "max" | undefined;
  /** The topics to replay, with the names that they get: `{ "amplitude": "amplitude-again" }`. All, as they were, by default. */
  readonly topics?: Readonly<Record<string, string>> | undefined;
  /** Whether records keep their timestamps (true by default) or get the time at which they are sent. */
  readonly keepTimestamps?: boolean | undefined;
  /** Ends the replay, which rejects with the signal's reason. What was sent before is in the log. */
  readonly signal?: AbortSignal | undefined;
  /** Called at most ten times a second, and at the end. An exception ends the replay. */
  readonly onProgress?: ((progress: Replayed) => void) | undefined;
  readonly onEvent?: OnEvent | undefined;
}

/** What was replayed: records that the log acknowledged. */
export interface Replayed {
  readonly records: number;
  /** The sum of their keys' and values' sizes. */
  readonly recordBytes: bigint;
  /** Which part of the recording's records that is, from 0 to 1. */
  readonly part: number;
}

/**
 * Sends a recording's records again: partitions, keys, headers, tombstones, timestamps and the order within partitions as they
 * were. Offsets are new ones.
 *
 * Topics that do not exist are created with their partitions and settings, but so that nothing is deleted because it is old:
 * `retention.ms` and `retention.bytes` are -1. A topic that exists stays as it is: with a retention time of its own, the log may
 * delete old records soon after they are replayed.
 *
 * @throws DataQueueError `INVALID_ARGUMENT` for an option that makes no sense; `INVALID_PARTITIONS` for a topic that exists
 *   with fewer partitions; then nothing was sent. The first record that cannot be sent ends the replay with an error that names
 *   its topic, partition and offset in the recording; records after it that were on their way may be in the log
 * @throws TransportError when the log cannot be reached or refuses a topic
 *
 * @example
 * ```ts
 * await replay({ file: "night.mcap", transport: kafkajs("localhost:9092"), speed: 10, topics: { amplitude: "amplitude-test" } });
 * ```
 */
export async function replay(options: ReplayOptions): Promise<Replayed> {
  checkObject("options", options);
  const { file, transport, speed = 1, keepTimestamps = true, onEvent, onProgress } = options;
  checkSpeed(speed);
  if (typeof keepTimestamps !== "boolean") throw invalidArgument("keepTimestamps", "true or false", keepTimestamps);
  if (options.topics !== undefined) checkObject("topics", options.topics);
  checkSignal(options.signal);
  checkFunction("onProgress", onProgress);
  checkFunction("onEvent", onEvent);
  const signal = options.signal ?? new AbortController().signal;
  signal.throwIfAborted();
  const log = recording(file);
  const info = await unlessAborted(log.info(), signal);
  const topics = topicsToReplay(info.topics, options.topics);
  await prepareTopics(transport, topics, { keepTimestamps, signal, onEvent });
  const targets = new Map(topics.map(({ topic, target }) => [topic, target]));
  const total = topics.flatMap(({ partitions }) => partitions).reduce((sum, { records }) => sum + records, 0);
  // The record limit is the broker's: what it once took, it takes again.
  const producer = new DataQueueProducer(transport, {
    maxMessageBytes: Infinity,
    allowAutoTopicCreation: false,
    onEvent,
  });
  const sender = new ReplaySender({ producer, keepTimestamps, total, signal, onProgress });
  const clock = speed === "max" ? undefined : new ReplayClock(speed);
  try {
    const records = clock === undefined ? readRecords(file, { signal }) : recordsByTime(file, log, topics, signal);
    for await (const placed of records) {
      const target = targets.get(placed.topic);
      if (target === undefined) continue;
      await clock?.due(placed.record.timestamp, signal);
      await sender.send(target, placed);
    }
    await sender.finish();
  } finally {
    // Who has aborted does not want to wait long for a log that does not answer.
    await producer.close({ timeoutMs: signal.aborted ? 1_000 : 5_000 });
    onProgress?.(sender.replayed);
  }
  return sender.replayed;
}

function checkSpeed(speed: unknown): void {
  if (speed === "max" || (typeof speed === "number" && speed > 0 && Number.isFinite(speed))) return;
  throw invalidArgument("speed", 'a number over 0, or "max"', speed);
}
