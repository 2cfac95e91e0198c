import { expect, test } from "vitest";

import { Assignment } from "../../src/consumer/assignment.ts";
import { TransportError } from "../../src/contract/errors.ts";
import type { OffsetSpec } from "../../src/consumer/offset-spec.ts";
import type { Connection } from "../../src/contract/transport.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { fetching, recordAt } from "./fetching.ts";
import { failure, ScriptedLog } from "../scripted-log.ts";

useFakeClock({ atMs: 5_000 });

/** A log of one partition that begins at `bounds.first` and ends before `bounds.end`, with the times and offsets of its fetches. */
function bounded(bounds: { first: bigint; end: bigint }): {
  log: ScriptedLog;
  fetches: (readonly [number, bigint])[];
  find: Connection["listOffsets"];
} {
  const log = new ScriptedLog({ a: 1 });
  const begin = performance.now();
  const fetches: (readonly [number, bigint])[] = [];
  const find: Connection["listOffsets"] = async (_leader, queries) =>
    queries.map(({ topic, partition, at }) => ({
      topic,
      partition,
      offset: at === "latest" ? bounds.end : bounds.first,
    }));
  log.on.listOffsets = find;
  log.on.fetch = async (_leader, wanted, { maxWaitMs }) => {
    const { topic, partition, offset } = wanted[0] ?? { topic: "a", partition: 0, offset: 0n };
    fetches.push([Math.round(performance.now() - begin), offset]);
    if (offset === bounds.end) await new Promise((resolve) => setTimeout(resolve, maxWaitMs));
    if (offset < bounds.first || offset > bounds.end) {
      return [{ topic, partition, error: failure("OFFSET_OUT_OF_RANGE") }];
    }
    const records = offset < bounds.end ? [recordAt(offset)] : [];
    return [{ topic, partition, records, nextOffset: offset + BigInt(records.length), highWatermark: bounds.end }];
  };
  return { log, fetches, find };
}

const longAgo = new Date(0);

test.each<[string, OffsetSpec, bigint, { first: bigint; end: bigint }, { lostTo: bigint; resumedAt: bigint }]>([
  ["before the first, from earliest", "earliest", 5n, { first: 8n, end: 10n }, { lostTo: 8n, resumedAt: 8n }],
  ["before the first, from latest", "latest", 5n, { first: 8n, end: 10n }, { lostTo: 10n, resumedAt: 10n }],
  ["before the first, from a time", longAgo, 5n, { first: 8n, end: 10n }, { lostTo: 8n, resumedAt: 8n }],
  ["one before the first", "latest", 7n, { first: 8n, end: 10n }, { lostTo: 10n, resumedAt: 10n }],
  ["past the end, from earliest", "earliest", 12n, { first: 8n, end: 10n }, { lostTo: 12n, resumedAt: 8n }],
  ["past the end, from latest", "latest", 12n, { first: 8n, end: 10n }, { lostTo: 12n, resumedAt: 8n }],
  ["one past the end", "latest", 11n, { first: 8n, end: 10n }, { lostTo: 11n, resumedAt: 8n }],
  ["past the end of an empty log", "earliest", 3n, { first: 0n, end: 0n }, { lostTo: 3n, resumedAt: 0n }],
])(
  "reading goes on elsewhere after an offset that the log no longer has: %s",
  async (_, from, asked, bounds, resumed) => {
    const now = { first: asked, end: asked };
    const { log, fetches } = bounded(now);
    const { fetcher, client, events, errors, take } = fetching(log, { from, metadataMaxAgeMs: 3_600_000 });
    await fetcher.assign(Assignment.ofTopics("a"));
    await pass(0);
    Object.assign(now, bounds);
    await pass(600);
    expect(events.filter(({ type }) => type !== "connected")).toEqual([
      { type: "offsetOutOfRange", topic: "a", partition: 0, lostFrom: asked, ...resumed },
    ]);
    // The new position is asked for at once.
    expect(fetches.slice(0, 2)).toEqual([
      [0, asked],
      [500, resumed.resumedAt],
    ]);
    const rest = Array.from(
      { length: Number(bounds.end - resumed.resumedAt) },
      (_one, index) => resumed.resumedAt + BigInt(index),
    );
    expect(take()).toEqual(rest.map((offset) => `a/0 ${offset} `));
    expect(errors).toEqual([]);
    client.close();
  },
);

test.each([
  ["the first", 8n],
  ["in between", 9n],
  ["the end", 10n],
])("a log that denies an offset within its bounds is asked again with growing pauses: %s", async (_, asked) => {
  const { log, fetches } = bounded({ first: 8n, end: 10n });
  const begin = performance.now();
  const times: number[] = [];
  log.on.fetch = async () => {
    times.push(Math.round(performance.now() - begin));
    return [{ topic: "a", partition: 0, error: failure("OFFSET_OUT_OF_RANGE") }];
  };
  const { fetcher, client, events, errors } = fetching(log, { from: [["a", 0, asked]], metadataMaxAgeMs: 3_600_000 });
  await fetcher.assign(Assignment.ofTopics("a"));
  await pass(3_700);
  // The bounds are looked up by the next refresh, which comes at once; after it comes the pause.
  expect(times).toEqual([0, 50, 150, 350, 750, 1_550, 2_550, 3_550]);
  const [first, second, ...others] = events.filter(({ type }) => type !== "connected");
  expect(first).toEqual({
    type: "retry",
    request: "fetch",
    topic: "a",
    partition: 0,
    attempt: 0,
    reason: expect.any(TransportError),
  });
  expect(first).toMatchObject({
    reason: {
      code: "OFFSET_OUT_OF_RANGE",
      retriable: true,
      topic: "a",
      partition: 0,
      offset: asked,
      message: `offset ${asked} is out of range, between 8 and 10`,
    },
  });
  expect(second).toMatchObject({ type: "retry", attempt: 1 });
  expect(others).toHaveLength(times.length - 2);
  expect([errors, fetches]).toEqual([[], []]);
  client.close();
});

test("a log whose bounds move on each time is asked again at once, and then with growing pauses", async () => {
  const { log } = bounded({ first: 8n, end: 10n });
  const begin = performance.now();
  const times: number[] = [];
  log.on.fetch = async () => {
    times.push(Math.round(performance.now() - begin));
    return [{ topic: "a", partition: 0, error: failure("OFFSET_OUT_OF_RANGE") }];
  };
  let first = 0n;
  log.on.listOffsets = async (_leader, [query]) => {
    // Its first offset is always after the one that was asked for.
    const offset = query?.at === "earliest" ? (first += 10n) : 1_000_000n;
    return [{ topic: "a", partition: 0, offset }];
  };
  const { fetcher, client, events } = fetching(log, { metadataMaxAgeMs: 3_600_000 });
  await fetcher.assign(Assignment.ofTopics("a"));
  await pass(2_000);
  expect(times).toEqual([0, 0, 100, 300, 700, 1_500]);
  expect(events.filter(({ type }) => type === "offsetOutOfRange")).toHaveLength(times.length);
  client.close();
});

test("bounds that cannot be looked up are looked up again, and are an error once that lasts", async () => {
  const bounds = { first: 0n, end: 0n };
  const { log, find } = bounded(bounds);
  const { fetcher, client, events, errors, take } = fetching(log, { connectTimeoutMs: 2_000 });
  await fetcher.assign(Assignment.ofTopics("a"));
  await pass(0);
  const error = failure("LEADER_NOT_AVAILABLE");
  log.on.listOffsets = async () => [{ topic: "a", partition: 0, error }];
  Object.assign(bounds, { first: 3n, end: 4n });
  await pass(2_499);
  expect(errors).toEqual([]);
  await pass(50);
  expect(errors).toMatchObject([
    {
      code: "LEADER_NOT_AVAILABLE",
      message: "not read for 2000 ms, still trying: cannot read a[0]: LEADER_NOT_AVAILABLE",
    },
  ]);
  const retries = events.filter(({ type }) => type === "retry");
  expect(retries.length).toBeGreaterThan(2);
  expect(retries.slice(0, 2)).toEqual(
    [1, 2].map((attempt) => ({
      type: "retry",
      request: "listOffsets",
      topic: "a",
      partition: 0,
      attempt,
      reason: error,
    })),
  );
  log.on.listOffsets = find;
  await pass(5_000);
  expect(take()).toEqual(["a/0 3 "]);
  expect(events).toContainEqual({
    type: "offsetOutOfRange",
    topic: "a",
    partition: 0,
    lostFrom: 0n,
    lostTo: 3n,
    resumedAt: 3n,
  });
  client.close();
});

test("a topic that is created again while its bounds are looked up is read from its beginning", async () => {
  const bounds = { first: 5n, end: 5n };
  const { log, fetches, find } = bounded(bounds);
  const { fetcher, client, events } = fetching(log, { metadataMaxAgeMs: 3_600_000 });
  await fetcher.assign(Assignment.ofTopics("a"));
  await pass(0);
  log.topicIds.set("a", "one");
  log.on.listOffsets = async (_leader, queries) => {
    // This response is still about the old topic.
    log.topicIds.set("a", "two");
    log.on.listOffsets = find;
    return queries.map(({ topic, partition }) => ({ topic, partition, error: failure("LEADER_NOT_AVAILABLE") }));
  };
  Object.assign(bounds, { first: 0n, end: 0n });
  await pass(2_000);
  expect(events.filter(({ type }) => type.startsWith("topic") || type.startsWith("offset"))).toEqual([
    { type: "topicRecreated", topic: "a" },
  ]);
  expect(fetches.at(-1)?.[1]).toBe(0n);
  client.close();
});
