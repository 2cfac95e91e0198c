import { UnsupportedError } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";

import type { RecordingFile } from "./recording-file.ts";

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
  /** The first offset and the one after the last; 0 and 0 without records. */
  readonly start: bigint;
  readonly end: bigint;
  /** The least and the greatest timestamp in ms; undefined without records. */
  readonly firstTimestamp: number | undefined;
  readonly lastTimestamp: number | undefined;
}

/** A recording as a log that can only be read. */
export interface RecordingTransport extends Transport {
  info(): Promise<RecordingInfo>;
}

/** Reads a recording as a transport: with the offsets, timestamps and partitions that the records had. */
export function recording(file: RecordingFile): RecordingTransport {
  throw new UnsupportedError(`not built yet: ${typeof file}`);
}
