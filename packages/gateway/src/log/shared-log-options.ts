import { checkFunction, checkNumbers, checkObject, pauseLimit, sizeLimit, timeLimit } from "@dataqueues/core";
import type { NumberLimits, NumberOption, OnEvent } from "@dataqueues/core";

/** How a gateway shares its log. Times in whole milliseconds, sizes in bytes. */
export interface SharedLogOptions {
  /** The most that is kept of one partition's newest records: 16 MiB by default. */
  readonly cacheBytesPartition?: number | undefined;
  /** The most that is kept of the newest records of all partitions together: 256 MiB by default. */
  readonly cacheBytes?: number | undefined;
  /** The most that is kept, for a few seconds, of older records that somebody asked for: 32 MiB by default. */
  readonly cacheBytesOldReads?: number | undefined;
  /** How long a partition is still read after the last viewer asked for it: 5,000 by default. */
  readonly feedLingerMs?: number | undefined;
  /** How old the metadata may be by which leaders are found: 2,000 by default. */
  readonly metadataMaxAgeMs?: number | undefined;
  /** How often the log is asked the same question about topics or offsets at most: every 100 by default. Viewers wait for it. */
  readonly questionIntervalMs?: number | undefined;
  /** How long the log may wait for new records before it answers: 1,000 by default. */
  readonly maxWaitMs?: number | undefined;
  /** The longest that one attempt to connect may take: 15,000 by default. */
  readonly connectTimeoutMs?: number | undefined;
  /** The longest that one request may take: 30,000 by default. */
  readonly requestTimeoutMs?: number | undefined;
  /** The pause after a failed attempt to connect, 50 by default; it doubles with each failure. */
  readonly reconnectBackoffMs?: number | undefined;
  /** The longest of these pauses: 1,000 by default. */
  readonly reconnectBackoffMaxMs?: number | undefined;
  /** Called when a connection to the log is opened, fails or is lost. */
  readonly onEvent?: OnEvent | undefined;
}

type SharedLogNumber = Exclude<keyof SharedLogOptions, "onEvent">;

/** The options, checked and complete. */
export type SharedLogSettings = Readonly<Record<SharedLogNumber, number>>;

const finiteTime: NumberLimits = { least: 1 };

const numbers: Readonly<Record<SharedLogNumber, NumberOption>> = {
  cacheBytesPartition: [16 * 2 ** 20, sizeLimit],
  cacheBytes: [256 * 2 ** 20, sizeLimit],
  cacheBytesOldReads: [32 * 2 ** 20, sizeLimit],
  feedLingerMs: [5_000, pauseLimit],
  metadataMaxAgeMs: [2_000, finiteTime],
  questionIntervalMs: [100, pauseLimit],
  maxWaitMs: [1_000, finiteTime],
  connectTimeoutMs: [15_000, timeLimit],
  requestTimeoutMs: [30_000, finiteTime],
  reconnectBackoffMs: [50, pauseLimit],
  reconnectBackoffMaxMs: [1_000, pauseLimit],
};

/** Throws a `DataQueueError` `INVALID_ARGUMENT` that names the option which makes no sense. */
export function sharedLogSettings(options: SharedLogOptions): SharedLogSettings {
  checkObject("options", options);
  checkFunction("onEvent", options.onEvent);
  return checkNumbers(options, numbers);
}
