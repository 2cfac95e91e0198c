import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueProducer, UnsupportedError } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import type { MemoryTransport } from "@dataqueues/transport-memory";

/** A log with two topics: `night` of two partitions with 5 records, read by two groups, and `empty`. */
export async function exampleLog(): Promise<MemoryTransport> {
  const log = memory({ nodes: 2 });
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics([["night", 2]], { configs: { "retention.ms": "3600000" } });
  await admin.createTopics("empty");
  await using producer = new DataQueueProducer(log, { topic: "night" });
  const hour = 3_600_000;
  for (const timestamp of [hour, 2 * hour, 3 * hour]) {
    await producer.send(new Uint8Array(1_000), { partition: 0, timestamp });
  }
  // These two are of the last minute.
  for (let index = 0; index < 2; index += 1) await producer.send(new Uint8Array(500), { partition: 1 });
  await admin.resetOffsets("averager", [
    ["night", 0, 1n],
    ["night", 1, 1n],
  ]);
  await admin.resetOffsets("display", [["night", 0, 3n]]);
  return log;
}

/** The same log, as a recording shows it: it can only be read. */
export function readOnly(log: Transport): Transport {
  return {
    ...log,
    name: "night.mcap",
    capabilities: { write: false, admin: false, idempotence: false, groups: false },
    async open(role, options) {
      if (role !== "read") throw new UnsupportedError(`a recording cannot be opened to ${role}`);
      return log.open(role, options);
    },
  };
}

/** The same log; `counts` has how often each of its requests was made. */
export function counting(log: Transport, counts: Map<string, number>): Transport {
  return {
    ...log,
    async open(role, options) {
      return new Proxy(await log.open(role, options), {
        get(target, name) {
          const value: unknown = Reflect.get(target, name);
          if (typeof value !== "function") return value;
          return (...args: unknown[]): unknown => {
            counts.set(String(name), (counts.get(String(name)) ?? 0) + 1);
            return Reflect.apply(value, target, args);
          };
        },
      });
    },
  };
}
