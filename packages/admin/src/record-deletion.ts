import { invalidArgument, isIterable, isOffset, kafkaError } from "@dataqueues/core";
import type { DeletedRecords, NetworkClient, OffsetResult, RecordsToDelete, TransportError } from "@dataqueues/core";

import { askLeaders } from "./leader-requests.ts";
import { connectionWith } from "./optional-requests.ts";
import { planPartitionValues } from "./partition-values.ts";
import type { RetryLimits } from "./retry.ts";

/** The records of a partition to delete: those before an offset, or all (`"latest"`). */
export type RecordDeletion = readonly [topic: string, partition: number, beforeOffset: bigint | number | "latest"];

/** The offset of the first record that a partition has now: the records before it are gone. */
export interface LowWatermark {
  readonly topic: string;
  readonly partition: number;
  readonly lowWatermark: bigint;
}

/** Throws a `DataQueueError` `INVALID_ARGUMENT` that names what makes no sense. */
export function planDeletions(deletions: Iterable<RecordDeletion>): RecordsToDelete[] {
  if (!isIterable(deletions)) {
    throw invalidArgument("records", "a list of topic, partition and offset of each", deletions);
  }
  const planned = planPartitionValues("records", deletions, offsetOf);
  return planned.map(({ topic, partition, value }) => ({ topic, partition, beforeOffset: value }));
}

function offsetOf(name: string, offset: unknown): bigint | "latest" {
  if (offset === "latest") return offset;
  if (isOffset(offset)) return BigInt(offset);
  throw invalidArgument(name, 'an offset, a whole number from 0 on, or "latest"', offset);
}

/**
 * Deletes records at the leaders of their partitions, in the order asked for.
 *
 * @throws TransportError naming a topic or partition that does not exist, or that the log refuses
 * @throws UnsupportedError when the log cannot delete records
 */
export async function deleteRecords(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  deletions: readonly RecordsToDelete[],
): Promise<LowWatermark[]> {
  const results = await askLeaders(client, limits, {
    action: "delete records of",
    items: deletions,
    ask: async (leader, led) => {
      const connection = await connectionWith(client, "deleteRecords");
      const specs = led.map(({ item }) => item);
      const results = await client.request("deleteRecords", () => connection.deleteRecords(leader, specs));
      return confirmed(client, leader, specs, results);
    },
  });
  return results.map(([{ topic, partition }, lowWatermark]) => ({ topic, partition, lowWatermark }));
}

/**
 * The results of a leader, of which those are confirmed that say `OFFSET_OUT_OF_RANGE`. A new leader does not know at once
 * how far the records of the one before it reach, and takes an offset for out of range that is not. Where it cannot tell
 * the end of the records yet, or that is not before the offset, the result is an error that passes by itself.
 */
async function confirmed(
  client: NetworkClient<"admin">,
  leader: number,
  specs: readonly RecordsToDelete[],
  results: readonly DeletedRecords[],
): Promise<(bigint | TransportError)[]> {
  const refused = specs.filter((_, index) => results[index]?.error?.code === "OFFSET_OUT_OF_RANGE");
  const queries = refused.map(({ topic, partition }) => ({ topic, partition, at: "latest" }) as const);
  const ends =
    queries.length === 0
      ? []
      : await client.request("listOffsets", (connection) => connection.listOffsets(leader, queries));
  const passing = new Map(refused.map((spec, index) => [spec, passingError(spec, ends[index])]));
  return results.map((result, index) => {
    const spec = specs[index];
    return (spec && passing.get(spec)) ?? result.error ?? result.lowWatermark;
  });
}

/** Why an offset that is out of range may not be so later; undefined where it stays so. */
function passingError({ beforeOffset }: RecordsToDelete, end: OffsetResult | undefined): TransportError | undefined {
  if (end?.error !== undefined) return end.error.retriable ? end.error : undefined;
  if (end === undefined || beforeOffset === "latest" || end.offset < beforeOffset) return undefined;
  return kafkaError("OFFSET_NOT_AVAILABLE", "its leader", {
    why: `takes ${beforeOffset} for after the end, ${end.offset}`,
  });
}
