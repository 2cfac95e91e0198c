import { UnsupportedError } from "@dataqueues/core";
import type { OffsetSpec, OnEvent, TopicsSpec, Transport, UntilSpec } from "@dataqueues/core";

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
  /** Called after each part that was written. */
  readonly onProgress?: ((progress: RecordedTopics) => void) | undefined;
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

/** Records topics into an MCAP file until the bound is reached or the signal aborts. */
export async function recordTopics(options: RecordTopicsOptions): Promise<RecordedTopics> {
  throw new UnsupportedError(`not built yet: ${typeof options}`);
}
