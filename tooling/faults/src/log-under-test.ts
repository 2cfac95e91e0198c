import type { LogRecord, Transport } from "@dataqueues/core";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { kafkajs } from "dataqueues";

import { checkLog, checkRecords } from "./checker.ts";
import type { CheckResult } from "./checker.ts";
import { allInSync } from "./cluster-state.ts";
import type { History } from "./history.ts";

/** The log that a workload writes and reads while things go wrong. */
export interface LogUnderTest {
  /** A transport to it; each client gets one of its own. */
  transport(): Transport;
  /** Resolves when every replica of these topics is in sync. */
  inSync(topics: readonly string[]): Promise<void>;
  /** Reads the log to its end and compares it with the history. */
  check(history: History): Promise<CheckResult>;
}

/** A real Kafka. The clients connect to `servers`, by default to the nodes themselves. */
export function kafkaLog(kafka: Kafka, servers: readonly string[] = kafka.bootstrapServers): LogUnderTest {
  return {
    transport: () => kafkajs(servers),
    inSync: (topics) => allInSync(kafka, topics),
    check: (history) => checkLog(kafka.bootstrapServers, history),
  };
}

/** The in-process log, read for the checker by its own fetch requests. */
export function memoryLog(log: Transport): LogUnderTest {
  return {
    transport: () => log,
    inSync: () => Promise.resolve(),
    check: async (history) => checkRecords(history, await readAll(log)),
  };
}

/** One line per record: topic, partition, offset, value in hexadecimal. */
export async function readAll(log: Transport): Promise<string> {
  const connection = await log.open("read");
  const limits = { maxWaitMs: 0, minBytes: 0, maxBytes: Infinity, maxBytesPerPartition: Infinity };
  const lines: string[] = [];
  for (const { topic, partitions = [] } of await connection.metadata()) {
    for (const { partition, leader } of partitions) {
      const [fetched] = await connection.fetch(leader, [{ topic, partition, offset: 0n }], limits);
      if (fetched?.error !== undefined) throw fetched.error;
      const line = ({ offset, value }: LogRecord): string =>
        [topic, partition, offset, Buffer.from(value ?? []).toString("hex")].join(",");
      lines.push(...(fetched?.records ?? []).map(line));
    }
  }
  connection.close();
  return lines.join("\n");
}
