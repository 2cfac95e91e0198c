import { expect, test } from "vitest";

import { findAllOffsets, findOffsets, lookUpStarts, resetOffsets } from "../../src/consumer/offset-lookup.ts";
import type { PartitionOffset } from "../../src/consumer/offset-spec.ts";
import { PartitionState } from "../../src/consumer/partition-state.ts";
import { ClosedError } from "../../src/contract/errors.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import type { OffsetResult } from "../../src/contract/transport.ts";
import { failure, noResponse, ScriptedLog } from "../scripted-log.ts";
import { readClientOf } from "./fetching.ts";

/** A partition that starts at `start`. */
function starting(partition: number, start: PartitionOffset, leader = 1): PartitionState {
  const state = new PartitionState("a", partition, start);
  state.setLeader({ leader });
  return state;
}

/** A partition whose log does not have the offset 3 any more. */
function lost(partition: number, leader = 1): PartitionState {
  const state = starting(partition, 3n, leader);
  state.resumeAt(3n);
  state.loseOffset();
  return state;
}

const positions = (states: readonly PartitionState[]): unknown[] => states.map(({ position }) => position);

/** A log whose one topic has partitions with three records each, of the time 0. */
function logOfThree(partitions = 5): ScriptedLog {
  const log = new ScriptedLog({ a: partitions });
  for (let partition = 0; partition < partitions; partition += 1) log.append("a", partition, "0", "1", "2");
  return log;
}

test("every partition is asked for its own start in one request, and exact offsets are not asked for", async () => {
  const log = logOfThree();
  const { client } = readClientOf(log);
  const states = [starting(0, "latest"), starting(1, 17n), starting(2, "earliest"), starting(3, { timestamp: -5 })];
  expect(await lookUpStarts(client, states)).toEqual([]);
  expect(positions(states)).toEqual([3n, 17n, 0n, 0n]);
  expect(log.calls("listOffsets")).toEqual([
    [
      1,
      [
        { topic: "a", partition: 0, at: "latest" },
        { topic: "a", partition: 2, at: "earliest" },
        { topic: "a", partition: 3, at: { timestamp: -5 } },
      ],
    ],
  ]);
});

test("no request is made, and no connection opened, where nothing is to be asked", async () => {
  const log = logOfThree();
  const { client } = readClientOf(log);
  const exact = starting(0, 2n);
  expect(await lookUpStarts(client, [exact])).toEqual([]);
  expect(await lookUpStarts(client, [])).toEqual([]);
  expect(await resetOffsets(client, [], "earliest", () => undefined)).toEqual([]);
  expect([exact.position, log.opened, log.requests]).toEqual([2n, 0, []]);
});

test("each leader is asked for its own partitions, with the newest epoch of each", async () => {
  const log = logOfThree();
  const { client } = readClientOf(log);
  const states = [starting(0, "latest", 2), starting(1, "earliest", 1), starting(2, "latest", 2)];
  states[0]?.setLeader({ leader: 2, leaderEpoch: 9 });
  states[1]?.setLeader({ leader: 1, leaderEpoch: 4 });
  expect(await lookUpStarts(client, states)).toEqual([]);
  expect(positions(states)).toEqual([3n, 0n, 3n]);
  expect(log.calls("listOffsets")).toEqual([
    [
      2,
      [
        { topic: "a", partition: 0, at: "latest", leaderEpoch: 9 },
        { topic: "a", partition: 2, at: "latest", leaderEpoch: undefined },
      ],
    ],
    [1, [{ topic: "a", partition: 1, at: "earliest", leaderEpoch: 4 }]],
  ]);
});

test("a leader that fails is an error of its own partitions only", async () => {
  const log = logOfThree();
  const { client } = readClientOf(log);
  const error = failure("NETWORK_EXCEPTION");
  log.on.listOffsets = (leader, queries) =>
    leader === 2 ? Promise.reject(error) : log.plain.listOffsets(leader, queries);
  const states = [
    starting(0, "latest", 2),
    starting(1, "latest", 1),
    starting(2, "latest", 2),
    starting(3, "latest", 3),
  ];
  expect(await lookUpStarts(client, states)).toEqual([
    { state: states[0], error },
    { state: states[2], error },
  ]);
  expect(positions(states)).toEqual([undefined, 3n, undefined, 3n]);
});

test("leaders that all fail reject with the first error", async () => {
  const log = logOfThree();
  const { client } = readClientOf(log);
  const errors = [failure("NETWORK_EXCEPTION"), failure("REQUEST_TIMED_OUT")];
  log.on.listOffsets = (leader) => Promise.reject(errors[leader - 1]);
  await expect(lookUpStarts(client, [starting(0, "latest", 1), starting(1, "latest", 2)])).rejects.toBe(errors[0]);
});

test("leaders are asked at the same time", async () => {
  const log = logOfThree();
  const { client } = readClientOf(log);
  let asked = 0;
  let bothAsked = (): void => undefined;
  const both = new Promise<void>((resolve) => (bothAsked = resolve));
  log.on.listOffsets = async (leader, queries) => {
    if (++asked === 2) bothAsked();
    await both;
    return log.plain.listOffsets(leader, queries);
  };
  const states = [starting(0, "latest", 1), starting(1, "latest", 2)];
  await lookUpStarts(client, states);
  expect(positions(states)).toEqual([3n, 3n]);
});

test("a partition without a leader is not found, without a request, and the others are", async () => {
  const log = logOfThree();
  const { client } = readClientOf(log);
  const states = [starting(0, "latest", -1), starting(1, "latest", 0)];
  const notFound = await lookUpStarts(client, states);
  expect(notFound).toEqual([{ state: states[0], error: expect.anything() }]);
  expect(notFound[0]?.error).toMatchObject({
    code: "LEADER_NOT_AVAILABLE",
    retriable: true,
    message: "the partition has no leader",
  });
  expect(positions(states)).toEqual([undefined, 3n]);
  expect(log.calls("listOffsets").map(([leader]) => leader)).toEqual([0]);
  // Nothing failed, so nothing is thrown either when no partition has a leader.
  expect(await lookUpStarts(client, [starting(0, "latest", -1)])).toHaveLength(1);
});

test("a time after all records starts at the end, so that only new ones come", async () => {
  const log = logOfThree();
  const { client } = readClientOf(log);
  const [late, first] = [starting(0, { timestamp: 1 }), starting(1, "earliest")];
  expect(await lookUpStarts(client, [late, first])).toEqual([]);
  expect([late.position, first.position]).toEqual([3n, 0n]);
  expect(log.calls("listOffsets").slice(1)).toEqual([[1, [{ topic: "a", partition: 0, at: "latest" }]]]);
});

test("results are matched by topic and partition, in whatever order they come", async () => {
  const log = logOfThree();
  log.on.listOffsets = async (_leader, queries) =>
    queries.map(({ topic, partition }) => ({ topic, partition, offset: BigInt(partition * 10) })).toReversed();
  const { client } = readClientOf(log);
  const states = [starting(0, "earliest"), starting(1, "earliest"), starting(2, "latest")];
  await lookUpStarts(client, states);
  expect(positions(states)).toEqual([0n, 10n, 20n]);
});

test("a partition that cannot be found is given with its error, and the others have their positions", async () => {
  const log = logOfThree();
  const error = failure("NOT_LEADER_OR_FOLLOWER", { topic: "a", partition: 1 });
  const later = failure("LEADER_NOT_AVAILABLE", { topic: "a", partition: 2 });
  log.on.listOffsets = async (_leader, queries) =>
    queries.map(({ topic, partition, at }) => {
      if (partition === 1) return { topic, partition, error };
      if (partition === 2 && at === "latest") return { topic, partition, error: later };
      return { topic, partition, offset: partition === 2 ? -1n : 4n };
    });
  const { client } = readClientOf(log);
  const states = [starting(0, "earliest"), starting(1, "earliest"), starting(2, { timestamp: 9 })];
  expect(await lookUpStarts(client, states)).toEqual([
    { state: states[1], error },
    { state: states[2], error: later },
  ]);
  expect(positions(states)).toEqual([4n, undefined, undefined]);
});

test("a partition that the response leaves out has no position and no error", async () => {
  const log = logOfThree();
  log.on.listOffsets = async () => [{ topic: "a", partition: 1, offset: 8n }];
  const { client } = readClientOf(log);
  const states = [starting(0, "earliest"), starting(1, "earliest")];
  expect(await lookUpStarts(client, states)).toEqual([]);
  expect(positions(states)).toEqual([undefined, 8n]);
});

test("a result for a partition that got a position, or started again, meanwhile is dropped", async () => {
  const log = logOfThree();
  const [placed, moved, again] = [starting(0, "earliest"), starting(1, "latest"), starting(2, "earliest")];
  const left = starting(3, "latest");
  log.on.listOffsets = async (_leader, queries) => {
    placed.resumeAt(2n);
    moved.restart("earliest");
    // The same start, of a topic that was created again.
    again.restart("earliest");
    return queries.map(({ topic, partition }) => ({ topic, partition, offset: 9n }));
  };
  const { client } = readClientOf(log);
  await lookUpStarts(client, [placed, moved, again, left]);
  expect(positions([placed, moved, again, left])).toEqual([2n, undefined, undefined, 9n]);
});

test("lost offsets are looked up by the first offset and the one after the last, with an error for each that fails", async () => {
  const log = logOfThree();
  const error = failure("LEADER_NOT_AVAILABLE");
  log.on.listOffsets = async (_leader, queries) =>
    queries.map(({ topic, partition, at }) => {
      const fails = (partition === 1 && at === "earliest") || (partition === 2 && at === "latest");
      return fails ? { topic, partition, error } : { topic, partition, offset: at === "earliest" ? 5n : 9n };
    });
  const { client } = readClientOf(log);
  const states = [lost(0), lost(1), lost(2)];
  const events: DataQueueEvent[] = [];
  expect(await resetOffsets(client, states, "earliest", (event) => events.push(event))).toEqual([
    { state: states[1], error },
    { state: states[2], error },
  ]);
  expect(positions(states)).toEqual([5n, undefined, undefined]);
  expect(states.map(({ outOfRange }) => outOfRange)).toEqual([undefined, 3n, 3n]);
  expect(events).toEqual([
    { type: "offsetOutOfRange", topic: "a", partition: 0, lostFrom: 3n, lostTo: 5n, resumedAt: 5n },
  ]);
});

test("a lost offset goes on at the end when that is where new partitions start", async () => {
  const log = logOfThree();
  log.on.listOffsets = async (_leader, queries) =>
    queries.map(({ topic, partition, at }) => ({ topic, partition, offset: at === "earliest" ? 5n : 9n }));
  const { client } = readClientOf(log);
  const state = lost(0);
  const events: DataQueueEvent[] = [];
  expect(await resetOffsets(client, [state], "latest", (event) => events.push(event))).toEqual([]);
  expect(state).toMatchObject({ position: 9n, restarts: 1 });
  expect(events).toEqual([
    { type: "offsetOutOfRange", topic: "a", partition: 0, lostFrom: 3n, lostTo: 9n, resumedAt: 9n },
  ]);
});

test("a partition whose first or end offset is left out of the response keeps its lost offset, without an error", async () => {
  const log = logOfThree();
  log.on.listOffsets = async (_leader, queries) =>
    queries.flatMap(({ topic, partition, at }) =>
      (partition === 0) === (at === "earliest") ? [{ topic, partition, offset: 1n }] : [],
    );
  const { client } = readClientOf(log);
  const states = [lost(0), lost(1)];
  expect(await resetOffsets(client, states, "earliest", () => undefined)).toEqual([]);
  expect(states.map(({ position, outOfRange }) => [position, outOfRange])).toEqual([
    [undefined, 3n],
    [undefined, 3n],
  ]);
});

test("a partition that started again while its bounds were looked up is left alone", async () => {
  const log = logOfThree();
  const state = lost(0);
  log.on.listOffsets = async (leader, queries) => {
    if (queries[0]?.at === "earliest") state.restart("earliest");
    return log.plain.listOffsets(leader, queries);
  };
  const { client } = readClientOf(log);
  const events: DataQueueEvent[] = [];
  expect(await resetOffsets(client, [state], "earliest", (event) => events.push(event))).toEqual([]);
  expect(state).toMatchObject({ position: undefined, start: "earliest", restarts: 1 });
  expect(events).toEqual([]);
});

test("a request that fails as a whole rejects", async () => {
  const log = logOfThree();
  const error = failure("NETWORK_EXCEPTION");
  log.on.listOffsets = () => Promise.reject(error);
  const { client } = readClientOf(log);
  await expect(lookUpStarts(client, [starting(0, "earliest")])).rejects.toBe(error);
  await expect(resetOffsets(client, [lost(0)], "earliest", () => undefined)).rejects.toBe(error);
});

test("a client that is closed rejects with its reason, although another leader has responded", async () => {
  const log = logOfThree();
  const { client } = readClientOf(log);
  log.on.listOffsets = (leader, queries) =>
    leader === 2 ? noResponse<OffsetResult[]>() : log.plain.listOffsets(leader, queries);
  const found = lookUpStarts(client, [starting(0, "latest", 1), starting(1, "latest", 2)]);
  // By then leader 1 has responded.
  await new Promise((resolve) => setImmediate(resolve));
  const reason = new ClosedError("the consumer is closed");
  client.close(reason);
  await expect(found).rejects.toBe(reason);
});

test("a request without a response is named", async () => {
  const log = logOfThree();
  log.on.listOffsets = () => noResponse<OffsetResult[]>();
  const { client } = readClientOf(log, { requestTimeoutMs: 5 });
  await expect(lookUpStarts(client, [starting(0, "earliest")])).rejects.toMatchObject({
    code: "REQUEST_TIMED_OUT",
    message: "scripted: no answer to listOffsets within 5 ms",
  });
});

test("places of all kinds are found together, and positions are left alone", async () => {
  const log = logOfThree(6);
  const { client } = readClientOf(log);
  const states = Array.from({ length: 6 }, (_, partition) => starting(partition, 0n));
  const places: PartitionOffset[] = [7n, "earliest", "latest", { timestamp: 1 }, { last: 2 }, { last: 0 }];
  const found = await findOffsets(
    client,
    states.map((state, index) => ({ state, at: places[index] ?? "earliest" })),
  );
  expect(states.map((state) => found.get(state))).toEqual([7n, 0n, 3n, 3n, 1n, 3n]);
  expect(positions(states)).toEqual(states.map(() => undefined));
});

test("partitions that start with their newest records have their positions", async () => {
  const log = logOfThree();
  const { client } = readClientOf(log);
  const states = [starting(0, { last: 2 }), starting(1, { last: 99 }), starting(2, "latest")];
  expect(await lookUpStarts(client, states)).toEqual([]);
  expect(positions(states)).toEqual([1n, 0n, 3n]);
});

test("where all offsets are needed, one that is not found rejects with its error", async () => {
  const log = logOfThree();
  const { client } = readClientOf(log);
  const error = failure("NOT_LEADER_OR_FOLLOWER");
  const [first, second] = [starting(0, 0n), starting(1, 0n)];
  const all = (): Promise<unknown> =>
    findAllOffsets(client, [
      { state: first, at: "latest" },
      { state: second, at: "latest" },
    ]);
  expect(await all()).toEqual(
    new Map([
      [first, 3n],
      [second, 3n],
    ]),
  );
  log.on.listOffsets = async () => [
    { topic: "a", partition: 0, offset: 3n },
    { topic: "a", partition: 1, error },
  ];
  await expect(all()).rejects.toBe(error);
  log.on.listOffsets = async () => [{ topic: "a", partition: 0, offset: 3n }];
  await expect(all()).rejects.toMatchObject({
    code: "NETWORK_EXCEPTION",
    retriable: true,
    topic: "a",
    partition: 1,
    message: expect.stringContaining("the response leaves it out"),
  });
});
