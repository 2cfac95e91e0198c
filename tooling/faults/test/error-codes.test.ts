import type { DataQueueEvent } from "@dataqueues/core";
import { kafkaErrors } from "@dataqueues/core";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, memory } from "dataqueues";
import type { MemoryTransport } from "@dataqueues/transport-memory";
import { expect, test, vi } from "vitest";

// Hundreds of clients in a few tests, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

/** Errors that mean something of their own to a client: an outcome, a changed topic, a lost offset or producer id. */
const special: ReadonlySet<string> = new Set([
  "UNKNOWN_TOPIC_OR_PARTITION",
  "OFFSET_OUT_OF_RANGE",
  "RECORD_TOO_LARGE",
  "TOPIC_ALREADY_EXISTS",
  "INVALID_PARTITIONS",
  "OUT_OF_ORDER_SEQUENCE_NUMBER",
  "DUPLICATE_SEQUENCE_NUMBER",
  "INVALID_PRODUCER_EPOCH",
  "INVALID_PRODUCER_ID_MAPPING",
  "UNKNOWN_PRODUCER_ID",
  "PRODUCER_FENCED",
]);

const plainErrors = kafkaErrors.filter(({ name }) => !special.has(name));
const retriableCodes = plainErrors.filter(({ retriable }) => retriable).map(({ name }) => name);
const fatalCodes = plainErrors.filter(({ retriable }) => !retriable).map(({ name }) => name);

async function logWithTopic(): Promise<MemoryTransport> {
  const log = memory();
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics(["a"]);
  return log;
}

/** What the caller sees: "done", or the error's code. */
function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "done",
    (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
  );
}

interface Api {
  readonly request: "metadata" | "listOffsets" | "fetch" | "produce" | "initProducerId" | AdminRequest;
  /** Makes the request by a call of the public API. */
  readonly call: (log: MemoryTransport, onEvent: (event: DataQueueEvent) => void) => Promise<unknown>;
}

type AdminRequest =
  | "createTopics"
  | "createPartitions"
  | "deleteTopics"
  | "deleteRecords"
  | "describeConfigs"
  | "alterConfigs"
  | "describeLogDirs";

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
  "listOffsets, by an admin": { request: "listOffsets", call: administer((admin) => admin.listOffsets("a")) },
  deleteRecords: { request: "deleteRecords", call: administer((admin) => admin.deleteRecords([["a", 0, "latest"]])) },
  describeConfigs: { request: "describeConfigs", call: administer((admin) => admin.describeConfigs(["a"])) },
  describeLogDirs: { request: "describeLogDirs", call: administer((admin) => admin.describeLogDirs("a")) },
  alterConfigs: { request: "alterConfigs", call: administer((admin) => admin.alterConfigs({ a: {} })) },
};

for (const [name, { request, call }] of Object.entries(apis)) {
  test(`${name}: each of ${retriableCodes.length} retriable errors is retried`, async () => {
    const outcomes = await Promise.all(
      retriableCodes.map(async (code) => {
        const log = await logWithTopic();
        log.faults.fail(code, { request, times: 2 });
        const reasons: unknown[] = [];
        const outcome = await outcomeOf(
          call(log, (event) => event.type === "retry" && event.request === request && reasons.push(event.reason)),
        );
        // An admin emits no events about its retries, so there may be none.
        const reported = reasons.filter(
          (reason) => reason instanceof Error && "code" in reason && reason.code === code,
        );
        return [code, outcome, reasons.length === reported.length];
      }),
    );
    expect(outcomes).toEqual(retriableCodes.map((code) => [code, "done", true]));
  });

  test(`${name}: each of ${fatalCodes.length} other errors is reported by its code, and the next call works`, async () => {
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
