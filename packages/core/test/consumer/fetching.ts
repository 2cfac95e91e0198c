import type { DataQueueEvent } from "../../src/contract/events.ts";
import { NetworkClient } from "../../src/shared/network-client.ts";
import { Fetcher } from "../../src/consumer/fetcher.ts";
import type { FetcherOptions } from "../../src/consumer/fetcher.ts";
import { PartitionState } from "../../src/consumer/partition-state.ts";
import { FetchBuffer } from "../../src/consumer/fetch-buffer.ts";
import type { LogRecord } from "../../src/contract/record.ts";
import type { Transport } from "../../src/contract/transport.ts";

/** A record as it stands in a log. */
export function recordAt(offset: bigint, text: string | null = "", more: Partial<LogRecord> = {}): LogRecord {
  const value = text === null ? null : new TextEncoder().encode(text);
  return { offset, key: null, value, headers: [], timestamp: 0, ...more };
}

/** A partition that is read from `position` on, or does not know its place yet. */
export function readerOf(topic: string, partition = 0, position?: bigint, leader = 1): PartitionState {
  const reader = new PartitionState(topic, partition, position ?? "earliest");
  reader.position = position;
  reader.setLeader(leader);
  return reader;
}

/** A client to a log, with the events on it. */
export function clientOf(
  log: Transport,
  options: { connectTimeoutMs?: number; requestTimeoutMs?: number } = {},
): ClientAndEvents {
  const events: DataQueueEvent[] = [];
  const limits = { connectTimeoutMs: 15_000, requestTimeoutMs: 30_000, ...options };
  return { events, client: new NetworkClient(log, "read", { ...limits, onEvent: (event) => events.push(event) }) };
}

interface ClientAndEvents {
  readonly client: NetworkClient;
  readonly events: DataQueueEvent[];
}

interface Reading extends ClientAndEvents {
  readonly reader: Fetcher;
  readonly errors: Error[];
  /** Takes what was fetched and is not taken yet: topic, partition, offset and value of each. */
  readonly take: () => string[];
}

/** A log that is read, with the consumer's own defaults. */
export function reading(log: Transport, options: Partial<FetcherOptions> = {}): Reading {
  const errors: Error[] = [];
  const { client, events } = clientOf(log, options);
  const buffer = new FetchBuffer(() => reader.resume());
  const reader = new Fetcher(client, buffer, {
    from: "earliest",
    requestTimeoutMs: 30_000,
    connectTimeoutMs: 15_000,
    metadataMaxAgeMs: 10_000,
    maxBufferedBytes: 64 * 2 ** 20,
    maxBytesPerPartition: 2 ** 20,
    maxWaitMs: 500,
    minBytes: 1,
    onRecords: () => undefined,
    onError: (error) => errors.push(error),
    ...options,
  });
  const take = (): string[] => {
    const taken: string[] = [];
    for (let next = buffer.take(); next !== undefined; next = buffer.take()) {
      const { topic, partition } = next.reader;
      taken.push(
        `${topic}/${partition} ${next.record.offset} ${new TextDecoder().decode(next.record.value ?? undefined)}`,
      );
    }
    return taken;
  };
  return { client, events, reader, errors, take };
}
