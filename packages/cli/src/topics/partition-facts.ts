import { partitionKey, TransportError } from "@dataqueues/core";
import type { TopicMetadata } from "@dataqueues/core";

import type { Answer, LogSurvey, SurveyedPartition } from "./log-survey.ts";

/** A partition with what its leader tells; what it does not tell is undefined. */
export interface PartitionFacts extends SurveyedPartition {
  /** The first offset, and the one after the last that can be read. */
  readonly begin: bigint | undefined;
  readonly end: bigint | undefined;
  /** Offsets between the two: no more messages than that are there, and fewer in a compacted topic. */
  readonly messages: bigint | undefined;
  readonly bytes: number | undefined;
  /** Why its offsets are not known. */
  readonly problem: string | undefined;
}

/** The partitions of topics that exist. */
export function partitionsOf(topics: readonly TopicMetadata[]): SurveyedPartition[] {
  return topics.flatMap(({ topic, partitions = [] }) =>
    partitions.toSorted((one, other) => one.partition - other.partition).map((one) => ({ topic, ...one })),
  );
}

/** Finds out where partitions begin and end and what they take, in their order. */
export async function partitionFacts(
  survey: LogSurvey,
  partitions: readonly SurveyedPartition[],
): Promise<PartitionFacts[]> {
  const [begins, ends, sizes] = await Promise.all([
    survey.offsets(partitions, "earliest"),
    survey.offsets(partitions, "latest"),
    survey.sizes(partitions),
  ]);
  return partitions.map((place): PartitionFacts => {
    const key = partitionKey(place.topic, place.partition);
    const [begin, end] = [known(begins.get(key)), known(ends.get(key))];
    return {
      ...place,
      begin,
      end,
      messages: begin === undefined || end === undefined ? undefined : end - begin,
      bytes: known(sizes.get(key)),
      problem: place.leader < 0 ? "no leader" : (problemOf(begins.get(key)) ?? problemOf(ends.get(key))),
    };
  });
}

/** A leader's answer, if it is one. */
export function known<Value>(answer: Answer<Value> | undefined): Value | undefined {
  return answer instanceof TransportError ? undefined : answer;
}

function problemOf(answer: Answer<bigint> | undefined): string | undefined {
  return answer instanceof TransportError ? answer.code : undefined;
}

/** A sum; undefined where a part is not known. */
export function sumOf(parts: readonly (bigint | undefined)[]): bigint | undefined {
  return parts.includes(undefined) ? undefined : parts.reduce<bigint>((sum, part = 0n) => sum + part, 0n);
}

/** A sum of bytes; undefined where a part is not known. */
export function bytesOf(partitions: readonly PartitionFacts[]): number | undefined {
  const isKnown = partitions.every(({ bytes }) => bytes !== undefined);
  return isKnown ? partitions.reduce((sum, { bytes = 0 }) => sum + bytes, 0) : undefined;
}
