import { checkChoice, DataQueueError, TransportError, unlessAborted, UnsupportedError } from "@dataqueues/core";
import type { Connections, Role, Transport } from "@dataqueues/core";

import { RecordingConnection } from "./recording-connection.ts";
import { checkRecordingFile, oneAtATime } from "./recording-file.ts";
import type { RecordingFile } from "./recording-file.ts";
import { endOf, indexRecording, startOf } from "./recording-index.ts";
import type { PartitionIndex, RecordingIndex } from "./recording-index.ts";
import { RecordingReader } from "./recording-reader.ts";

/** What a recording has. */
export interface RecordingInfo {
  /** Whether the file has its end. One that was cut has all records up to there. */
  readonly isComplete: boolean;
  /** The file's size. */
  readonly bytes: bigint;
  /** In the order in which they were recorded; partitions without a record too. */
  readonly topics: readonly RecordedTopic[];
}

/** A topic of a recording. */
export interface RecordedTopic {
  readonly topic: string;
  /** The settings that the topic had of its own, such as `cleanup.policy`. */
  readonly configs: Readonly<Record<string, string>>;
  readonly partitions: readonly RecordedPartition[];
}

/** A partition of a recording. */
export interface RecordedPartition {
  readonly partition: number;
  readonly records: number;
  /** The least offset, and the one after the greatest; 0 and 0 without records. */
  readonly start: bigint;
  readonly end: bigint;
  /** The least and the greatest timestamp in ms; undefined without records. */
  readonly firstTimestamp: number | undefined;
  readonly lastTimestamp: number | undefined;
}

/** A recording as a log that can only be read. */
export interface RecordingTransport extends Transport {
  /**
   * What the recording has. A file without an index, because it was cut or another program wrote it, is gone through for that
   * once, at some hundred MB a second.
   *
   * @throws DataQueueError for a file that cannot be read, is damaged or is no recording
   */
  info(): Promise<RecordingInfo>;
}

/**
 * Reads a recording as a transport: with the offsets, timestamps and partitions that the records had. The file is taken as it is
 * when it is first used: a recording that goes on has the records up to then.
 *
 * A topic that was deleted and created again while it was recorded has the same offsets twice, which no log has. Reading such a
 * partition is an error that says so; `replay` sends both parts.
 *
 * @param file - a path (in Node), a `Blob`, or anything that can be read
 *
 * @example
 * ```ts
 * const consumer = new DataQueueConsumer(recording("night.mcap"), { topics: "weather", encoding: json(), until: "end" });
 * for await (const { offset, value } of consumer) console.log(offset, value);
 * ```
 */
export function recording(file: RecordingFile): RecordingTransport {
  checkRecordingFile(file);
  const source = oneAtATime(file);
  let indexing: Promise<RecordingIndex> | undefined;
  const indexed = (): Promise<RecordingIndex> => {
    const found = (indexing ??= indexOf(source));
    // What failed is tried again when it is asked for again.
    found.catch(() => (indexing = undefined));
    return found;
  };
  const refuse = async (role: Role): Promise<never> => {
    throw new UnsupportedError(`a recording can only be read: it has no connection for the role ${role}`);
  };
  const connectors: { readonly [R in Role]: (role: R) => Promise<Connections[R]> } = {
    read: async () => connect(source, await indexed()),
    write: refuse,
    admin: refuse,
    group: refuse,
  };
  return {
    name: "recording",
    capabilities: { write: false, admin: false, idempotence: false, groups: false },
    open: async (role, { signal } = {}) => {
      checkChoice("role", role, Object.keys(connectors));
      const opening = connectors[role](role);
      try {
        return await (signal === undefined ? opening : unlessAborted(opening, signal));
      } catch (error) {
        opening.then((connection) => connection.close()).catch(() => undefined);
        throw openingFailed(error, signal);
      }
    },
    info: async () => infoOf(await indexed()),
  };
}

async function indexOf(file: RecordingFile): Promise<RecordingIndex> {
  const reader = await RecordingReader.open(file);
  try {
    return await indexRecording(reader);
  } finally {
    await reader.file.close();
  }
}

async function connect(file: RecordingFile, index: RecordingIndex): Promise<RecordingConnection> {
  return new RecordingConnection(await RecordingReader.open(file, index.channels), index);
}

function openingFailed(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) {
    const details = { code: "ABORTED", retriable: false, cause: signal.reason } as const;
    return new TransportError("Opening the recording was aborted", details);
  }
  if (!(error instanceof DataQueueError) || error instanceof UnsupportedError) return error;
  return new TransportError(error.message, { code: "KAFKA_STORAGE_ERROR", retriable: false, cause: error });
}

function infoOf({ isComplete, bytes, topics, configs }: RecordingIndex): RecordingInfo {
  const recorded = [...topics].map(([topic, partitions]): RecordedTopic => {
    return { topic, configs: configs.get(topic) ?? {}, partitions: [...partitions.values()].map(infoOfPartition) };
  });
  return { isComplete, bytes: BigInt(bytes), topics: recorded };
}

function infoOfPartition(index: PartitionIndex): RecordedPartition {
  const info = { partition: index.partition, records: 0, start: startOf(index), end: endOf(index) };
  let [firstTimestamp, lastTimestamp] = [Infinity, -Infinity];
  for (const run of index.runs) {
    info.records += run.records;
    if (run.first < info.start) info.start = run.first;
    if (run.last >= info.end) info.end = run.last + 1n;
    firstTimestamp = Math.min(firstTimestamp, run.leastTimestamp);
    lastTimestamp = Math.max(lastTimestamp, run.greatestTimestamp);
  }
  if (info.records === 0) return { ...info, firstTimestamp: undefined, lastTimestamp: undefined };
  return { ...info, firstTimestamp, lastTimestamp };
}
