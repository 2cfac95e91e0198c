import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueConsumer } from "@dataqueues/core";
import type { Message } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import type { MemoryTransport } from "@dataqueues/transport-memory";

import { run } from "../src/run.ts";
import { fakeTerminal } from "./fake-terminal.ts";
import type { FakeTerminalOptions } from "./fake-terminal.ts";

/** What a command that sends has done. */
export interface Sent {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly records: readonly Message<Uint8Array | null>[];
  /** The values as text. */
  readonly texts: readonly (string | null)[];
}

/** Runs `send weather …` on a log of its own, or a given one, and reads what is in the topic. */
export async function sent(
  args: readonly string[],
  options: FakeTerminalOptions = {},
  transport: MemoryTransport = memory(),
): Promise<Sent> {
  const terminal = fakeTerminal({ transport, ...options });
  const code = await run(["send", "weather", ...args], terminal);
  const records = await recordsOf(transport, "weather");
  const texts = records.map(({ value }) =>
    value === null ? null : new TextDecoder("utf-8", { ignoreBOM: true }).decode(value),
  );
  return { code, out: terminal.out(), err: terminal.err(), records, texts };
}

/** All records of a topic, in the order of their partitions; none of a topic that does not exist. */
export async function recordsOf(transport: MemoryTransport, topic: string): Promise<Message<Uint8Array | null>[]> {
  await using admin = new DataQueueAdmin(transport);
  if (!(await admin.listTopics()).includes(topic)) return [];
  await using consumer = new DataQueueConsumer(transport, { topics: [topic], from: "earliest", until: "end" });
  const records: Message<Uint8Array | null>[] = [];
  for await (const record of consumer) records.push(record);
  return records.toSorted((one, other) => one.partition - other.partition);
}
