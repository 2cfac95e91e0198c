import type { ExactOffsets, OffsetSpec, TopicPartition, UntilSpec } from "@dataqueues/core";

import { errorMessage } from "../print/error-message.ts";
import { UsageError } from "../usage-error.ts";
import { leastMilliseconds, parseTime } from "./parse-time.ts";

/** Where reading starts, as `--from` has it: an offset stands for every partition. */
export type FromWord = Exclude<OffsetSpec, ExactOffsets> | bigint;

/** Where reading stops, as `--until` has it. */
export type UntilWord = Exclude<UntilSpec, ExactOffsets> | bigint;

/**
 * Reads `--from`: `earliest`, `latest`, `-10` (the newest ten of each partition), an offset such as `250`, or a time as
 * `parseTime` takes it.
 *
 * @throws UsageError for what is none of these
 */
export function parseFrom(text: string, now?: number): FromWord {
  if (text === "earliest" || text === "latest") return text;
  if (text === "beginning" || text === "end") throw new UsageError(`--from ${text}: write earliest or latest`);
  const last = /^-(\d+)$/.exec(text)?.[1];
  if (last !== undefined && Number(last) > 0) return { last: Number(last) };
  return offsetOf(text) ?? timeOf("--from", "earliest, latest, -10 (the newest ten), an offset", text, now);
}

/**
 * Reads `--until`: `end`, an offset, or a time as `parseTime` takes it. The record at that place is not read any more.
 *
 * @throws UsageError for what is none of these
 */
export function parseUntil(text: string, now?: number): UntilWord {
  if (text === "end") return text;
  return offsetOf(text) ?? timeOf("--until", "end, an offset", text, now);
}

/** The same place for core, which wants an offset for each partition by name. */
export function atPartitions(place: FromWord, partitions: readonly TopicPartition[]): OffsetSpec;
export function atPartitions(place: UntilWord, partitions: readonly TopicPartition[]): UntilSpec;
export function atPartitions(
  place: FromWord | UntilWord,
  partitions: readonly TopicPartition[],
): OffsetSpec | UntilSpec {
  if (typeof place !== "bigint") return place;
  return partitions.map(([topic, partition]) => [topic, partition, place] as const);
}

function offsetOf(text: string): bigint | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const offset = BigInt(text);
  return offset < leastMilliseconds ? offset : undefined;
}

function timeOf(option: string, others: string, text: string, now: number | undefined): Date {
  try {
    return parseTime(text, now);
  } catch (cause) {
    const reason = errorMessage(cause);
    throw new UsageError(`${option}: neither ${others}, nor a time: ${reason}`, { cause });
  }
}
