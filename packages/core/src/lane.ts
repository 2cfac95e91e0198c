import type { Link } from "./link.ts";
import type { PartitionReader } from "./partition-reader.ts";
import type { Connection, FetchedPartition, FetchLimits } from "./transport.ts";
import { backoff, Pause } from "./wait.ts";

/** What a lane asks of the reader that it works for. */
export interface LaneHost {
  readonly link: Link;
  readonly requestTimeoutMs: number;
  /** The partitions that this leader leads and whose place in the log is known. */
  readersOf(leader: number): PartitionReader[];
  /** How many more bytes this leader's partitions may buffer; 0 or less when they must wait. */
  roomOf(leader: number): number;
  limitsFor(room: number): FetchLimits;
  /** Takes what was fetched for a partition from `offset` on. */
  accept(reader: PartitionReader, offset: bigint, answer: FetchedPartition): void;
  /** A whole request to the leader failed. */
  failed(error: unknown, attempt: number): void;
}

/**
 * Reads from one leader, one fetch at a time, as long as there is something to read and room for it. A lane per leader
 * keeps a slow or dead node from holding up the others.
 */
export class Lane {
  readonly #leader: number;
  readonly #host: LaneHost;
  #running = false;
  #fetching: ReadonlySet<PartitionReader> | undefined;
  #interrupted = false;
  readonly #pause: Pause = new Pause();
  #turn = 0;

  constructor(leader: number, host: LaneHost) {
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

  /** Whether a fetch is waiting that does not ask for all that is to be read now. */
  get outdated(): boolean {
    const asked = this.#fetching;
    return asked !== undefined && this.#host.readersOf(this.#leader).some((reader) => !asked.has(reader));
  }

  /** Says that the connection is about to be replaced on purpose: the fetch in flight is made again at once. */
  interrupt(): void {
    this.#interrupted = this.#fetching !== undefined;
  }

  async #run(): Promise<void> {
    const { link } = this.#host;
    let failures = 0;
    while (!link.signal.aborted) {
      const readers = this.#host.readersOf(this.#leader);
      if (readers.length === 0) break;
      const now = performance.now();
      const due = readers.filter(({ notBefore }) => notBefore <= now);
      const room = this.#host.roomOf(this.#leader);
      if (due.length === 0 || room <= 0) {
        const next = Math.min(...readers.map(({ notBefore }) => notBefore));
        await this.#pause.wait(room <= 0 ? Infinity : Math.max(1, next - now), link.signal);
        continue;
      }
      try {
        await this.#fetch(this.#rotate(due), this.#host.limitsFor(room));
        failures = 0;
      } catch (error) {
        if (this.#interrupted || link.signal.aborted) continue;
        this.#host.failed(error, failures);
        await this.#pause.wait(backoff(failures, 50, 1_000), link.signal);
        failures += 1;
      }
    }
    this.#running = false;
  }

  async #fetch(readers: readonly PartitionReader[], limits: FetchLimits): Promise<void> {
    this.#fetching = new Set(readers);
    this.#interrupted = false;
    const wanted = readers.map(({ topic, partition, position = 0n }) => ({ topic, partition, offset: position }));
    try {
      const fetch = (connection: Connection): Promise<FetchedPartition[]> =>
        connection.fetch(this.#leader, wanted, limits);
      // A long poll that found nothing answers after maxWaitMs; only well past that is it lost.
      const timeoutMs = Math.max(this.#host.requestTimeoutMs, 2 * limits.maxWaitMs);
      for (const answer of await this.#host.link.request("fetch", fetch, timeoutMs)) {
        const index = wanted.findIndex((one) => one.topic === answer.topic && one.partition === answer.partition);
        const [reader, asked] = [readers[index], wanted[index]];
        if (reader !== undefined && asked !== undefined) this.#host.accept(reader, asked.offset, answer);
      }
    } finally {
      this.#fetching = undefined;
    }
  }

  /** A log fills its answer in the order that it was asked: each partition is asked for first in turn. */
  #rotate(readers: PartitionReader[]): PartitionReader[] {
    this.#turn = (this.#turn + 1) % readers.length;
    return [...readers.slice(this.#turn), ...readers.slice(0, this.#turn)];
  }
}
