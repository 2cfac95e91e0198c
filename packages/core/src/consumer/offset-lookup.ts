import { TransportError } from "../contract/errors.ts";
import type { OnEvent } from "../contract/events.ts";
import { partitionKey } from "../contract/record.ts";
import type { OffsetQuery, OffsetResult } from "../contract/transport.ts";
import type { NetworkClient } from "../shared/network-client.ts";
import type { PartitionState } from "./partition-state.ts";

/** A partition whose position could not be found. */
export interface NotFound {
  readonly state: PartitionState;
  readonly error: TransportError;
}

interface Lookup {
  readonly state: PartitionState;
  readonly at: OffsetQuery["at"];
}

/** Asks the log where partitions start and sets their positions; gives those for which it has none. */
export async function lookUpStarts(
  client: NetworkClient<"read">,
  states: readonly PartitionState[],
): Promise<NotFound[]> {
  const lookups: (Lookup & { readonly restarts: number })[] = [];
  for (const state of states) {
    const { start, restarts } = state;
    if (typeof start === "bigint") state.resumeAt(start);
    else lookups.push({ state, at: start, restarts });
  }
  const notFound: NotFound[] = [];
  const beyondLast: PartitionState[] = [];
  const results = await lookUp(client, lookups);
  lookups.forEach(({ state, restarts }, index) => {
    const result = results[index];
    if (result === undefined || state.position !== undefined || state.restarts !== restarts) return;
    if (result.error !== undefined) notFound.push({ state, error: result.error });
    else if (result.offset >= 0n) state.resumeAt(result.offset);
    else beyondLast.push(state);
  });
  // No record is as late as the time that was asked for: start with the next one that comes.
  for (const state of beyondLast) state.restart("latest");
  return beyondLast.length === 0 ? notFound : [...notFound, ...(await lookUpStarts(client, beyondLast))];
}

/** Finds where partitions go on whose log no longer has their position; gives those for which it cannot be found. */
export async function resetOffsets(
  client: NetworkClient<"read">,
  states: readonly PartitionState[],
  resetTo: "earliest" | "latest",
  onEvent: OnEvent,
): Promise<NotFound[]> {
  const starts = await lookUp(
    client,
    states.map((state) => ({ state, at: "earliest" })),
  );
  const ends = await lookUp(
    client,
    states.map((state) => ({ state, at: "latest" })),
  );
  return states.flatMap((state, index) => {
    const [start, end] = [starts[index], ends[index]];
    if (start === undefined || end === undefined) return [];
    const error = start.error ?? end.error;
    if (start.error === undefined && end.error === undefined) reset(state, start.offset, end.offset, resetTo, onEvent);
    return error === undefined ? [] : [{ state, error }];
  });
}

function reset(
  state: PartitionState,
  logStartOffset: bigint,
  logEndOffset: bigint,
  resetTo: "earliest" | "latest",
  onEvent: OnEvent,
): void {
  const { topic, partition, outOfRange: lostFrom, failures } = state;
  if (lostFrom === undefined) return;
  const inBounds = lostFrom >= logStartOffset && lostFrom <= logEndOffset;
  // Beyond the end: a re-created or truncated log. Starting at its beginning misses nothing.
  const resetOffset = lostFrom < logStartOffset && resetTo === "latest" ? logEndOffset : logStartOffset;
  const resumedAt = inBounds ? lostFrom : resetOffset;
  state.restart(resumedAt);
  // A log that contradicts itself is not asked again at once.
  if (inBounds || failures > 1) state.pause();
  if (inBounds) {
    const message = `offset ${lostFrom} is out of range, between ${logStartOffset} and ${logEndOffset}`;
    const place = { topic, partition, offset: lostFrom };
    const reason = new TransportError(message, { code: "OFFSET_OUT_OF_RANGE", retriable: true, ...place });
    return onEvent({ type: "retry", request: "fetch", topic, partition, attempt: failures - 1, reason });
  }
  const lostTo = resumedAt > lostFrom ? resumedAt : lostFrom;
  onEvent({ type: "offsetOutOfRange", topic, partition, lostFrom, lostTo, resumedAt });
}

/** Asks each partition's leader. A leader that fails is an error of its own partitions, unless all of them fail. */
async function lookUp(
  client: NetworkClient<"read">,
  lookups: readonly Lookup[],
): Promise<(OffsetResult | undefined)[]> {
  const byLeader = new Map<number, OffsetQuery[]>();
  for (const { state, at } of lookups) {
    const { topic, partition, leader, leaderEpoch } = state;
    const queries = byLeader.get(leader) ?? [];
    byLeader.set(leader, queries);
    queries.push({ topic, partition, at, leaderEpoch });
  }
  const found = new Map<string, OffsetResult>();
  const failures: TransportError[] = [];
  const requests = [...byLeader].map(async ([leader, queries]) => {
    for (const result of await askLeader(client, leader, queries, failures)) {
      found.set(partitionKey(result.topic, result.partition), result);
    }
  });
  await Promise.all(requests);
  const [first] = failures;
  if (first !== undefined && failures.length === byLeader.size) throw first;
  return lookups.map(({ state }) => found.get(state.key));
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
