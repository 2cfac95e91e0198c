import type { DataQueueEvent } from "@dataqueues/core";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, memory } from "dataqueues";
import type { MemoryTransport } from "@dataqueues/transport-memory";
import { expect, test, vi } from "vitest";

import { fatalCodes, retriableCodes } from "../src/in-process/error-codes.ts";

// Hundreds of clients in a few tests, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

async function logWithTopic(): Promise<MemoryTransport> {
  const log = memory();
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics(["a"]);
  return log;
}

/** How an outcome looks to the caller: "done", or the error's code. */
function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "done",
    (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
  );
}

interface Api {
  readonly request: "metadata" | "listOffsets" | "fetch" | "produce" | "initProducerId" | AdminRequest;
  /** Makes the request by way of what users call. */
  readonly call: (log: MemoryTransport, onEvent: (event: DataQueueEvent) => void) => Promise<unknown>;
}

type AdminRequest = "createTopics" | "createPartitions" | "deleteTopics";

const send: Api["call"] = async (log, onEvent) => {
  await using producer = new DataQueueProducer(log, { topic: "a", onEvent, retryBackoffMs: 5, idempotent: true });
  return await producer.send(new Uint8Array(1));
};

const receive: Api["call"] = async (log, onEvent) => {
  const producer = new DataQueueProducer(log, { topic: "a" });
  await producer.send(new Uint8Array(1));
  await using consumer = new DataQueueConsumer(log, { topics: ["a"], onEvent });
  await consumer.connect();
  return await consumer[Symbol.asyncIterator]().next();
};

const administer =
  (call: (admin: DataQueueAdmin) => Promise<unknown>): Api["call"] =>
  async (log, onEvent) => {
    await using admin = new DataQueueAdmin(log, { onEvent });
    return await call(admin);
  };

const apis: Readonly<Record<string, Api>> = {
  "metadata, by send": { request: "metadata", call: send },
  produce: { request: "produce", call: send },
  initProducerId: { request: "initProducerId", call: send },
  "metadata, by a consumer": {
    request: "metadata",
    call: async (log, onEvent) => {
      await using consumer = new DataQueueConsumer(log, { topics: ["a"], onEvent });
      return await consumer.connect();
    },
  },
  listOffsets: { request: "listOffsets", call: receive },
  fetch: { request: "fetch", call: receive },
  "metadata, by an admin": { request: "metadata", call: administer((admin) => admin.describeTopics(["a"])) },
  createTopics: { request: "createTopics", call: administer((admin) => admin.createTopics(["b"])) },
  createPartitions: { request: "createPartitions", call: administer((admin) => admin.createTopics([["a", 2]])) },
  deleteTopics: { request: "deleteTopics", call: administer((admin) => admin.deleteTopics(["a"])) },
};

for (const [name, { request, call }] of Object.entries(apis)) {
  test(`${name}: each of ${retriableCodes.length} errors that pass is tried again`, async () => {
    const outcomes = await Promise.all(
      retriableCodes.map(async (code) => {
        const log = await logWithTopic();
        log.faults.fail(code, { request, times: 2 });
        const reasons: unknown[] = [];
        const outcome = await outcomeOf(
          call(log, (event) => event.type === "retry" && event.request === request && reasons.push(event.reason)),
        );
        // Admins do not tell of their retries.
        const told = reasons.filter((reason) => reason instanceof Error && "code" in reason && reason.code === code);
        return [code, outcome, reasons.length === told.length];
      }),
    );
    expect(outcomes).toEqual(retriableCodes.map((code) => [code, "done", true]));
  });

  test(`${name}: each of ${fatalCodes.length} errors that stay is told by its code, and the next call works`, async () => {
    const outcomes = await Promise.all(
      fatalCodes.map(async (code) => {
        const log = await logWithTopic();
        const end = log.faults.fail(code, { request });
        const first = await outcomeOf(call(log, () => undefined));
        end();
        return [code, first, await outcomeOf(call(log, () => undefined))];
      }),
    );
    expect(outcomes).toEqual(fatalCodes.map((code) => [code, code, "done"]));
  });
}
