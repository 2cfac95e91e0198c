import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueConsumer, DataQueueProducer, kafkaError } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

test("a login that is refused when the connection must be made again is told once, and reading goes on once it is not", async () => {
  const log = memory();
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics(["t"]);
  await using producer = new DataQueueProducer(log, { topic: "t" });
  await producer.send(Uint8Array.of(1));
  let refused = 0;
  let refuse = false;
  const transport: Transport = {
    name: "guarded",
    capabilities: log.capabilities,
    open: (role, options) => {
      if (!refuse) return log.open(role, options);
      refused += 1;
      return Promise.reject(kafkaError("SASL_AUTHENTICATION_FAILED", "guarded: the password is another one now"));
    },
  };
  await using consumer = new DataQueueConsumer(transport, { topics: ["t"] });
  const read = consumer[Symbol.asyncIterator]();
  await read.next();
  refuse = true;
  log.faults.disconnect();
  await expect(read.next()).rejects.toMatchObject({ code: "SASL_AUTHENTICATION_FAILED", retriable: false });
  const next = read.next();
  // However often it is tried.
  await expect.poll(() => refused, { timeout: 10_000 }).toBeGreaterThan(4);
  refuse = false;
  await producer.send(Uint8Array.of(2));
  expect((await next).value?.offset).toBe(1n);
});
