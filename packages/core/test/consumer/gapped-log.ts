import type { LogRecord } from "../../src/contract/record.ts";
import { failure, ScriptedLog } from "../scripted-log.ts";
import { recordAt } from "./fetching.ts";

/** One partition as compaction, deletion and transactions leave it: not every offset has a record. */
export interface GappedPartition {
  /** The offsets that have records. */
  offsets: number[];
  start: number;
  end: number;
}

/** How a gapped log answers a fetch. */
export interface GappedLogOptions {
  /** The most records of one partition that one fetch brings. */
  readonly most?: number;
}

/**
 * A log of topic a whose partitions have records at these offsets only. As Kafka does, it moves `nextOffset` past offsets
 * without a record, and has no offsets before the start or after the end.
 */
export function gappedLog(
  partitions: readonly GappedPartition[],
  { most = Infinity }: GappedLogOptions = {},
): ScriptedLog {
  const log = new ScriptedLog({ a: partitions.length });
  const at = (partition: number): GappedPartition => partitions[partition] ?? { offsets: [], start: 0, end: 0 };
  log.on.listOffsets = async (_leader, queries) =>
    queries.map(({ topic, partition, at: place }) => {
      const { start, end } = at(partition);
      return { topic, partition, offset: BigInt(place === "earliest" ? start : place === "latest" ? end : -1) };
    });
  log.on.fetch = async (_leader, wanted, { maxWaitMs }) => {
    const results = wanted.map(({ topic, partition, offset }) => {
      const { offsets, start, end } = at(partition);
      const [first, last] = [BigInt(start), BigInt(end)];
      if (offset < first || offset > last)
        return { topic, partition, error: failure("OFFSET_OUT_OF_RANGE", { retriable: false }) };
      const all: LogRecord[] = offsets
        .map((one) => recordAt(BigInt(one), String(one)))
        .filter((one) => one.offset >= offset);
      const records = all.slice(0, most);
      const next = records.length < all.length ? (records.at(-1)?.offset ?? offset) + 1n : last;
      return { topic, partition, records, nextOffset: next, highWatermark: last };
    });
    const isNews = results.some((one, index) => one.error !== undefined || one.nextOffset !== wanted[index]?.offset);
    if (!isNews) await new Promise((resolve) => setTimeout(resolve, maxWaitMs));
    return results;
  };
  return log;
}
