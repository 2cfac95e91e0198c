import { partitionKey } from "../contract/record.ts";
import type { OffsetQuery } from "../contract/transport.ts";
import { topicPartitions } from "../shared/check-topics.ts";
import { invalidArgument } from "../shared/invalid-argument.ts";

/**
 * Where to start in partitions that exist when they are asked for: at their first record, after their last, at the first
 * record of a time on, or at exact offsets (partitions that are not named start at their first record).
 */
export type OffsetSpec =
  | "earliest"
  | "latest"
  | Date
  | readonly (readonly [topic: string, partition: number, offset: bigint | number])[];

/** Where one partition starts: at an offset, or where the log answers for a place or a time (ms). */
export type StartOffset = bigint | OffsetQuery["at"];

/** Checks where to start; throws a `DataQueueError` `INVALID_ARGUMENT` for what is no place. */
export function checkFrom(from: OffsetSpec): OffsetSpec {
  if (from === "earliest" || from === "latest") return from;
  if (from instanceof Date && !Number.isNaN(from.getTime())) return from;
  if (!Array.isArray(from)) {
    throw invalidArgument("from", '"earliest", "latest", a Date, or a list of topic, partition and offset', from);
  }
  topicPartitions("from", from);
  from.forEach(([, , offset]: readonly unknown[], index) => {
    const isOffset = typeof offset === "bigint" ? offset >= 0n && offset < 2n ** 63n : isCount(offset);
    if (!isOffset) throw invalidArgument(`from[${index}][2]`, "an offset, a whole number from 0 on", offset);
  });
  return from;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** The start that `from` gives to one partition. */
export function startOf(from: OffsetSpec, topic: string, partition: number): StartOffset {
  if (from === "earliest" || from === "latest") return from;
  if (from instanceof Date) return { timestamp: from.getTime() };
  const exact = from.find((one) => partitionKey(one[0], one[1]) === partitionKey(topic, partition));
  return exact === undefined ? "earliest" : BigInt(exact[2]);
}
