import { TransportError } from "../contract/errors.ts";
import { partitionKey } from "../contract/record.ts";
import type { OffsetQuery, OffsetResult } from "../contract/transport.ts";
import { groupBy } from "../shared/group-by.ts";
import type { NetworkClient } from "../shared/network-client.ts";
import type { PartitionState } from "./partition-state.ts";

/** A partition, and the offset of it that its leader is asked for. */
export interface LeaderLookup {
  readonly state: PartitionState;
  readonly at: OffsetQuery["at"];
}

/**
 * Asks each partition's leader; one result for each, in the same order. A leader that fails is an error of its own
 * partitions, unless all of them fail.
 */
export async function askLeaders(
  client: NetworkClient<"read">,
  lookups: readonly LeaderLookup[],
): Promise<(OffsetResult | undefined)[]> {
  const byLeader = groupBy(lookups, ({ state }) => state.leader);
  const found = new Map<string, OffsetResult>();
  const failures: TransportError[] = [];
  const requests = [...byLeader].map(async ([leader, asked]) => {
    const queries = asked.map(({ state: { topic, partition, leaderEpoch }, at }) => ({
      topic,
      partition,
      at,
      leaderEpoch,
    }));
    for (const result of await askLeader(client, leader, queries, failures)) {
      found.set(partitionKey(result.topic, result.partition), result);
    }
  });
  await Promise.all(requests);
  const [first] = failures;
  if (first !== undefined && failures.length === byLeader.size) throw first;
  return lookups.map(({ state }) => found.get(state.key));
}

/** Where a partition's log begins and ends. */
export interface LogEnds {
  readonly first: OffsetResult | undefined;
  readonly end: OffsetResult | undefined;
}

/** Asks each partition's leader where its log begins and ends; in the same order. */
export async function askLogEnds(client: NetworkClient<"read">, states: readonly PartitionState[]): Promise<LogEnds[]> {
  const ask = (at: "earliest" | "latest"): Promise<(OffsetResult | undefined)[]> =>
    askLeaders(
      client,
      states.map((state) => ({ state, at })),
    );
  const firsts = await ask("earliest");
  const ends = await ask("latest");
  return states.map((_, index) => ({ first: firsts[index], end: ends[index] }));
}

async function askLeader(
  client: NetworkClient<"read">,
  leader: number,
  queries: readonly OffsetQuery[],
  failures: TransportError[],
): Promise<OffsetResult[]> {
  const failAll = (error: TransportError): OffsetResult[] =>
    queries.map(({ topic, partition }) => ({ topic, partition, error }));
  if (leader < 0) {
    return failAll(
      new TransportError("the partition has no leader", { code: "LEADER_NOT_AVAILABLE", retriable: true }),
    );
  }
  try {
    return await client.request("listOffsets", (connection) => connection.listOffsets(leader, queries));
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    failures.push(error);
    return failAll(error);
  }
}
