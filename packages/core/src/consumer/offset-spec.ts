import { partitionKey } from "../contract/record.ts";
import type { OffsetQuery } from "../contract/transport.ts";
import { topicPartitions } from "../shared/check-topics.ts";
import { invalidArgument } from "../shared/invalid-argument.ts";

/**
 * Where to start in partitions that exist when they are subscribed to: at the first record, after the last, at the first
 * record from a time on, or at exact offsets. Partitions that a list of offsets does not name start at their first record.
 */
export type OffsetSpec =
  | "earliest"
  | "latest"
  | Date
  | readonly (readonly [topic: string, partition: number, offset: bigint | number])[];

/** Where one partition starts: at an offset, or at one that the log is asked for. */
export type StartOffset = bigint | OffsetQuery["at"];

/** Throws a `DataQueueError` `INVALID_ARGUMENT` for anything but an {@link OffsetSpec}. */
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

/** Where `from` lets one partition start. */
export function startOf(from: OffsetSpec, topic: string, partition: number): StartOffset {
  if (from === "earliest" || from === "latest") return from;
  if (from instanceof Date) return { timestamp: from.getTime() };
  const exact = from.find((one) => partitionKey(one[0], one[1]) === partitionKey(topic, partition));
  return exact === undefined ? "earliest" : BigInt(exact[2]);
}
