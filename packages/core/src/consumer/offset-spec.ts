import { partitionKey } from "../contract/record.ts";
import type { TopicPartition } from "../contract/record.ts";
import type { OffsetQuery } from "../contract/transport.ts";
import { checkNumber, isOffset } from "../shared/check-number.ts";
import { isIterable, topicPartitions } from "../shared/check-topics.ts";
import { invalidArgument } from "../shared/invalid-argument.ts";

/** The newest `last` records of a partition: fewer if it has fewer. */
export interface LastRecords {
  readonly last: number;
}

/** Exact offsets of partitions. */
export type ExactOffsets = readonly (readonly [topic: string, partition: number, offset: bigint | number])[];

/**
 * Where to start in partitions that exist when they are subscribed to: at the first record, after the last, at the first
 * record from a time on, with the newest `last` records of each, or at exact offsets. Partitions that a list of offsets does
 * not name start at their first record.
 */
export type OffsetSpec = "earliest" | "latest" | Date | LastRecords | ExactOffsets;

/**
 * Where to stop: at the end that each partition has when the consumer connects, before the first record from a time on, or
 * before exact offsets. Partitions that a list of offsets does not name stop at their end.
 */
export type UntilSpec = "end" | Date | ExactOffsets;

/** Partitions, each with where to go on reading. */
export type SeekTargets = Iterable<
  readonly [topic: string, partition: number, to: bigint | number | "earliest" | "latest" | Date | LastRecords]
>;

/** A partition, and where to go on in it. */
export interface SeekTarget {
  readonly partition: TopicPartition;
  readonly to: PartitionOffset;
}

/** A place in a partition: an offset, or one that the log is asked for. */
export type PartitionOffset = bigint | OffsetQuery["at"] | LastRecords;

/** Throws a `DataQueueError` `INVALID_ARGUMENT` for anything but an {@link OffsetSpec}. */
export function checkFrom(from: OffsetSpec): OffsetSpec {
  if (isExact(from)) return checkOffsets("from", from);
  if (placeOf("from", from) !== undefined) return from;
  throw invalidArgument(
    "from",
    '"earliest", "latest", a Date, { last: n }, or a list of topic, partition and offset',
    from,
  );
}

/** Throws a `DataQueueError` `INVALID_ARGUMENT` for anything but an {@link UntilSpec}. */
export function checkUntil(until: UntilSpec): UntilSpec {
  if (isExact(until)) return checkOffsets("until", until);
  if (until === "end" || isDate(until)) return until;
  throw invalidArgument("until", '"end", a Date, or a list of topic, partition and offset', until);
}

/**
 * Where each partition of a seek goes on: of several places for one partition, the last. Throws a `DataQueueError`
 * `INVALID_ARGUMENT` for what is no place.
 */
export function seekTargets(targets: SeekTargets): SeekTarget[] {
  const given: unknown = isIterable(targets) ? [...targets] : targets;
  const partitions = topicPartitions("targets", given as Iterable<TopicPartition>);
  const places = partitions.map((partition, index): [string, SeekTarget] => {
    const [, , target]: readonly unknown[] = Reflect.get(Object(given), index);
    const name = `targets[${index}][2]`;
    const to = isOffset(target) ? BigInt(target) : placeOf(name, target);
    if (to !== undefined) return [partitionKey(...partition), { partition, to }];
    throw invalidArgument(name, 'an offset, "earliest", "latest", a Date, or { last: n }', target);
  });
  return [...new Map(places).values()];
}

/** Where `from` lets one partition start. */
export function startOf(from: OffsetSpec, topic: string, partition: number): PartitionOffset {
  if (isExact(from)) return exactOffset(from, topic, partition) ?? "earliest";
  return from instanceof Date ? { timestamp: from.getTime() } : from;
}

/** The offset that a list names for a partition. */
export function exactOffset(offsets: ExactOffsets, topic: string, partition: number): bigint | undefined {
  const exact = offsets.find((one) => one[0] === topic && one[1] === partition);
  return exact === undefined ? undefined : BigInt(exact[2]);
}

/** Whether a spec is a list of offsets. */
export function isExact(spec: unknown): spec is ExactOffsets {
  return Array.isArray(spec);
}

/** Whether a place is another one later, when more was written. */
export function isMoving(place: PartitionOffset): boolean {
  return place === "latest" || (typeof place === "object" && "last" in place);
}

/** A place other than an offset; undefined for what is none. Throws for a number of records that makes no sense. */
function placeOf(name: string, place: unknown): Exclude<PartitionOffset, bigint> | undefined {
  if (place === "earliest" || place === "latest") return place;
  if (isDate(place)) return { timestamp: place.getTime() };
  if (typeof place !== "object" || place === null || !("last" in place)) return undefined;
  return { last: checkNumber(`${name}.last`, place.last) };
}

function checkOffsets(name: string, offsets: ExactOffsets): ExactOffsets {
  const named: unknown = offsets;
  topicPartitions(name, named as Iterable<TopicPartition>);
  offsets.forEach(([, , offset]: readonly unknown[], index) => {
    if (!isOffset(offset)) throw invalidArgument(`${name}[${index}][2]`, "an offset, a whole number from 0 on", offset);
  });
  return offsets;
}

function isDate(value: unknown): value is Date {
  return value instanceof Date && !Number.isNaN(value.getTime());
}
