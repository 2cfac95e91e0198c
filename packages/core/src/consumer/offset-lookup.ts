import { kafkaError, TransportError } from "../contract/errors.ts";
import type { OnEvent } from "../contract/events.ts";
import type { NetworkClient } from "../shared/network-client.ts";
import { askLeaders, askLogEnds } from "./leader-offsets.ts";
import type { LeaderLookup } from "./leader-offsets.ts";
import { findNewest } from "./newest-records.ts";
import type { NewestLookup } from "./newest-records.ts";
import type { OffsetSpec, PartitionOffset } from "./offset-spec.ts";
import type { PartitionState } from "./partition-state.ts";

/** A partition whose position could not be found. */
export interface NotFound {
  readonly state: PartitionState;
  readonly error: TransportError;
}

/** A partition, and the place in it that is looked up. */
export interface Lookup {
  readonly state: PartitionState;
  readonly at: PartitionOffset;
}

/** The offsets of places; an error where one cannot be found now. */
export type FoundOffsets = Map<PartitionState, bigint | TransportError>;

/** Asks the log where partitions start and sets their positions; gives those for which it has none. */
export async function lookUpStarts(
  client: NetworkClient<"read">,
  states: readonly PartitionState[],
): Promise<NotFound[]> {
  const lookups = states.map((state) => ({ state, at: state.start, restarts: state.restarts }));
  const found = await findOffsets(client, lookups);
  return lookups.flatMap(({ state, restarts }) => {
    const offset = found.get(state);
    // It may have been sent elsewhere meanwhile.
    if (offset === undefined || state.position !== undefined || state.restarts !== restarts) return [];
    if (typeof offset !== "bigint") return [{ state, error: offset }];
    state.resumeAt(offset);
    return [];
  });
}

/** Asks the log for the offsets of places, one for each partition. A time after the last record gives the end. */
export async function findOffsets(client: NetworkClient<"read">, lookups: readonly Lookup[]): Promise<FoundOffsets> {
  const found: FoundOffsets = new Map();
  const asked: LeaderLookup[] = [];
  const newest: NewestLookup[] = [];
  for (const { state, at } of lookups) {
    if (typeof at === "bigint") found.set(state, at);
    else if (typeof at === "object" && "last" in at) newest.push({ state, count: at.last });
    else asked.push({ state, at });
  }
  const beyondLast: Lookup[] = [];
  const results = await askLeaders(client, asked);
  asked.forEach(({ state, at }, index) => {
    const result = results[index];
    if (result === undefined) return;
    // No record is as late as the time that was asked for: the next one that comes is meant.
    if (result.error === undefined && result.offset < 0n && typeof at === "object") {
      beyondLast.push({ state, at: "latest" });
    } else found.set(state, result.error ?? result.offset);
  });
  const rest = [
    newest.length === 0 ? [] : await findNewest(client, newest),
    beyondLast.length === 0 ? [] : await findOffsets(client, beyondLast),
  ];
  for (const [state, offset] of rest.flatMap((part) => [...part])) found.set(state, offset);
  return found;
}

/** As {@link findOffsets}, but rejects unless all are found. */
export async function findAllOffsets(
  client: NetworkClient<"read">,
  lookups: readonly Lookup[],
): Promise<Map<PartitionState, bigint>> {
  const offsets = new Map<PartitionState, bigint>();
  const found = await findOffsets(client, lookups);
  for (const { state } of lookups) {
    const { topic, partition } = state;
    const offset =
      found.get(state) ??
      kafkaError("NETWORK_EXCEPTION", `Offset of ${topic}[${partition}]`, {
        topic,
        partition,
        why: "the response leaves it out",
      });
    if (typeof offset !== "bigint") throw offset;
    offsets.set(state, offset);
  }
  return offsets;
}

/** Finds positions of partitions that have none yet, or lost theirs; gives those that stay without. */
export async function findPositions(
  client: NetworkClient<"read">,
  states: readonly PartitionState[],
  from: OffsetSpec,
): Promise<NotFound[]> {
  const isLost = ({ outOfRange }: PartitionState): boolean => outOfRange !== undefined;
  const notFound = await lookUpStarts(
    client,
    states.filter((state) => !isLost(state)),
  );
  const resetTo = from === "latest" ? "latest" : "earliest";
  return [...notFound, ...(await resetOffsets(client, states.filter(isLost), resetTo, client.onEvent))];
}

/** Finds where partitions go on whose log no longer has their position; gives those for which it cannot be found. */
export async function resetOffsets(
  client: NetworkClient<"read">,
  states: readonly PartitionState[],
  resetTo: "earliest" | "latest",
  onEvent: OnEvent,
): Promise<NotFound[]> {
  const found = await askLogEnds(client, states);
  return states.flatMap((state, index) => {
    const { first, end } = found[index] ?? {};
    if (first === undefined || end === undefined) return [];
    const error = first.error ?? end.error;
    if (first.error === undefined && end.error === undefined) reset(state, first.offset, end.offset, resetTo, onEvent);
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
  if (inBounds || failures > 1) state.backOff();
  if (inBounds) {
    const message = `offset ${lostFrom} is out of range, between ${logStartOffset} and ${logEndOffset}`;
    const place = { topic, partition, offset: lostFrom };
    const reason = new TransportError(message, { code: "OFFSET_OUT_OF_RANGE", retriable: true, ...place });
    return onEvent({ type: "retry", request: "fetch", topic, partition, attempt: failures - 1, reason });
  }
  const lostTo = resumedAt > lostFrom ? resumedAt : lostFrom;
  onEvent({ type: "offsetOutOfRange", topic, partition, lostFrom, lostTo, resumedAt });
}
