import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";
import type { Message, Transport } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { onTestFinished } from "vitest";

import { run } from "../../src/run.ts";
import { fakeTerminal } from "../fake-terminal.ts";
import type { FakeTerminalOptions } from "../fake-terminal.ts";

/** What a command did. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command on a log. */
export async function dataqueues(words: readonly string[], options: FakeTerminalOptions): Promise<Outcome> {
  const terminal = fakeTerminal(options);
  const code = await run(words, terminal);
  return { code, out: terminal.out(), err: terminal.err() };
}

/** A folder for the time of a test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "dataqueues-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A log with records `0` to `count - 1`, in turn in two partitions of each topic, a second apart. */
export async function logWith(topics: readonly string[], count: number): Promise<Transport> {
  const transport = memory();
  await using admin = new DataQueueAdmin(transport);
  await admin.createTopics(topics.map((topic) => [topic, 2]));
  for (const topic of topics) {
    await using producer = new DataQueueProducer(transport, { topic });
    for (let index = 0; index < count; index += 1) {
      const value = new TextEncoder().encode(String(index));
      await producer.send(value, { partition: index % 2, key: "k", timestamp: 1_000 * index });
    }
  }
  return transport;
}

/** The records of a topic as `partition:value@timestamp`. */
export async function recordsOf(transport: Transport, topic: string): Promise<string[]> {
  await using consumer = new DataQueueConsumer(transport, { topics: [topic], until: "end" });
  const found: string[] = [];
  for await (const { partition, value, timestamp } of consumer as AsyncIterable<Message>)
    found.push(`${partition}:${new TextDecoder().decode(value)}@${timestamp}`);
  return found.toSorted();
}
