import { DataQueueAdmin } from "@dataqueues/admin";
import { byHeader, DataQueueConsumer, DataQueueProducer, NetworkClient } from "@dataqueues/core";
import { utf8 } from "@dataqueues/codec-text";
import { codecCases, transportCases } from "@dataqueues/testing";
import { memory } from "@dataqueues/transport-memory";
import { describe, expect, test } from "vitest";

/** Uses one option, in a constructor or a call. A promise rejects when the option is checked later. */
type Use = (name: string, value: unknown) => unknown;

const log = memory();

// Options that the compiler would refuse, but that configuration files and environments can contain.
const uses: Readonly<Record<string, Use>> = {
  DataQueueProducer: (name, value) => new DataQueueProducer(log, { [name]: value }),
  DataQueueConsumer: (name, value) => new DataQueueConsumer(log, { [name]: value }),
  DataQueueAdmin: (name, value) => new DataQueueAdmin(log, { [name]: value }),
  NetworkClient: (name, value) =>
    new NetworkClient(log, "read", { connectTimeoutMs: 1_000, requestTimeoutMs: 1_000, [name]: value }),
  memory: (name, value) => memory({ [name]: value }),
  createTopics: (name, value) => new DataQueueAdmin(log).createTopics(["a"], { [name]: value }),
  transportCases: (name, value) => transportCases({ transport: () => log, [name]: value }),
  codecCases: (name, value) => codecCases({ codec: utf8(), values: ["a"], [name]: value }),
  byHeader: (name, value) => byHeader([utf8()], { [name]: value }),
  writable: (name, value) => new DataQueueProducer(log, { topic: "a" }).writable({ [name]: value }),
  flush: (name, value) => new DataQueueProducer(log).flush({ [name]: value }),
  close: (name, value) => new DataQueueProducer(log).close({ [name]: value }),
};

/** Options that are numbers: the least value, and whether Infinity is valid. */
const numbers: Readonly<Record<string, Readonly<Record<string, readonly [least: number, infinity: boolean]>>>> = {
  DataQueueProducer: {
    lingerMs: [0, false],
    maxMessageBytes: [1, true],
    maxBatchBytes: [1, true],
    maxBatchRecords: [1, true],
    maxBufferedBytes: [1, true],
    deliveryTimeoutMs: [1, true],
    requestTimeoutMs: [1, true],
    connectTimeoutMs: [1, true],
    topicTimeoutMs: [0, true],
    retryBackoffMs: [0, false],
    metadataMaxAgeMs: [1, true],
  },
  DataQueueConsumer: {
    maxBufferedBytes: [1, true],
    maxBytesPerPartition: [1, true],
    maxWaitMs: [0, false],
    minBytes: [0, false],
    requestTimeoutMs: [1, true],
    connectTimeoutMs: [1, true],
    metadataMaxAgeMs: [1, true],
  },
  DataQueueAdmin: { timeoutMs: [1, true], connectTimeoutMs: [1, true] },
  NetworkClient: { connectTimeoutMs: [1, true], requestTimeoutMs: [1, true] },
  memory: { nodes: [1, false], defaultPartitions: [1, false], maxMessageBytes: [1, true] },
  createTopics: { replicationFactor: [1, false] },
  transportCases: { timeoutMs: [1, false], largestValueBytes: [1, false] },
  codecCases: { timeoutMs: [1, false], rounds: [0, false] },
  writable: { highWaterMark: [1, true] },
  close: { timeoutMs: [0, true] },
};

/** Invalid values of the other options. */
const invalid: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
  DataQueueProducer: {
    topic: ["", 5, ["a"]],
    encoding: ["utf-8", {}, { encode: 1, decode: 2 }],
    encodingHeader: ["", 5, null],
    schema: [{}, "schema", 5, { a: "schema" }, { a: undefined }],
    validate: ["yes", 1],
    acks: [2, "all", "-1"],
    compression: ["brotli", true],
    idempotent: ["yes", 1],
    allowAutoTopicCreation: ["no", 0],
    onEvent: ["log", {}],
  },
  DataQueueConsumer: {
    topics: [5, {}, [""], ["a", 5], ""],
    encoding: ["utf-8", {}],
    schema: [{}, "schema", { a: "schema" }],
    validate: ["no"],
    onBadRecord: ["ignore", 5],
    signal: ["abort", {}],
    onEvent: ["log"],
    from: [
      "start",
      5,
      new Date(Number.NaN),
      [["a", -1, 0n]],
      [["a", 0, -1n]],
      [["a", 0, 0.5]],
      [["a", 0, "7"]],
      [["", 0, 7n]],
      ["a", 0, 7n],
    ],
  },
  DataQueueAdmin: { signal: ["abort"], onEvent: ["log"] },
  memory: { firstOffset: [5, -1n], autoCreateTopicsEnable: ["true"] },
  transportCases: {
    transport: [undefined, log],
    writer: [log, { write: true }],
    capabilities: ["read"],
    newTopic: ["topic"],
    moveLeader: [true],
  },
  codecCases: { seed: [Number.NaN, 0.5], context: [5, null] },
  byHeader: { header: ["", 5, true], otherwise: ["utf-8", {}] },
  writable: { record: ["key", {}], topic: ["", 5], encodingHeader: ["", 5], encoding: ["utf-8"], schema: [{}] },
  flush: { signal: ["abort"] },
  createTopics: { configs: ["retention.ms=1", { "retention.ms": 5 }] },
};

async function errorOf(use: () => unknown): Promise<unknown> {
  try {
    await use();
  } catch (error) {
    return error;
  }
  return undefined;
}

function refused(name: string): unknown {
  return expect.objectContaining({
    code: "INVALID_ARGUMENT",
    message: expect.stringMatching(new RegExp(`^${name}\\S* must be .*, not `)),
  });
}

describe.for(Object.entries(numbers))("%s", ([name, options]) => {
  const use = uses[name] ?? expect.unreachable();

  test.for(Object.entries(options))("%s must be a whole number in its range", async ([option, [least, infinity]]) => {
    const bad: unknown[] = [Number.NaN, -Infinity, -1, least - 1, 0.5, 1.5, 2 ** 53, "500", true, {}, 5n];
    for (const value of infinity ? bad : [...bad, Infinity, 2 ** 31]) {
      expect(await errorOf(() => use(option, value)), `${option}: ${String(value)}`).toEqual(refused(option));
    }
    for (const value of [least, 1_000, ...(infinity ? [Infinity] : [])]) {
      expect(await errorOf(() => use(option, value)), `${option}: ${String(value)}`).toBeUndefined();
    }
  });
});

describe.for(Object.entries(invalid))("%s", ([name, options]) => {
  const use = uses[name] ?? expect.unreachable();

  test.for(Object.entries(options))("an invalid %s is refused by name", async ([option, values]) => {
    for (const value of values) {
      expect(await errorOf(() => use(option, value)), `${option}: ${String(value)}`).toEqual(refused(option));
    }
  });
});

test("idempotent: true needs acks: -1", () => {
  expect(() => new DataQueueProducer(log, { idempotent: true, acks: 1 })).toThrow(/^acks must be -1 with idempotent/);
  expect(() => new DataQueueProducer(log, { acks: 1 })).not.toThrow();
});

test("a transport or options of another type are refused by name", () => {
  for (const Client of [DataQueueProducer, DataQueueConsumer, DataQueueAdmin]) {
    expect(() => Reflect.construct(Client, [{}])).toThrow(/^transport must be a transport/);
    expect(() => Reflect.construct(Client, [undefined])).toThrow(/^transport must be a transport/);
    expect(() => Reflect.construct(Client, [log, null])).toThrow(/^options must be an object/);
  }
});

test("timeouts of Infinity do not end at once", async () => {
  const slow = memory();
  slow.faults.delay(20);
  const never = { requestTimeoutMs: Infinity, connectTimeoutMs: Infinity, metadataMaxAgeMs: Infinity };
  await using producer = new DataQueueProducer(slow, { topic: "never", deliveryTimeoutMs: Infinity, ...never });
  await using consumer = new DataQueueConsumer(slow, { topics: ["never"], maxBufferedBytes: Infinity, ...never });
  await producer.send(new Uint8Array([7]));
  const { value } = await consumer[Symbol.asyncIterator]().next();
  expect(value?.value).toEqual(new Uint8Array([7]));
});
