import { expect, test } from "vitest";

import { DataQueueError } from "../../src/contract/errors.ts";
import type { ProducerOptions } from "../../src/producer/producer-options.ts";
import { producerSettings } from "../../src/producer/producer-settings.ts";

// As the documentation of the options says.
const defaults = {
  lingerMs: 0,
  maxMessageBytes: 10_000_000,
  maxBatchBytes: 1_000_000,
  maxBatchRecords: 1_000,
  maxBufferedBytes: 67_108_864,
  deliveryTimeoutMs: 120_000,
  requestTimeoutMs: 30_000,
  connectTimeoutMs: 15_000,
  topicTimeoutMs: 5_000,
  retryBackoffMs: 100,
  metadataMaxAgeMs: 30_000,
  reconnectBackoffMs: 50,
  reconnectBackoffMaxMs: 1_000,
  acks: -1,
  compression: "none",
  idempotent: undefined,
  allowAutoTopicCreation: true,
};

test("options that are left out have their defaults", () => {
  expect(producerSettings({})).toEqual(defaults);
  const left: Record<string, undefined> = Object.fromEntries(Object.keys(defaults).map((name) => [name, undefined]));
  expect(producerSettings(left)).toEqual(defaults);
});

test("every option is kept as given", () => {
  const given = {
    lingerMs: 1,
    maxMessageBytes: 2,
    maxBatchBytes: 3,
    maxBatchRecords: 4,
    maxBufferedBytes: 5,
    deliveryTimeoutMs: 6,
    requestTimeoutMs: 7,
    connectTimeoutMs: 8,
    topicTimeoutMs: 9,
    retryBackoffMs: 10,
    metadataMaxAgeMs: 11,
    reconnectBackoffMs: 12,
    reconnectBackoffMaxMs: 13,
    acks: -1,
    compression: "zstd",
    idempotent: true,
    allowAutoTopicCreation: false,
  } as const;
  expect(producerSettings(given)).toEqual(given);
});

const most = 2 ** 31 - 1;
const largest = Number.MAX_SAFE_INTEGER;

test.each([
  {
    names: ["lingerMs", "retryBackoffMs", "reconnectBackoffMs", "reconnectBackoffMaxMs"],
    good: [0, most],
    bad: [-1, most + 1, Infinity],
  },
  { names: ["topicTimeoutMs"], good: [0, most, Infinity], bad: [-1, most + 1] },
  {
    names: ["deliveryTimeoutMs", "requestTimeoutMs", "connectTimeoutMs", "metadataMaxAgeMs"],
    good: [1, most, Infinity],
    bad: [0, most + 1],
  },
  {
    names: ["maxMessageBytes", "maxBatchBytes", "maxBatchRecords", "maxBufferedBytes"],
    good: [1, largest, Infinity],
    bad: [0, largest + 1],
  },
])("$names may be $good and not $bad", ({ names, good, bad }) => {
  for (const name of names) {
    for (const value of good) expect(producerSettings({ [name]: value })).toMatchObject({ [name]: value });
    for (const value of [...bad, 1.5, NaN, -Infinity, "5", 5n, true]) {
      const message = expect.stringContaining(`${name} must be `);
      expect(refusal({ [name]: value })).toMatchObject({ code: "INVALID_ARGUMENT", message });
    }
  }
});

test.each(["none", "gzip", "snappy", "lz4", "zstd"] as const)("compression may be %s", (compression) => {
  expect(producerSettings({ compression })).toMatchObject({ compression });
});

test.each([
  [{ acks: -1 }, { acks: -1, idempotent: undefined }],
  [{ acks: 0 }, { acks: 0, idempotent: false }],
  [{ acks: 1 }, { acks: 1, idempotent: false }],
  [
    { acks: 1, idempotent: false },
    { acks: 1, idempotent: false },
  ],
  [{ idempotent: false }, { acks: -1, idempotent: false }],
  [{ idempotent: true }, { acks: -1, idempotent: true }],
] as const)("%j gives %j: only acks: -1 can be idempotent", (given, settings) => {
  expect(producerSettings(given)).toMatchObject(settings);
});

test.each([
  [null, "options must be an object, not null"],
  [{ acks: 2 }, "acks must be one of -1, 0, 1, not 2"],
  [{ acks: "all" }, 'acks must be one of -1, 0, 1, not "all"'],
  [{ acks: null }, "acks must be one of -1, 0, 1, not null"],
  [{ acks: 1, idempotent: true }, "acks must be -1 with idempotent: true, not 1"],
  [{ acks: 0, idempotent: true }, "acks must be -1 with idempotent: true, not 0"],
  [{ compression: "brotli" }, 'compression must be one of "none", "gzip", "snappy", "lz4", "zstd", not "brotli"'],
  [{ compression: "" }, 'compression must be one of "none", "gzip", "snappy", "lz4", "zstd", not ""'],
  [{ idempotent: 1 }, "idempotent must be true or false, not 1"],
  [{ allowAutoTopicCreation: "no" }, 'allowAutoTopicCreation must be true or false, not "no"'],
  [{ topic: "" }, 'topic must be a topic\'s name, not ""'],
  [{ topic: 5 }, "topic must be a topic's name, not 5"],
  [{ validate: 1 }, "validate must be true or false, not 1"],
  [{ encoding: {} }, "encoding must be a codec, such as json(), with encode and decode, not a Object"],
  [{ onEvent: {} }, "onEvent must be a function, not a Object"],
])("%j is refused with its name", (options, message) => {
  expect(refusal(options)).toMatchObject({ code: "INVALID_ARGUMENT", message });
});

/** The DataQueueError for these options. */
function refusal(options: unknown): unknown {
  try {
    producerSettings(options as ProducerOptions<never>);
  } catch (error) {
    if (error instanceof DataQueueError) return error;
    throw error;
  }
  return undefined;
}
