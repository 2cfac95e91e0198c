import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueProducer } from "@dataqueues/core";
import type { Codec, SendOptions } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import type { MemoryTransport } from "@dataqueues/transport-memory";

import { run } from "../../src/run.ts";
import { fakeTerminal } from "../fake-terminal.ts";
import type { FakeTerminalOptions } from "../fake-terminal.ts";

/** The time of each record, unless it has another. */
export const timestamp: number = Date.UTC(2026, 10, 27, 2, 3, 4, 567);

/** A value with its codec, or bytes as they are. */
export type Sent = readonly [
  value: unknown,
  codec?: Codec<never, unknown> | undefined,
  options?: SendOptions<Uint8Array>,
];

/** A log with a topic, and what was sent to it. */
export async function logWith(topic: string, sent: readonly Sent[], partitions = 1): Promise<MemoryTransport> {
  const log = memory();
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics([[topic, partitions]]);
  await send(log, topic, sent);
  return log;
}

/** Sends values to partition 0, unless they say otherwise. */
export async function send(log: MemoryTransport, topic: string, sent: readonly Sent[]): Promise<void> {
  await using producer = new DataQueueProducer(log);
  for (const [value, encoding, options] of sent) {
    const bytes = encoding === undefined ? value : await encoding.encode(value as never);
    await producer.send(bytes as Uint8Array, { topic, timestamp, partition: 0, ...options });
  }
}

/** What a command wrote, and its exit code. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly outBytes: Uint8Array;
  readonly err: string;
}

/** Runs `dataqueues tail` to its end. */
export async function tail(
  log: MemoryTransport,
  words: readonly string[],
  options: FakeTerminalOptions = {},
): Promise<Outcome> {
  const terminal = fakeTerminal({ transport: log, ...options });
  const code = await run(["tail", ...words], terminal);
  return { code, out: terminal.out(), outBytes: terminal.outBytes(), err: terminal.err() };
}
