import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type {
  AdminConnection,
  BaseConnection,
  Connection,
  FetchedPartition,
  FetchLimits,
  LogRecord,
  OffsetQuery,
  OffsetResult,
  OffsetsConnection,
  ProducerRecord,
  ReadConnection,
  Transport,
  WriteConnection,
} from "@dataqueues/core";

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

/** The methods of all roles in one object. Each role has its own sockets; what roles share goes over the reader's. */
export async function openAll(transport: Transport): Promise<Connection> {
  const [reader, writer, admin] = [
    await transport.open("read"),
    await transport.open("write"),
    await transport.open("admin"),
  ];
  const close = (): void => [reader, writer, admin].forEach((connection) => connection.close());
  return { ...admin, ...writer, ...reader, close };
}

/** A topic of its own for a test, once its leaders take requests for it. */
export async function newTopic(
  connection: AdminConnection,
  options: { readonly partitions?: number; readonly configs?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const topic = `test-${randomUUID()}`;
  const [outcome] = await connection.createTopics([{ topic, partitions: 1, ...options }]);
  if (outcome?.error !== undefined) throw outcome.error;
  const partitions = Array.from({ length: options.partitions ?? 1 }, (_, partition) => partition);
  const queries = partitions.map((partition) => ({ topic, partition, at: "latest" }) as const);
  while ((await offsetsOf(connection, queries)).some(({ error }) => error !== undefined)) await wait(50);
  return topic;
}

/** The result of each query by the leader of its partition. */
export async function offsetsOf(
  connection: OffsetsConnection,
  queries: readonly OffsetQuery[],
): Promise<OffsetResult[]> {
  const results: OffsetResult[] = [];
  for (const query of queries) {
    const leader = await leaderOf(connection, query.topic, query.partition);
    results.push(...(await connection.listOffsets(leader, [query])));
  }
  return results;
}

/** Who leads a partition, once somebody does. */
export async function leaderOf(connection: BaseConnection, topic: string, partition = 0): Promise<number> {
  for (;;) {
    const [metadata] = await connection.metadata([topic]);
    const found = metadata?.partitions?.find((one) => one.partition === partition);
    if (found !== undefined && found.leader >= 0) return found.leader;
    await wait(50);
  }
}

/** Appends records to partition 0, in one batch; the base offset. */
export async function append(
  connection: WriteConnection,
  topic: string,
  records: readonly ProducerRecord[],
): Promise<bigint> {
  const leader = await leaderOf(connection, topic);
  const [result] = await connection.produce(
    leader,
    [{ topic, partition: 0, records, baseSequence: 0 }],
    produceOptions,
  );
  if (result?.error !== undefined) throw result.error;
  return result?.baseOffset ?? -1n;
}

/** What one fetch of partition 0 gives. */
export async function fetchOnce(
  connection: ReadConnection,
  topic: string,
  offset = 0n,
  some: Partial<FetchLimits> = {},
): Promise<FetchedPartition> {
  const leader = await leaderOf(connection, topic);
  for (;;) {
    const [result] = await connection.fetch(leader, [{ topic, partition: 0, offset }], { ...limits, ...some });
    if (result !== undefined) return result;
  }
}

/** The records of partition 0 up to `end`, however many fetches that takes, and how many it took. */
export async function readTo(
  connection: ReadConnection,
  topic: string,
  end: bigint,
): Promise<{ records: LogRecord[]; fetches: number }> {
  const records: LogRecord[] = [];
  let fetches = 0;
  for (let position = 0n; position < end; fetches++) {
    const fetched = await fetchOnce(connection, topic, position);
    if (fetched.error !== undefined) throw fetched.error;
    for (const one of fetched.records) records.push(one);
    position = fetched.nextOffset;
  }
  return { records, fetches };
}

/** The offset after the last record of partition 0. */
export async function endOf(connection: OffsetsConnection, topic: string): Promise<bigint> {
  const [result] = await offsetsOf(connection, [{ topic, partition: 0, at: "latest" }]);
  if (result === undefined || result.error !== undefined) throw result?.error ?? new Error("no result");
  return result.offset;
}
