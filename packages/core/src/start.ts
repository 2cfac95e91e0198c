import { keyOf } from "./assignment.ts";
import type { OffsetQuery } from "./transport.ts";

/**
 * Where to start in partitions that exist when they are asked for: at their first record, after their last, at the first
 * record of a time on, or at exact offsets (partitions that are not named start at their first record).
 */
export type From =
  | "earliest"
  | "latest"
  | Date
  | readonly (readonly [topic: string, partition: number, offset: bigint | number])[];

/** Where one partition starts: at an offset, or where the log answers for a place or a time (ms). */
export type Start = bigint | OffsetQuery["at"];

/** The start that `from` gives to one partition. */
export function startOf(from: From, topic: string, partition: number): Start {
  if (from === "earliest" || from === "latest") return from;
  if (from instanceof Date) return { timestamp: from.getTime() };
  const exact = from.find((one) => keyOf(one[0], one[1]) === keyOf(topic, partition));
  return exact === undefined ? "earliest" : BigInt(exact[2]);
}
