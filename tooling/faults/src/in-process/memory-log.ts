import type { LogRecord, Transport } from "@dataqueues/core";

import { judgeRecords } from "../judge-log.ts";
import type { LogUnderTest } from "../log-under-test.ts";

/** The log in this process, read for the judge by its own requests. */
export function memoryLog(log: Transport): LogUnderTest {
  return {
    transport: () => log,
    whole: () => Promise.resolve(),
    judge: async (ledger) => judgeRecords(ledger, await readAll(log)),
  };
}

/** A line for each record: topic, partition, offset and the value's bytes in hexadecimal. */
async function readAll(log: Transport): Promise<string> {
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
