import { vi } from "vitest";

import { FetchBuffer } from "../../src/consumer/fetch-buffer.ts";
import { FetchFailures } from "../../src/consumer/fetch-failures.ts";
import { LeaderFetcher } from "../../src/consumer/leader-fetcher.ts";
import type { PartitionState } from "../../src/consumer/partition-state.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import type { Connection } from "../../src/contract/transport.ts";
import type { NetworkClient } from "../../src/shared/network-client.ts";
import { ScriptedLog } from "../scripted-log.ts";
import { readClientOf } from "./fetching.ts";

/** What the fetcher's context gives it; may be changed at any time. */
interface Given {
  states: PartitionState[];
  availableBytes: number;
  maxWaitMs: number;
}

export interface Scene {
  readonly log: ScriptedLog;
  readonly fetcher: LeaderFetcher;
  readonly client: NetworkClient<"read">;
  readonly events: readonly DataQueueEvent[];
  readonly given: Given;
  /** What it reported to its context: failures and ends of failures. Times count from the start of the test. */
  readonly reported: unknown[][];
  /** How often it said that it took over a fetch. */
  progress: number;
  /** What is buffered, as "partition offset". */
  readonly take: () => string[];
  /** The times of the fetches. */
  readonly times: number[];
  /** Answers the fetches. */
  fetch: Connection["fetch"] | undefined;
}

/** A fetcher of broker 1 that reads `states` of a log. */
export function scene(states: PartitionState[], requestTimeoutMs = 30_000): Scene {
  const log = new ScriptedLog({ a: 3 });
  const begin = performance.now();
  const now = (at = performance.now()): number => Math.round(at - begin);
  const { client, events } = readClientOf(log);
  const given = { states, availableBytes: 10_000, maxWaitMs: 500 };
  const reported: unknown[][] = [];
  const times: number[] = [];
  const buffer = new FetchBuffer(() => undefined);
  const failures = new FetchFailures({
    reportAfterMs: 60_000,
    signal: client.signal,
    onEvent: () => undefined,
    onError: () => undefined,
    refreshNow: () => undefined,
  });
  vi.spyOn(failures, "leaderFailed").mockImplementation((key, error, attempt, since) => {
    reported.push(["leaderFailed", key, error, attempt, now(since)]);
  });
  vi.spyOn(failures, "partitionFailed").mockImplementation(({ key }, request, error, since) => {
    reported.push(["partitionFailed", key, request, error, now(since)]);
  });
  vi.spyOn(failures, "ended").mockImplementation((key) => reported.push(["ended", key]));
  const fetcher = new LeaderFetcher(1, {
    client,
    requestTimeoutMs,
    buffer,
    failures,
    latest: undefined,
    partitionsOf: (leader) => given.states.filter((state) => state.leader === leader),
    availableBytes: (leader) => (leader === 1 ? given.availableBytes : 0),
    limitsFor: (maxBytes) => ({ maxWaitMs: given.maxWaitMs, minBytes: 1, maxBytes, maxBytesPerPartition: 77 }),
    boundIn: () => undefined,
    onProgress: () => (made.progress += 1),
  });
  const take = (): string[] => {
    const taken: string[] = [];
    for (let next = buffer.take(); next !== undefined; next = buffer.take()) {
      taken.push(`${next.partition.key} ${next.record.offset}`);
    }
    return taken;
  };
  const made: Scene = { log, fetcher, client, events, given, reported, take, times, fetch: undefined, progress: 0 };
  log.on.fetch = (...asked) => {
    times.push(now());
    return (made.fetch ?? log.plain.fetch)(...asked);
  };
  return made;
}

/** A response that has nothing new. */
export const nothing: Connection["fetch"] = async (_leader, wanted) =>
  wanted.map(({ topic, partition, offset }) => ({
    topic,
    partition,
    records: [],
    nextOffset: offset,
    highWatermark: offset,
  }));
