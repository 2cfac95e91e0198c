import { keyOf } from "./assignment.ts";
import type { NetworkClient } from "../shared/network-client.ts";
import type { PartitionState } from "./partition-state.ts";
import type { ReadConnection, FetchedPartition, FetchLimits } from "../contract/transport.ts";
import { backoff, delay, Pause } from "../shared/wait.ts";

/** A partition that was asked for, as it was then. */
export interface Asked {
  readonly reader: PartitionState;
  readonly offset: bigint;
  readonly restarts: number;
}

/** What a lane asks of the reader that it works for. */
export interface FetcherHost {
  readonly client: NetworkClient<"read">;
  readonly requestTimeoutMs: number;
  /** The partitions that this leader leads and whose place in the log is known. */
  readersOf(leader: number): PartitionState[];
  /** How many more bytes this leader's partitions may buffer; 0 or less when they must wait. */
  availableBytes(leader: number): number;
  limitsFor(room: number): FetchLimits;
  /** Takes what was fetched for a partition; false when it brought nothing new. */
  accept(asked: Asked, answer: FetchedPartition, since: number): boolean;
  /** A whole request to the leader, made at `since`, failed. */
  fetchFailed(leader: number, error: unknown, attempt: number, since: number): void;
  /** Requests to the leader are answered again, or there are none to make. */
  fetchEnded(leader: number): void;
}

/**
 * Reads from one leader, one fetch at a time, as long as there is something to read and room for it. A lane per leader
 * keeps a slow or dead node from holding up the others.
 */
export class LeaderFetcher {
  readonly #leader: number;
  readonly #host: FetcherHost;
  #running = false;
  #fetching: ReadonlySet<PartitionState> | undefined;
  #interrupted = false;
  readonly #pause: Pause = new Pause();
  #turn = 0;

  constructor(leader: number, host: FetcherHost) {
    this.#leader = leader;
    this.#host = host;
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

  /** Whether a fetch is waiting that does not ask for all that is to be read now. */
  get outdated(): boolean {
    const asked = this.#fetching;
    if (asked === undefined) return false;
    const now = performance.now();
    return this.#host.readersOf(this.#leader).some((reader) => !asked.has(reader) && reader.retryAt <= now);
  }

  /** Says that the connection is about to be replaced on purpose: the fetch in flight is made again at once. */
  interrupt(): void {
    this.#interrupted = true;
  }

  async #run(): Promise<void> {
    const { client } = this.#host;
    let failures = 0;
    let emptyFetches = 0;
    while (!client.signal.aborted) {
      const readers = this.#host.readersOf(this.#leader);
      if (readers.length === 0) break;
      const now = performance.now();
      const due = readers.filter(({ retryAt }) => retryAt <= now);
      const room = this.#host.availableBytes(this.#leader);
      if (due.length === 0 || room <= 0) {
        const next = readers.reduce((first, { retryAt }) => Math.min(first, retryAt), Infinity);
        await this.#pause.wait(room <= 0 ? Infinity : Math.max(1, next - now), client.signal);
        continue;
      }
      try {
        const limits = this.#host.limitsFor(room);
        const news = await this.#fetch(this.#rotate(due), limits, now);
        if (failures > 0) this.#host.fetchEnded(this.#leader);
        failures = 0;
        // A log that answers without news before it had to is not asked again and again.
        const elapsed = performance.now() - now;
        emptyFetches = news || elapsed >= Math.max(5, limits.maxWaitMs / 2) ? 0 : emptyFetches + 1;
        if (emptyFetches > 0) await this.#pause.wait(backoff(emptyFetches - 1, 5, 100), client.signal);
      } catch (error) {
        if (this.#interrupted || client.signal.aborted) continue;
        this.#host.fetchFailed(this.#leader, error, failures, now);
        // Whatever wakes a lane, new metadata say, does not make a node answer that did not: this wait it cannot end.
        await delay(backoff(failures, 50, 500), client.signal).catch(() => undefined);
        failures += 1;
      }
    }
    this.#running = false;
    this.#host.fetchEnded(this.#leader);
  }

  async #fetch(readers: readonly PartitionState[], limits: FetchLimits, since: number): Promise<boolean> {
    this.#fetching = new Set(readers);
    this.#interrupted = false;
    const asked = new Map<string, Asked>();
    const wanted = readers.map((reader) => {
      const { key, topic, partition, position: offset = 0n, restarts } = reader;
      asked.set(key, { reader, offset, restarts });
      return { topic, partition, offset };
    });
    try {
      const fetch = (connection: ReadConnection): Promise<FetchedPartition[]> =>
        connection.fetch(this.#leader, wanted, limits);
      // A long poll that found nothing answers after maxWaitMs; only well past that is it lost.
      const timeoutMs = Math.max(this.#host.requestTimeoutMs, 2 * limits.maxWaitMs);
      const answers = await this.#host.client.request("fetch", fetch, timeoutMs);
      let news = false;
      for (const answer of answers) {
        const found = asked.get(keyOf(answer.topic, answer.partition));
        if (found !== undefined && this.#host.accept(found, answer, since)) news = true;
      }
      return news;
    } finally {
      this.#fetching = undefined;
    }
  }

  /** A log fills its answer in the order that it was asked: each partition is asked for first in turn. */
  #rotate(readers: PartitionState[]): PartitionState[] {
    this.#turn = (this.#turn + 1) % readers.length;
    return [...readers.slice(this.#turn), ...readers.slice(0, this.#turn)];
  }
}
