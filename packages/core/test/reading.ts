import type { DataQueueEvent } from "../src/events.ts";
import { Link } from "../src/link.ts";
import { LogReader } from "../src/log-reader.ts";
import type { LogReaderOptions } from "../src/log-reader.ts";
import { PartitionReader } from "../src/partition-reader.ts";
import { RecordBuffer } from "../src/record-buffer.ts";
import type { LogRecord } from "../src/record.ts";
import type { Transport } from "../src/transport.ts";

/** A record as it stands in a log. */
export function recordAt(offset: bigint, text: string | null = "", more: Partial<LogRecord> = {}): LogRecord {
  const value = text === null ? null : new TextEncoder().encode(text);
  return { offset, key: null, value, headers: [], timestamp: 0, ...more };
}

/** A partition that is read from `position` on, or does not know its place yet. */
export function readerOf(topic: string, partition = 0, position?: bigint, leader = 1): PartitionReader {
  const reader = new PartitionReader(topic, partition, position ?? "earliest");
  reader.position = position;
  reader.moveTo(leader);
  return reader;
}

/** A link to a log, with the events on it. */
export function linkTo(log: Transport, options: { connectTimeoutMs?: number; requestTimeoutMs?: number } = {}): Linked {
  const events: DataQueueEvent[] = [];
  const limits = { connectTimeoutMs: 15_000, requestTimeoutMs: 30_000, ...options };
  return { events, link: new Link(log, "read", { ...limits, onEvent: (event) => events.push(event) }) };
}

interface Linked {
  readonly link: Link;
  readonly events: DataQueueEvent[];
}

interface Reading extends Linked {
  readonly reader: LogReader;
  readonly errors: Error[];
  /** Takes what was fetched and is not taken yet: topic, partition, offset and value of each. */
  readonly take: () => string[];
}

/** A log that is read, with the consumer's own defaults. */
export function reading(log: Transport, options: Partial<LogReaderOptions> = {}): Reading {
  const errors: Error[] = [];
  const { link, events } = linkTo(log, options);
  const buffer = new RecordBuffer(() => reader.resume());
  const reader = new LogReader(link, buffer, {
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
  return { link, events, reader, errors, take };
}
