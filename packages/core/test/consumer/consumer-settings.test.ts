import { expect, test } from "vitest";

import type { ConsumerOptions } from "../../src/consumer/consumer-options.ts";
import { Assignment } from "../../src/consumer/assignment.ts";
import { batchLimits, consumerSettings } from "../../src/consumer/consumer-settings.ts";
import { DataQueueError } from "../../src/contract/errors.ts";

const mebi = 1_048_576;
const longest = 2_147_483_647;

test("the defaults are those of the options' documentation", () => {
  const defaults = {
    topics: Assignment.ofTopics([]),
    from: "earliest",
    until: undefined,
    latest: undefined,
    maxBufferedBytes: 64 * mebi,
    maxBytesPerPartition: mebi,
    maxWaitMs: 500,
    minBytes: 1,
    requestTimeoutMs: 30_000,
    connectTimeoutMs: 15_000,
    metadataMaxAgeMs: 10_000,
    reconnectBackoffMs: 50,
    reconnectBackoffMaxMs: 1_000,
  };
  expect({ ...consumerSettings({}) }).toEqual(defaults);
  expect({ ...consumerSettings({ maxWaitMs: undefined, from: undefined, topics: undefined }) }).toEqual(defaults);
});

test("a transport that suggests no time at all is refused", () => {
  expect(consumerSettings({}, 10_000)).toMatchObject({ maxWaitMs: 10_000 });
  expect(() => consumerSettings({}, Number.NaN)).toThrow("transport.maxWaitMs must be a whole number");
});

test("given options replace the defaults, with topics as one name or several", () => {
  const from = [["a", 0, 5n] as const];
  expect(consumerSettings({ topics: "a", from, maxWaitMs: 7 })).toMatchObject({
    topics: { topics: ["a"] },
    from,
    maxWaitMs: 7,
  });
  expect(consumerSettings({ topics: new Set(["a", "b"]) })).toMatchObject({ topics: { topics: ["a", "b"] } });
});

type Name =
  | "maxBufferedBytes"
  | "maxBytesPerPartition"
  | "maxWaitMs"
  | "minBytes"
  | "requestTimeoutMs"
  | "connectTimeoutMs"
  | "metadataMaxAgeMs"
  | "reconnectBackoffMs"
  | "reconnectBackoffMaxMs";

test.each<[Name, number[], number[]]>([
  ["maxBufferedBytes", [1, Number.MAX_SAFE_INTEGER, Infinity], [0, -1, 1.5, Number.NaN, 2 ** 53]],
  ["maxBytesPerPartition", [1, Number.MAX_SAFE_INTEGER, Infinity], [0, -1, 1.5, Number.NaN, 2 ** 53]],
  ["maxWaitMs", [0, longest], [-1, 0.5, longest + 1, Infinity]],
  ["minBytes", [0, longest], [-1, 0.5, longest + 1, Infinity]],
  ["requestTimeoutMs", [1, longest, Infinity], [0, 0.5, longest + 1]],
  ["connectTimeoutMs", [1, longest, Infinity], [0, 0.5, longest + 1]],
  ["metadataMaxAgeMs", [1, longest, Infinity], [0, 0.5, longest + 1]],
  ["reconnectBackoffMs", [0, longest], [-1, 0.5, longest + 1, Infinity]],
  ["reconnectBackoffMaxMs", [0, longest], [-1, 0.5, longest + 1, Infinity]],
])("%s has bounds, and a value outside of them is refused with its name", (name, good, bad) => {
  for (const value of good) expect(consumerSettings({ [name]: value })[name]).toBe(value);
  for (const value of bad) {
    const refused = (): unknown => consumerSettings({ [name]: value });
    expect(refused).toThrow(DataQueueError);
    expect(refused).toThrow(`${name} must be a whole number from ${good[0]} to ${good[1]}`);
  }
});

/** Options as a caller without types may give them. */
const untyped = (text: string): ConsumerOptions<unknown> => JSON.parse(text) as ConsumerOptions<unknown>;

test.each([
  ['{ "onBadRecord": "ignore" }', 'onBadRecord must be "skip" or a function, not "ignore"'],
  ['{ "onBadRecord": true }', 'onBadRecord must be "skip" or a function, not true'],
  ['{ "onBadRecord": null }', 'onBadRecord must be "skip" or a function, not null'],
  ['{ "topics": 5 }', "topics must be a topic's name or a list of them, not 5"],
  ['{ "topics": ["a", 5] }', "topics[1] must be a topic's name, not 5"],
  ['{ "from": "beginning" }', 'from must be "earliest", "latest", a Date, { last: n }, or a list'],
  ['{ "from": { "last": -1 } }', "from.last must be a whole number from 0 to 2147483647, not -1"],
  ['{ "from": { "first": 3 } }', 'from must be "earliest", "latest", a Date, { last: n }, or a list'],
  ['{ "until": "latest" }', 'until must be "end", a Date, or a list of topic, partition and offset, not "latest"'],
  ['{ "until": null }', 'until must be "end", a Date, or a list of topic, partition and offset, not null'],
  ['{ "until": [["a", 0, -1]] }', "until[0][2] must be an offset, a whole number from 0 on, not -1"],
  ['{ "latest": "topic" }', 'latest must be one of "partition", "key", not "topic"'],
  ['{ "latest": true }', 'latest must be one of "partition", "key", not true'],
  ['{ "latest": null }', 'latest must be one of "partition", "key", not null'],
  ['{ "encoding": "json" }', "encoding must be a codec"],
  ['{ "validate": 1 }', "validate must be true or false, not 1"],
  ["null", "options must be an object, not null"],
])("options that make no sense are refused with their name: %s", (text, message) => {
  const refused = (): unknown => consumerSettings(untyped(text));
  expect(refused).toThrow(DataQueueError);
  expect(refused).toThrow(message);
  expect(refused).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
});

test('onBadRecord is "skip", a function, or left out', () => {
  for (const onBadRecord of ["skip" as const, () => undefined, undefined]) {
    expect(() => consumerSettings({ onBadRecord })).not.toThrow();
  }
});

test("until and latest are kept as they are, and topics can be a pattern", () => {
  const until = [["a", 0, 5n] as const];
  expect(consumerSettings({ until, latest: "key" })).toMatchObject({ until, latest: "key" });
  expect(consumerSettings({ until: "end", latest: "partition" })).toMatchObject({ until: "end", latest: "partition" });
  expect(consumerSettings({ topics: /^a/g })).toMatchObject({ topics: { topics: [], pattern: /^a/ } });
});

test("a batch has up to 1,000 messages and is not waited for by default", () => {
  expect({ ...batchLimits({}) }).toEqual({ maxMessages: 1_000, maxWaitMs: 0 });
  expect({ ...batchLimits({ maxMessages: undefined, maxWaitMs: undefined }) }).toEqual({
    maxMessages: 1_000,
    maxWaitMs: 0,
  });
});

test.each<["maxMessages" | "maxWaitMs", number[], number[]]>([
  ["maxMessages", [1, Number.MAX_SAFE_INTEGER, Infinity], [0, -1, 1.5, Number.NaN, 2 ** 53]],
  ["maxWaitMs", [0, longest], [-1, 0.5, longest + 1, Infinity, Number.NaN]],
])("of batches, %s has bounds, and a value outside of them is refused with its name", (name, good, bad) => {
  for (const value of good) expect(batchLimits({ [name]: value })[name]).toBe(value);
  for (const value of bad) {
    expect(() => batchLimits({ [name]: value })).toThrow(
      `${name} must be a whole number from ${good[0]} to ${name === "maxMessages" ? good[1] : longest}`,
    );
  }
});
