import type { FetchLimits, FetchQuery, LogRecord, Transport, WriteConnection } from "@dataqueues/core";
import { decodeRecords } from "@dataqueues/transport-websocket";
import { onTestFinished } from "vitest";

import type { SharedFetch } from "../../src/gateway-log.ts";
import { SharedLog } from "../../src/log/shared-log.ts";
import type { SharedLogOptions } from "../../src/log/shared-log-options.ts";

/** Limits that wait for the first record, for a second at most. */
export const limits: FetchLimits = { maxWaitMs: 1_000, minBytes: 1, maxBytes: 2 ** 22, maxBytesPerPartition: 2 ** 20 };

/** Limits that take what there is. */
export const atOnce: FetchLimits = { ...limits, maxWaitMs: 0 };

/** A shared log that the test closes when it is over. */
export function sharedLog(transport: Transport, options?: SharedLogOptions): SharedLog {
  const log = new SharedLog(transport, options);
  onTestFinished(() => log.close());
  return log;
}

/** The records of an answer, decoded. */
export function recordsOf(fetched: SharedFetch | undefined): LogRecord[] {
  if (fetched === undefined || fetched.error !== undefined) return [];
  const { chunks, count, bytes } = fetched.records;
  const joined = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return decodeRecords(joined, count);
}

/** The values of an answer's records, as text. */
export function textsOf(fetched: SharedFetch | undefined): string[] {
  return recordsOf(fetched).map(({ value }) => new TextDecoder().decode(value ?? undefined));
}

/** A viewer without a budget, who can end its fetches. */
export class Viewer {
  readonly log: SharedLog;
  readBytes = 0;
  allowed = 0;
  #abort = new AbortController();

  constructor(log: SharedLog) {
    this.log = log;
  }

  fetch(wanted: readonly FetchQuery[], how: FetchLimits = limits): Promise<SharedFetch[]> {
    this.#abort = new AbortController();
    return this.log.fetch(wanted, how, {
      signal: this.#abort.signal,
      oldReads: {
        allow: async () => {
          this.allowed += 1;
        },
        read: (bytes) => {
          this.readBytes += bytes;
        },
      },
    });
  }

  /** Ends the fetch that was begun last. */
  cancel(): void {
    this.#abort.abort();
  }
}

/** Creates topics, and gives what appends text to them. */
export async function writerTo(
  transport: Transport,
  topics: readonly (readonly [name: string, partitions: number])[],
): Promise<(topic: string, texts: readonly string[], partition?: number) => Promise<void>> {
  const admin = await transport.open("admin");
  await admin.createTopics(topics.map(([topic, partitions]) => ({ topic, partitions })));
  admin.close();
  const connection: WriteConnection = await transport.open("write");
  onTestFinished(() => connection.close());
  return async (topic, texts, partition = 0) => {
    const [found] = await connection.metadata([topic]);
    const leader = found?.partitions?.find((one) => one.partition === partition)?.leader ?? -1;
    const records = texts.map((text) => {
      return { key: null, value: new TextEncoder().encode(text), headers: [], timestamp: 1_700_000_000_000 };
    });
    const batch = { topic, partition, records, baseSequence: 0 };
    const [result] = await connection.produce(leader, [batch], { acks: -1, timeoutMs: 1_000, compression: "none" });
    if (result?.error !== undefined) throw result.error;
  };
}

/** A transport that counts its requests, by their names. */
export function counted(transport: Transport): { readonly transport: Transport; readonly counts: Map<string, number> } {
  const counts = new Map<string, number>();
  const open: Transport["open"] = async (role, options) => {
    const connection = await transport.open(role, options);
    return new Proxy(connection, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name, target);
        if (typeof method !== "function") return method;
        return (...args: unknown[]): unknown => {
          counts.set(String(name), (counts.get(String(name)) ?? 0) + 1);
          return Reflect.apply(method, target, args);
        };
      },
    });
  };
  return { transport: { ...transport, open }, counts };
}
