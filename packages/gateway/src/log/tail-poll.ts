import { kafkaError, partitionKey, TransportError, unlessAborted } from "@dataqueues/core";
import type { FetchedPartition, FetchLimits } from "@dataqueues/core";

import type { Feed } from "./feed.ts";
import type { LogClient } from "./log-client.ts";
import { Wakeup } from "./wakeup.ts";

/** What was fetched for a feed. */
export interface FetchedTail {
  readonly feed: Feed;
  readonly result: FetchedPartition;
}

/** What the polls of all leaders share. */
export interface TailPollContext {
  readonly client: LogClient<"read">;
  readonly requestTimeoutMs: number;
  readonly limits: FetchLimits;
  /** The feeds of a leader that somebody still wants. */
  readonly feedsOf: (leader: number) => Feed[];
  /** Called before a fetch is made. */
  readonly onFetch: () => void;
  /** Takes over what was fetched. */
  readonly onFetched: (fetched: readonly FetchedTail[]) => void;
  /** A fetch failed as a whole. */
  readonly onFailed: (feeds: readonly Feed[], error: TransportError) => Promise<void>;
}

/** A fetch that was made: the feeds it asks for, by the generations of their leaders. */
interface InFlight {
  readonly generations: ReadonlyMap<Feed, number>;
  readonly since: number;
  readonly abort: AbortController;
}

/**
 * A fetch is not ended for a new feed before it is this old, and twice as old each time in a row, so that viewers who come and go
 * cannot hold up the others.
 */
const interruptAfterMs = 50;

/** Fetches begin this long after one another at least, so that records which come one by one do not cost a request each. */
const leastIntervalMs = 10;

/** The same where the log gave nothing although it could have waited. */
const emptyPauseMs = 20;

/** The long poll of one leader: reads the tails of all its feeds, one fetch at a time. */
export class TailPoll {
  readonly #leader: number;
  readonly #context: TailPollContext;
  #isRunning = false;
  #inFlight: InFlight | undefined;
  readonly #wakeup = new Wakeup();
  #interrupted = 0;

  constructor(leader: number, context: TailPollContext) {
    this.#leader = leader;
    this.#context = context;
    context.client.signal.addEventListener("abort", this.#wakeup.wake, { once: true });
  }

  /** Starts the loop; if it waits for records of other feeds only, that wait ends. */
  include(feed: Feed): void {
    this.#wakeup.wake();
    if (!this.#isRunning) {
      this.#isRunning = true;
      void this.#run();
      return;
    }
    const inFlight = this.#inFlight;
    if (inFlight === undefined || inFlight.generations.get(feed) === feed.leader.generation) return;
    const ageMs = performance.now() - inFlight.since;
    const afterMs = Math.min(interruptAfterMs * 2 ** this.#interrupted, this.#context.limits.maxWaitMs);
    setTimeout(() => inFlight.abort.abort(), Math.max(0, afterMs - ageMs));
  }

  async #run(): Promise<void> {
    const { client, feedsOf, onFailed, limits } = this.#context;
    while (!client.signal.aborted) {
      const feeds = feedsOf(this.#leader);
      if (feeds.length === 0) break;
      const since = performance.now();
      const due = feeds.filter(({ retryAt }) => retryAt <= since);
      if (due.length === 0) {
        const next = feeds.reduce((first, { retryAt }) => Math.min(first, retryAt), Infinity);
        await this.#wakeup.wait(Math.max(1, next - since));
        continue;
      }
      const abort = new AbortController();
      this.#inFlight = { generations: new Map(due.map((feed) => [feed, feed.leader.generation])), since, abort };
      try {
        const hasNews = await this.#fetch(due, abort.signal);
        this.#interrupted = 0;
        const elapsedMs = performance.now() - since;
        // A log that answers without news before it had to is not asked in a tight loop.
        const isHasty = !hasNews && elapsedMs < limits.maxWaitMs / 2;
        await this.#wakeup.wait((isHasty ? emptyPauseMs : leastIntervalMs) - elapsedMs);
      } catch (error) {
        if (abort.signal.aborted) this.#interrupted += 1;
        else if (!client.signal.aborted) await onFailed(due, asTransportError(error));
      } finally {
        this.#inFlight = undefined;
      }
    }
    this.#isRunning = false;
  }

  /** Makes one fetch; answers whether it brought anything new. */
  async #fetch(feeds: readonly Feed[], signal: AbortSignal): Promise<boolean> {
    const { client, limits, requestTimeoutMs, onFetch, onFetched } = this.#context;
    const asked = feeds.map((feed) => ({ feed, offset: feed.run.end, generation: feed.leader.generation }));
    const wanted = asked.map(({ feed: { topic, partition, leader }, offset }) => {
      return { topic, partition, offset, leaderEpoch: leader.leaderEpoch };
    });
    onFetch();
    const results = await client.request(
      "fetch",
      (connection) => unlessAborted(connection.fetch(this.#leader, wanted, limits, { signal }), signal),
      Math.max(requestTimeoutMs, 2 * limits.maxWaitMs),
      signal,
    );
    const byKey = new Map(asked.map((one) => [partitionKey(one.feed.topic, one.feed.partition), one]));
    const fetched = results.flatMap((result) => {
      const found = byKey.get(partitionKey(result.topic, result.partition));
      // A feed that goes on with another leader: what this one gave may not be there any more.
      const isOutdated = found === undefined || found.feed.isEnded || found.feed.leader.generation !== found.generation;
      return isOutdated ? [] : [{ feed: found.feed, result }];
    });
    const hasNews = fetched.some(({ feed, result }) => result.error !== undefined || result.nextOffset > feed.run.end);
    onFetched(fetched);
    return hasNews;
  }
}

function asTransportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  return kafkaError("UNKNOWN_SERVER_ERROR", "fetch", { cause: error });
}
