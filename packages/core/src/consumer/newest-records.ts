import { TransportError } from "../contract/errors.ts";
import { partitionKey } from "../contract/record.ts";
import type { FetchedPartition, FetchLimits } from "../contract/transport.ts";
import { groupBy } from "../shared/group-by.ts";
import type { NetworkClient } from "../shared/network-client.ts";
import { askLogEnds } from "./leader-offsets.ts";
import type { PartitionState } from "./partition-state.ts";

/** A partition, and how many of its newest records are wanted. */
export interface NewestLookup {
  readonly state: PartitionState;
  readonly count: number;
}

/** For more records than this, offsets are counted instead: reading them all to find where they begin would take long. */
const mostCounted = 10_000;

const limits: FetchLimits = { maxWaitMs: 0, minBytes: 1, maxBytes: 50 * 2 ** 20, maxBytesPerPartition: 2 ** 20 };

/**
 * The offset from which on each partition has `count` records up to its end, or its first offset if it has fewer. Not every
 * offset has a record: compaction removes some, and transactions end with a marker. So it reads backwards from the end until
 * it has seen enough.
 */
export async function findNewest(
  client: NetworkClient<"read">,
  lookups: readonly NewestLookup[],
): Promise<Map<PartitionState, bigint | TransportError>> {
  const logEnds = await askLogEnds(
    client,
    lookups.map(({ state }) => state),
  );
  const found = new Map<PartitionState, bigint | TransportError>();
  const scans: BackwardScan[] = [];
  for (const [index, { state, count }] of lookups.entries()) {
    const { first, end } = logEnds[index] ?? {};
    if (first === undefined || end === undefined) continue;
    if (first.error !== undefined) found.set(state, first.error);
    else if (end.error !== undefined) found.set(state, end.error);
    else if (count === 0) found.set(state, end.offset);
    else if (end.offset - BigInt(count) <= first.offset) found.set(state, first.offset);
    else if (count > mostCounted) found.set(state, end.offset - BigInt(count));
    else scans.push(new BackwardScan(state, count, first.offset, end.offset));
  }
  const byLeader = groupBy(scans, ({ state }) => state.leader);
  await Promise.all([...byLeader].map(([leader, led]) => scanLeader(client, leader, led)));
  for (const { state, result } of scans) if (result !== undefined) found.set(state, result);
  return found;
}

/** Scans the partitions of one leader together. */
async function scanLeader(
  client: NetworkClient<"read">,
  leader: number,
  scans: readonly BackwardScan[],
): Promise<void> {
  for (let open = scans; open.length > 0; open = open.filter(({ result }) => result === undefined)) {
    const byKey = new Map(open.map((scan) => [scan.state.key, scan]));
    const wanted = open.map(({ state: { topic, partition, leaderEpoch }, offset }) => {
      return { topic, partition, leaderEpoch, offset };
    });
    let results: FetchedPartition[];
    try {
      results = await client.request("fetch", (connection) => connection.fetch(leader, wanted, limits));
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      for (const scan of open) scan.result = error;
      return;
    }
    const moved = results.map((result) => byKey.get(partitionKey(result.topic, result.partition))?.accept(result));
    // A log that gives nothing up to the end that it told has nothing there.
    if (!moved.includes(true)) for (const scan of open) scan.endWindow();
  }
}

/** Reads a partition in windows, each twice as wide as the one after it, from its end to its first offset. */
class BackwardScan {
  readonly state: PartitionState;
  readonly #count: number;
  readonly #first: bigint;
  /** Where to fetch next, and the window that is read: `#from` to before `#to`. */
  offset: bigint;
  #from: bigint;
  #to: bigint;
  /** The offsets of records in the window, and of those after it. */
  #inWindow: bigint[] = [];
  #newer: bigint[] = [];
  result: bigint | TransportError | undefined;

  constructor(state: PartitionState, count: number, first: bigint, end: bigint) {
    this.state = state;
    this.#count = count;
    this.#first = first;
    this.#to = end;
    this.#from = end - BigInt(count);
    this.offset = this.#from;
  }

  /** Takes what was fetched; answers whether it got on. */
  accept(fetched: FetchedPartition): boolean {
    if (fetched.error !== undefined) {
      const { code, message, retriable } = fetched.error;
      // Its first offset has just become another one: looked up again, it is found.
      const passes = retriable || code === "OFFSET_OUT_OF_RANGE";
      this.result = new TransportError(message, { code, retriable: passes, cause: fetched.error });
      return true;
    }
    const before = this.offset;
    for (const { offset } of fetched.records) if (offset < this.#to) this.#inWindow.push(offset);
    this.offset = fetched.nextOffset;
    if (this.offset >= this.#to) this.endWindow();
    return this.offset !== before;
  }

  /** The window was read: that was enough, or the one before it is next. */
  endWindow(): void {
    this.#newer = [...this.#inWindow, ...this.#newer];
    this.#inWindow = [];
    const missing = this.#count - this.#newer.length;
    if (missing <= 0) this.result = this.#newer[-missing];
    else if (this.#from <= this.#first) this.result = this.#first;
    else {
      const width = 2n * (this.#to - this.#from);
      this.#to = this.#from;
      this.#from = this.#to - width > this.#first ? this.#to - width : this.#first;
      this.offset = this.#from;
    }
  }
}
