import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Connection, FetchedPartition, FetchLimits, LogRecord, ProducerRecord } from "@dataqueues/core";

export const limits: FetchLimits = {
  maxWaitMs: 500,
  minBytes: 1,
  maxBytes: 50 * 2 ** 20,
  maxBytesPerPartition: 2 ** 20,
};
export const produceOptions = { acks: -1, timeoutMs: 10_000, compression: "none" } as const;

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : new TextDecoder().decode(bytes);

export function record(value: string | Uint8Array | null, rest: Partial<ProducerRecord> = {}): ProducerRecord {
  const bytes = typeof value === "string" ? utf8(value) : value;
  return { key: null, value: bytes, headers: [], timestamp: 1_700_000_000_000, ...rest };
}

/** A topic of its own for a test, once its leaders take requests for it. */
export async function newTopic(
  connection: Connection,
  options: { readonly partitions?: number; readonly configs?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const topic = `test-${randomUUID()}`;
  const [outcome] = await connection.createTopics([{ topic, partitions: 1, ...options }]);
  if (outcome?.error !== undefined) throw outcome.error;
  const partitions = Array.from({ length: options.partitions ?? 1 }, (_, partition) => partition);
  const queries = partitions.map((partition) => ({ topic, partition, at: "latest" }) as const);
  while ((await connection.listOffsets(queries)).some(({ error }) => error !== undefined)) await wait(50);
  return topic;
}

/** Who leads a partition, once somebody does. */
export async function leaderOf(connection: Connection, topic: string, partition = 0): Promise<number> {
  for (;;) {
    const [answer] = await connection.metadata([topic]);
    const found = answer?.partitions?.find((one) => one.partition === partition);
    if (found !== undefined && found.leader >= 0) return found.leader;
    await wait(50);
  }
}

/** Appends records to partition 0, in one batch; the base offset. */
export async function append(
  connection: Connection,
  topic: string,
  records: readonly ProducerRecord[],
): Promise<bigint> {
  const leader = await leaderOf(connection, topic);
  const [answer] = await connection.produce(
    leader,
    [{ topic, partition: 0, records, baseSequence: 0 }],
    produceOptions,
  );
  if (answer?.error !== undefined) throw answer.error;
  return answer?.baseOffset ?? -1n;
}

/** What one fetch of partition 0 gives. */
export async function fetchOnce(
  connection: Connection,
  topic: string,
  offset = 0n,
  some: Partial<FetchLimits> = {},
): Promise<FetchedPartition> {
  const leader = await leaderOf(connection, topic);
  for (;;) {
    const [answer] = await connection.fetch(leader, [{ topic, partition: 0, offset }], { ...limits, ...some });
    if (answer !== undefined) return answer;
  }
}

/** The records of partition 0 up to `end`, however many fetches that takes, and how many it took. */
export async function readTo(
  connection: Connection,
  topic: string,
  end: bigint,
): Promise<{ records: LogRecord[]; fetches: number }> {
  const records: LogRecord[] = [];
  let fetches = 0;
  for (let position = 0n; position < end; fetches++) {
    const answer = await fetchOnce(connection, topic, position);
    if (answer.error !== undefined) throw answer.error;
    for (const one of answer.records) records.push(one);
    position = answer.nextOffset;
  }
  return { records, fetches };
}

/** The offset after the last record of partition 0. */
export async function endOf(connection: Connection, topic: string): Promise<bigint> {
  const [answer] = await connection.listOffsets([{ topic, partition: 0, at: "latest" }]);
  if (answer === undefined || answer.error !== undefined) throw answer?.error ?? new Error("no answer");
  return answer.offset;
}
