import { UnsupportedError } from "@dataqueues/core";
import type { OnEvent, Transport } from "@dataqueues/core";

import type { RecordingFile } from "./recording-file.ts";

/** What to replay, where to, and how fast. */
export interface ReplayOptions {
  readonly file: RecordingFile;
  /** The log that is written. */
  readonly transport: Transport;
  /** How many times as fast as it was recorded, by the records' timestamps: 1 by default; "max" does not wait. */
  readonly speed?: number | "max" | undefined;
  /** The topics to replay, with the names that they get: `{ "amplitude": "amplitude-again" }`. All, as they were, by default. */
  readonly topics?: Readonly<Record<string, string>> | undefined;
  /** Whether records keep their timestamps (true by default) or get the time at which they are sent. */
  readonly keepTimestamps?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Replayed) => void) | undefined;
  readonly onEvent?: OnEvent | undefined;
}

/** What was replayed: records that the log acknowledged. */
export interface Replayed {
  readonly records: number;
  readonly recordBytes: bigint;
}

/** Sends a recording's records again: partitions, keys, headers, tombstones, timestamps and order as they were. */
export async function replay(options: ReplayOptions): Promise<Replayed> {
  throw new UnsupportedError(`not built yet: ${typeof options}`);
}
