import type { DataQueueEvent } from "../../src/contract/events.ts";
import { NetworkClient } from "../../src/shared/network-client.ts";
import { Fetcher } from "../../src/consumer/fetcher.ts";
import type { FetcherOptions } from "../../src/consumer/fetcher.ts";
import { PartitionState } from "../../src/consumer/partition-state.ts";
import type { LogRecord } from "../../src/contract/record.ts";
import type { Transport } from "../../src/contract/transport.ts";

/** A record as it stands in a log. */
export function recordAt(offset: bigint, text: string | null = "", more: Partial<LogRecord> = {}): LogRecord {
  const value = text === null ? null : new TextEncoder().encode(text);
  return { offset, key: null, value, headers: [], timestamp: 0, ...more };
}

/** A partition that is read from `position` on, or does not know its position yet. */
export function stateOf(topic: string, partition = 0, position?: bigint, leader = 1): PartitionState {
  const state = new PartitionState(topic, partition, position ?? "earliest");
  state.position = position;
  state.setLeader({ leader });
  return state;
}

/** A client that reads a log, with its events. */
export function readClientOf(
  log: Transport,
  options: { connectTimeoutMs?: number; requestTimeoutMs?: number } = {},
): ClientAndEvents {
  const events: DataQueueEvent[] = [];
  const limits = { connectTimeoutMs: 15_000, requestTimeoutMs: 30_000, ...options };
  return { events, client: new NetworkClient(log, "read", { ...limits, onEvent: (event) => events.push(event) }) };
}

interface ClientAndEvents {
  readonly client: NetworkClient<"read">;
  readonly events: DataQueueEvent[];
}

interface Fetching extends ClientAndEvents {
  readonly fetcher: Fetcher;
  readonly errors: Error[];
  /** Takes what was fetched and is not taken yet: topic, partition, offset and value of each record. */
  readonly take: () => string[];
}

/** A fetcher of a log, with the consumer's own defaults. */
export function fetching(log: Transport, options: Partial<FetcherOptions> = {}): Fetching {
  const errors: Error[] = [];
  const { client, events } = readClientOf(log, options);
  const fetcher = new Fetcher(client, {
    from: "earliest",
    requestTimeoutMs: 30_000,
    connectTimeoutMs: 15_000,
    metadataMaxAgeMs: 10_000,
    maxBufferedBytes: 64 * 2 ** 20,
    maxBytesPerPartition: 2 ** 20,
    maxWaitMs: 500,
    minBytes: 1,
    onProgress: () => undefined,
    onError: (error) => errors.push(error),
    ...options,
  });
  const take = (): string[] => {
    const taken: string[] = [];
    for (let next = fetcher.buffer.take(); next !== undefined; next = fetcher.buffer.take()) {
      const { topic, partition } = next.partition;
      const text = new TextDecoder().decode(next.record.value ?? undefined);
      taken.push(`${topic}/${partition} ${next.record.offset} ${text}`);
    }
    return taken;
  };
  return { client, events, fetcher, errors, take };
}
