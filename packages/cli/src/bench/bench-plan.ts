import type { Compression } from "@dataqueues/core";

import { parseDuration } from "../arguments/parse-duration.ts";
import { parseInteger } from "../arguments/parse-integer.ts";
import { parseSize } from "../arguments/parse-size.ts";
import type { HostOptions } from "../host/open-host.ts";
import { UsageError } from "../usage-error.ts";

/** The options of `dataqueues bench`, as they were written. */
export interface BenchCommandOptions extends HostOptions {
  readonly size: string;
  readonly count?: string | undefined;
  readonly seconds: string;
  readonly partitions: string;
  readonly compression: string;
  readonly json?: boolean | undefined;
}

/** What to measure. */
export interface BenchPlan {
  /** The size of a value. */
  readonly size: number;
  /** How many records are sent at most. */
  readonly count: number;
  /** How long records are sent at most, Infinity with a count. */
  readonly ms: number;
  readonly partitions: number;
  readonly compression: Compression;
}

const compressions: readonly Compression[] = ["none", "gzip", "snappy", "lz4", "zstd"];

/** A larger value is no benchmark of a queue any more, and needs other limits of the broker. */
const mostBytes = 1e8;

/** How much is sent where no count is given: a fast log must not fill a disk, or the memory of this process. */
const mostBytesSent = 1e9;

/** @throws UsageError that says what to write */
export function benchPlan(options: BenchCommandOptions): BenchPlan {
  const size = parseSize("--size", options.size);
  if (size > mostBytes) throw new UsageError(`--size is at most 100M, not ${options.size}`);
  const compression = compressions.find((one) => one === options.compression);
  if (compression === undefined) {
    throw new UsageError(
      `--compression is one of ${compressions.join(", ")}, not ${JSON.stringify(options.compression)}`,
    );
  }
  const ms = parseDuration("--seconds", options.seconds);
  const most = Math.max(1, Math.floor(mostBytesSent / Math.max(size, 1)));
  const count = options.count === undefined ? most : parseSize("--count", options.count);
  if (count < 1) throw new UsageError("--count is at least 1");
  return {
    size,
    count,
    ms: options.count === undefined ? ms : Infinity,
    partitions: parseInteger("--partitions", options.partitions, 1, 10_000),
    compression,
  };
}
