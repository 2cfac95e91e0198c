import { partitionKey } from "../contract/record.ts";
import type { LogRecord } from "../contract/record.ts";
import type { FetchedPartition, FetchLimits } from "../contract/transport.ts";
import type { NetworkClient } from "../shared/network-client.ts";
import { Pause } from "../shared/pause.ts";
import { backoff, retryPolicy } from "../shared/retry-policy.ts";
import { delay, unlessAborted } from "../shared/wait.ts";
import type { RecordBuffer } from "./fetch-buffer.ts";
import type { FetchFailures } from "./fetch-failures.ts";
import type { PartitionState } from "./partition-state.ts";

/** What the fetchers of all leaders share. */
export interface LeaderFetcherContext {
  readonly client: NetworkClient<"read">;
  readonly requestTimeoutMs: number;
  readonly buffer: RecordBuffer;
  readonly failures: FetchFailures;
  readonly latest: "partition" | "key" | undefined;
  /** The partitions that are to be fetched from a broker. */
  readonly partitionsOf: (leader: number) => PartitionState[];
  /** How many more bytes these partitions may buffer; 0 or less when they must wait. */
  readonly availableBytes: (leader: number) => number;
  readonly limitsFor: (availableBytes: number) => FetchLimits;
  /** Where to stop in a partition, if these records of it tell. */
  readonly boundIn: (records: readonly LogRecord[]) => bigint | undefined;
  /** A fetch was taken over: there may be records, or an end was reached. */
  readonly onProgress: () => void;
}

type Fetched = Extract<FetchedPartition, { readonly error?: undefined }>;

/** A partition as it was when it was asked for. */
interface Asked {
  readonly state: PartitionState;
  readonly offset: bigint;
  readonly restarts: number;
}

/**
 * Reads from one leader, one fetch at a time, as long as there is something to read and room for it. One for each leader
 * keeps a slow or dead broker from holding up the others.
 */
export class LeaderFetcher {
  readonly #leader: number;
  readonly #context: LeaderFetcherContext;
  #running = false;
  /** The positions that the fetch in flight asks for, and what ends its wait. */
  #inFlight: { readonly positions: ReadonlyMap<PartitionState, bigint>; readonly abort: AbortController } | undefined;
  readonly #pause: Pause = new Pause();
  #turn = 0;

  constructor(leader: number, context: LeaderFetcherContext) {
    this.#leader = leader;
    this.#context = context;
  }

  /** Starts the loop, or ends its pause. */
  wake(): void {
    this.#pause.end();
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  /** Whether the loop has ended because there is nothing to read. */
  get idle(): boolean {
    return !this.#running;
  }

  /** Ends the wait of a fetch that does not ask for all that is to be read now: it is made again with the rest. */
  interruptIfOutdated(): void {
    const inFlight = this.#inFlight;
    if (inFlight === undefined) return;
    const now = performance.now();
    const isMissing = (state: PartitionState): boolean =>
      state.retryAt <= now && state.position !== inFlight.positions.get(state);
    if (this.#context.partitionsOf(this.#leader).some(isMissing)) inFlight.abort.abort();
  }

  async #run(): Promise<void> {
    const { client, failures, partitionsOf, availableBytes, limitsFor } = this.#context;
    const key = `leader ${this.#leader}`;
    let attempt = 0;
    let emptyFetches = 0;
    while (!client.signal.aborted) {
      const states = partitionsOf(this.#leader);
      if (states.length === 0) break;
      const now = performance.now();
      const due = states.filter(({ retryAt }) => retryAt <= now);
      const available = availableBytes(this.#leader);
      if (due.length === 0 || available <= 0) {
        const next = states.reduce((first, { retryAt }) => Math.min(first, retryAt), Infinity);
        await this.#pause.wait(available <= 0 ? Infinity : Math.max(1, next - now), client.signal);
        continue;
      }
      const abort = new AbortController();
      this.#inFlight = { positions: new Map(due.map((state) => [state, state.position ?? 0n])), abort };
      try {
        const limits = limitsFor(available);
        const hasNews = await this.#fetch(this.#rotate(due), limits, now, abort.signal);
        if (attempt > 0) failures.ended(key);
        attempt = 0;
        // A log that answers without news before it had to is not asked in a tight loop.
        const elapsed = performance.now() - now;
        emptyFetches = hasNews || elapsed >= Math.max(5, limits.maxWaitMs / 2) ? 0 : emptyFetches + 1;
        if (emptyFetches > 0) {
          await this.#pause.wait(backoff(emptyFetches - 1, retryPolicy.emptyFetch), client.signal);
        }
      } catch (error) {
        if (abort.signal.aborted || client.signal.aborted) continue;
        failures.leaderFailed(key, error, attempt, now);
        // A leader that did not answer is not asked again until the pause is over, even if new metadata arrives.
        await delay(backoff(attempt, retryPolicy.request), client.signal).catch(() => undefined);
        attempt += 1;
      } finally {
        this.#inFlight = undefined;
      }
    }
    this.#running = false;
    failures.ended(key);
  }

  /** Makes one fetch at `since`; answers whether it brought anything new. */
  async #fetch(
    states: readonly PartitionState[],
    limits: FetchLimits,
    since: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { client, requestTimeoutMs } = this.#context;
    const asked = new Map<string, Asked>();
    const wanted = states.map((state) => {
      const { key, topic, partition, position: offset = 0n, leaderEpoch, restarts } = state;
      asked.set(key, { state, offset, restarts });
      return { topic, partition, offset, leaderEpoch };
    });
    // A long poll that found nothing answers after maxWaitMs; only well past that is it lost.
    const timeoutMs = Math.max(requestTimeoutMs, 2 * limits.maxWaitMs);
    const results = await client.request(
      "fetch",
      // A transport that does not know the signal goes on waiting; its late result is dropped.
      (connection) => unlessAborted(connection.fetch(this.#leader, wanted, limits, { signal }), signal),
      timeoutMs,
    );
    const matched = results.map((result) => ({
      result,
      found: asked.get(partitionKey(result.topic, result.partition)),
    }));
    // With a full response others may have records too; without any, all that were asked for are at their end.
    const isEmpty = matched.every(
      ({ result, found }) =>
        result.error === undefined && result.records.length === 0 && result.nextOffset === found?.offset,
    );
    let hasNews = false;
    for (const { result, found } of matched) {
      if (found !== undefined && this.#accept(found, result, since, isEmpty)) hasNews = true;
    }
    this.#context.onProgress();
    return hasNews;
  }

  /** Takes what was fetched for a partition. False: nothing new, so the next fetch waits. */
  #accept({ state, offset, restarts }: Asked, result: FetchedPartition, since: number, isEmpty: boolean): boolean {
    const { buffer, failures, latest, boundIn } = this.#context;
    // The partition was removed or moved meanwhile: this result is dropped, and the next fetch is made at once.
    if (!state.active || state.restarts !== restarts || state.position !== offset) return true;
    if (result.error !== undefined) {
      failures.partitionFailed(state, "fetch", result.error, since);
      return true;
    }
    failures.ended(state.key);
    if (state.until === undefined) state.readUntil(boundIn(result.records));
    const fetched = beforeBound(result, state.until);
    const { records, nextOffset, highWatermark, skipped = 0 } = fetched;
    const end = state.until === undefined || highWatermark < state.until ? highWatermark : state.until;
    const skipAhead = latest === "partition" ? state.skipAhead : undefined;
    const passedFrom = skipAhead?.passedFrom(offset) ?? offset;
    const passedOver = skipped + Number(offset - passedFrom);
    const position = skipAhead?.nextOffset(offset, fetched, end) ?? nextOffset;
    state.advance(position, highWatermark, isEmpty && position === offset);
    if (records.length > 0) buffer.push(state, records, { askedAt: since, passedOver, passedFrom });
    return position !== offset;
  }

  /** A log fills its response in the order of the request: each partition is asked for first in turn. */
  #rotate(states: PartitionState[]): PartitionState[] {
    this.#turn = (this.#turn + 1) % states.length;
    return [...states.slice(this.#turn), ...states.slice(0, this.#turn)];
  }
}

/** What was fetched of a partition, up to the offset where it stops. */
function beforeBound(fetched: Fetched, until: bigint | undefined): Fetched {
  if (until === undefined || fetched.nextOffset <= until) return fetched;
  const records = fetched.records.filter(({ offset }) => offset < until);
  return { ...fetched, records, nextOffset: until };
}
