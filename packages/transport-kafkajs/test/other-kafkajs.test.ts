import { UnsupportedError } from "@dataqueues/core";
import { afterEach, expect, test, vi } from "vitest";

import { captureConnection } from "../src/kafkajs-internals.ts";

/** What the mocked kafkajs passes to its partition assigner. */
const made = vi.hoisted<{ cluster: unknown }>(() => ({ cluster: undefined }));

vi.mock("kafkajs", () => {
  class Kafka {
    logger(): unknown {
      return {};
    }

    consumer({ partitionAssigners }: { partitionAssigners: ((given: unknown) => unknown)[] }): void {
      for (const assigner of partitionAssigners) assigner({ cluster: made.cluster });
    }
  }
  return { default: { Kafka } };
});

afterEach(() => {
  made.cluster = undefined;
});

const nothing = (): void => {};
const connection = { send: nothing, processData: nothing, chunks: [] };
const pool = { pool: [connection] };
const broker = { connect: nothing, versions: null };

/** The parts of kafkajs that are used, some of them replaced. */
function clusterOf(parts: { readonly pool?: unknown; readonly broker?: unknown }): object {
  const { pool: connectionPool = pool, broker: madeBroker = broker } = parts;
  return {
    connectionPoolBuilder: { build: () => Promise.resolve(connectionPool) },
    brokerPool: { createBroker: () => madeBroker },
  };
}

const capture = (onProtocolError: (cause: unknown) => void = nothing) =>
  captureConnection({ host: "host", port: 1 }, {}, onProtocolError);

test("a kafkajs with all parts that are used is taken", async () => {
  made.cluster = clusterOf({});
  const captured = await capture();
  expect(captured.versions()).toBeNull();
});

const without = (whole: object, name: string): object =>
  Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name));

test.each([
  ["cluster", undefined],
  ["cluster", null],
  ["cluster", "text"],
  ["cluster", without(clusterOf({}), "connectionPoolBuilder")],
  ["cluster", without(clusterOf({}), "brokerPool")],
  ["cluster", { ...clusterOf({}), connectionPoolBuilder: {} }],
  ["cluster", { ...clusterOf({}), connectionPoolBuilder: { build: 5 } }],
  ["cluster", { ...clusterOf({}), brokerPool: {} }],
  ["cluster", { ...clusterOf({}), brokerPool: null }],
  ["connection pool", clusterOf({ pool: null })],
  ["connection pool", clusterOf({ pool: without(pool, "pool") })],
  ["connection pool", clusterOf({ pool: { ...pool, pool: "two" } })],
  ["connection", clusterOf({ pool: { ...pool, pool: [] } })],
  ["connection", clusterOf({ pool: { ...pool, pool: [null] } })],
  ["connection", clusterOf({ pool: { ...pool, pool: [without(connection, "send")] } })],
  ["connection", clusterOf({ pool: { ...pool, pool: [without(connection, "chunks")] } })],
  ["connection", clusterOf({ pool: { ...pool, pool: [{ ...connection, chunks: "" }] } })],
  ["connection", clusterOf({ pool: { ...pool, pool: [without(connection, "processData")] } })],
  ["broker", clusterOf({ broker: null })],
  ["broker", clusterOf({ broker: without(broker, "connect") })],
  ["broker", clusterOf({ broker: without(broker, "versions") })],
])("a kafkajs without the %s that is used is refused with the version to install: %#", async (name, cluster) => {
  made.cluster = cluster;
  const capturing = capture();
  await expect(capturing).rejects.toThrow(UnsupportedError);
  await expect(capturing).rejects.toThrow(`This kafkajs has no ${name} as version 2.2.4 has it: install kafkajs 2.2.4`);
});

const queue = { scheduleCheckPendingRequests: nothing, pending: [] };

test.each<[string, object]>([
  ["no queue", {}],
  ["a queue that is none", { requestQueue: null }],
  ["a queue without a schedule", { requestQueue: without(queue, "scheduleCheckPendingRequests") }],
  ["a queue that holds nothing back", { requestQueue: without(queue, "pending") }],
  ["a queue that holds back what is no list", { requestQueue: { ...queue, pending: 5 } }],
])("connections with %s are taken, and left as they are", async (_what, more) => {
  const own = { ...connection, ...copyOf(more) };
  made.cluster = clusterOf({ pool: { ...pool, pool: [own] } });
  await capture();
  expect(own).toMatchObject(more);
});

/** Copies of the objects with the same functions. */
function copyOf(more: object): object {
  return Object.fromEntries(
    Object.entries(more).map(([name, value]: [string, unknown]) => [
      name,
      value === null ? null : { ...(value as object) },
    ]),
  );
}

test("kafkajs's queue sets its timer only while it holds requests back", async () => {
  let looked = 0;
  const requestQueue = {
    pending: [] as unknown[],
    scheduleCheckPendingRequests(): void {
      expect(this).toBe(requestQueue);
      looked += 1;
    },
  };
  made.cluster = clusterOf({ pool: { ...pool, pool: [{ ...connection, requestQueue }] } });
  await capture();
  requestQueue.scheduleCheckPendingRequests();
  expect(looked).toBe(0);
  requestQueue.pending = ["a request"];
  requestQueue.scheduleCheckPendingRequests();
  expect(looked).toBe(1);
});

/** A captured connection, the responses that its kafkajs got, and the protocol errors that were reported. */
async function listening() {
  const got: Buffer[] = [];
  const told: unknown[] = [];
  const own = {
    send: nothing,
    chunks: ["left over"] as unknown[],
    processData(chunk: Buffer): void {
      expect(this).toBe(own);
      expect(own.chunks).toEqual([]);
      got.push(chunk);
      own.chunks.push("left over");
    },
  };
  made.cluster = clusterOf({ pool: { ...pool, pool: [own] } });
  await capture((cause) => told.push(cause));
  return { receive: (hex: string) => own.processData(Buffer.from(hex, "hex")), got, told };
}

test("kafkajs gets whole responses, and nothing of the one before", async () => {
  const { receive, got, told } = await listening();
  receive("0000000500000001");
  expect(got).toEqual([]);
  receive("aa0000000400000002");
  expect(got.map((response) => response.toString("hex"))).toEqual(["0000000500000001aa", "0000000400000002"]);
  expect(told).toEqual([]);
});

test("after bytes that are no response all others are ignored, and the error is reported once", async () => {
  const { receive, got, told } = await listening();
  receive("00000003");
  receive("00000002");
  receive("0000000400000002");
  expect(got).toEqual([]);
  expect(told).toEqual([new RangeError("a response of 3 bytes")]);
});
