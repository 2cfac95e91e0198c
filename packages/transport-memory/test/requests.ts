import type {
  Connection,
  FetchedPartition,
  FetchLimits,
  GroupConnection,
  GroupMember,
  ProduceResult,
  ProducerRecord,
} from "@dataqueues/core";
import { expect, vi } from "vitest";

import type { RequestName } from "../src/faults.ts";
import { memory } from "../src/memory.ts";
import type { MemoryOptions, MemoryTransport } from "../src/memory.ts";

/** All that a log can be asked. */
export type AllRequests = Required<Connection> & GroupConnection;

export interface Opened {
  readonly log: MemoryTransport;
  readonly connection: AllRequests;
}

/** A log with a topic of so many partitions, and a connection to it. */
export async function opened(partitions = 1, options: MemoryOptions = {}): Promise<Opened> {
  const log = memory(options);
  const connection = await connect(log);
  await connection.createTopics([{ topic: "a", partitions }]);
  return { log, connection };
}

/** A connection of each role, as one. */
export async function connect(log: MemoryTransport): Promise<AllRequests> {
  const [reader, writer, admin] = [await log.open("read"), await log.open("write"), await log.open("admin")];
  const group = await log.open("group");
  return {
    metadata: (...request) => writer.metadata(...request),
    listOffsets: (...request) => reader.listOffsets(...request),
    fetch: (...request) => reader.fetch(...request),
    produce: (...request) => writer.produce(...request),
    initProducerId: () => writer.initProducerId(),
    createTopics: (...request) => admin.createTopics(...request),
    createPartitions: (...request) => admin.createPartitions(...request),
    deleteTopics: (...request) => admin.deleteTopics(...request),
    deleteRecords: async (...request) => (await admin.deleteRecords?.(...request)) ?? [],
    describeConfigs: async (...request) => (await admin.describeConfigs?.(...request)) ?? [],
    alterConfigs: async (...request) => (await admin.alterConfigs?.(...request)) ?? [],
    describeLogDirs: async (...request) => (await admin.describeLogDirs?.(...request)) ?? [],
    listGroups: async () => (await admin.listGroups?.()) ?? [],
    describeGroups: async (...request) => (await admin.describeGroups?.(...request)) ?? [],
    deleteGroups: async (...request) => (await admin.deleteGroups?.(...request)) ?? [],
    fetchGroupOffsets: async (...request) => (await admin.fetchGroupOffsets?.(...request)) ?? [],
    alterGroupOffsets: async (...request) => (await admin.alterGroupOffsets?.(...request)) ?? [],
    joinGroup: (member) => group.joinGroup(member),
    heartbeat: (member) => group.heartbeat(member),
    leaveGroup: (member) => group.leaveGroup(member),
    commitOffsets: (...request) => group.commitOffsets(...request),
    fetchOffsets: (...request) => group.fetchOffsets(...request),
    close() {
      for (const connection of [reader, writer, admin, group]) connection.close();
    },
  };
}

/** Records of these values, none with a key. */
export function recordsOf(...values: readonly (string | null)[]): ProducerRecord[] {
  const text = new TextEncoder();
  return values.map((value) => {
    return { key: null, value: value === null ? null : text.encode(value), headers: [], timestamp: 0 };
  });
}

/** Appends records to a partition of topic a, which a node leads. */
export async function produce(
  connection: Connection,
  records: readonly ProducerRecord[],
  partition = 0,
  leader = 1,
): Promise<ProduceResult | undefined> {
  const options = { acks: -1, timeoutMs: 1_000, compression: "none" } as const;
  const [answer] = await connection.produce(leader, [{ topic: "a", partition, records, baseSequence: 0 }], options);
  return answer;
}

/** Fetches partitions of topic a, each from an offset on; unless told otherwise without a wait or a limit. */
export function fetch(
  connection: Connection,
  wanted: readonly (readonly [partition: number, offset: bigint])[],
  limits: Partial<FetchLimits> = {},
  leader = 1,
): Promise<FetchedPartition[]> {
  return connection.fetch(
    leader,
    wanted.map(([partition, offset]) => ({ topic: "a", partition, offset })),
    { maxWaitMs: 0, minBytes: 1, maxBytes: 1_000_000, maxBytesPerPartition: 1_000_000, ...limits },
  );
}

/** The values of fetched records, or the name of the error, partition by partition. */
export function valuesOf(fetched: readonly FetchedPartition[]): (string | (string | null)[])[] {
  const text = new TextDecoder();
  return fetched.map((one) =>
    one.error === undefined
      ? one.records.map(({ value }) => (value === null ? null : text.decode(value)))
      : one.error.code,
  );
}

/** A member of group g that wants topic a and has not joined yet. */
export function memberOf(rest: Partial<GroupMember> = {}): GroupMember {
  const protocol = rest.protocol ?? "consumer";
  const memberId = protocol === "consumer" ? "m" : "";
  const member = { group: "g", protocol, memberId, epoch: 0, topics: ["a"], owned: [] };
  return { ...member, assignor: "cooperative-sticky", sessionTimeoutMs: 1_000, rebalanceTimeoutMs: 2_000, ...rest };
}

/** The member after its join, or after a further one. */
export async function joined(connection: GroupConnection, rest: Partial<GroupMember> = {}): Promise<GroupMember> {
  const member = memberOf(rest);
  const { memberId, epoch, assignment = member.owned } = await connection.joinGroup(member);
  return { ...member, memberId, epoch, owned: assignment };
}

/** Every request, of topic a. */
export const requests: Readonly<Record<RequestName, (connection: AllRequests) => Promise<unknown>>> = {
  metadata: (connection) => connection.metadata(["a"]),
  listOffsets: (connection) => connection.listOffsets(1, [{ topic: "a", partition: 0, at: "latest" }]),
  fetch: (connection) => fetch(connection, [[0, 0n]]),
  produce: (connection) => produce(connection, recordsOf("x")),
  initProducerId: (connection) => connection.initProducerId(),
  createTopics: (connection) => connection.createTopics([{ topic: "b" }]),
  createPartitions: (connection) => connection.createPartitions([{ topic: "a", partitions: 2 }]),
  deleteTopics: (connection) => connection.deleteTopics(["a"]),
  deleteRecords: (connection) => connection.deleteRecords(1, [{ topic: "a", partition: 0, beforeOffset: "latest" }]),
  describeConfigs: (connection) => connection.describeConfigs(["a"]),
  alterConfigs: (connection) => connection.alterConfigs([{ topic: "a", configs: { "retention.ms": "5" } }]),
  describeLogDirs: (connection) => connection.describeLogDirs(1, [{ topic: "a", partition: 0 }]),
  listGroups: (connection) => connection.listGroups(),
  describeGroups: (connection) => connection.describeGroups(["g"]),
  deleteGroups: (connection) => connection.deleteGroups(["g"]),
  fetchGroupOffsets: (connection) => connection.fetchGroupOffsets("g", [["a", 0]]),
  alterGroupOffsets: (connection) => connection.alterGroupOffsets("g", [{ topic: "a", partition: 0, offset: 1n }]),
  joinGroup: (connection) => connection.joinGroup(memberOf()),
  heartbeat: (connection) => connection.heartbeat(memberOf()),
  leaveGroup: async (connection) => connection.leaveGroup(await joined(connection)),
  commitOffsets: async (connection) =>
    connection.commitOffsets(await joined(connection), [{ topic: "a", partition: 0, offset: 1n }]),
  fetchOffsets: async (connection) => connection.fetchOffsets(await joined(connection), [["a", 0]]),
};
export const names: readonly RequestName[] = Object.keys(requests) as RequestName[];

/** What is answered within so much time of the fake clock; it fails if there is no answer by then. */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let waiting = true;
  const stop = (): void => void (waiting = false);
  answer.then(stop, stop);
  await vi.advanceTimersByTimeAsync(ms);
  return waiting ? expect.unreachable(`no answer within ${ms} ms`) : answer;
}
