import { expect, test } from "vitest";

import { lookUpBounds, lookUpStarts } from "../../src/consumer/offset-lookup.ts";
import { PartitionState } from "../../src/consumer/partition-state.ts";
import type { StartOffset } from "../../src/consumer/offset-spec.ts";
import type { OffsetResult } from "../../src/contract/transport.ts";
import { clientOf } from "./fetching.ts";
import { failure, ScriptedLog, silence } from "../scripted-log.ts";

const starting = (partition: number, start: StartOffset): PartitionState => new PartitionState("a", partition, start);

/** A log whose one topic has partitions with three records each, of the times 0. */
function logOfThree(partitions = 5): ScriptedLog {
  const log = new ScriptedLog({ a: partitions });
  for (let partition = 0; partition < partitions; partition += 1) log.append("a", partition, "0", "1", "2");
  return log;
}

test("every partition is asked for its own start in one request, and exact offsets are not asked for", async () => {
  const log = logOfThree();
  const { client } = clientOf(log);
  const readers = [starting(0, "latest"), starting(1, 17n), starting(2, "earliest"), starting(3, { timestamp: -5 })];
  expect(await lookUpStarts(client, readers)).toEqual([]);
  expect(readers.map(({ position }) => position)).toEqual([3n, 17n, 0n, 0n]);
  expect(log.calls("listOffsets")).toEqual([
    [
      [
        { topic: "a", partition: 0, at: "latest" },
        { topic: "a", partition: 2, at: "earliest" },
        { topic: "a", partition: 3, at: { timestamp: -5 } },
      ],
    ],
  ]);
});

test("where nothing is to be asked no request is made, nor a connection", async () => {
  const log = logOfThree();
  const { client } = clientOf(log);
  const exact = starting(0, 2n);
  expect(await lookUpStarts(client, [exact])).toEqual([]);
  expect(await lookUpStarts(client, [])).toEqual([]);
  expect(await lookUpBounds(client, [])).toEqual([]);
  expect([exact.position, log.opened, log.made]).toEqual([2n, 0, []]);
});

test("a time after all records starts at the end, so that only new ones come", async () => {
  const log = logOfThree();
  const { client } = clientOf(log);
  const [late, first] = [starting(0, { timestamp: 1 }), starting(1, "earliest")];
  expect(await lookUpStarts(client, [late, first])).toEqual([]);
  expect([late.position, late.start, first.position]).toEqual([3n, "latest", 0n]);
  expect(log.calls("listOffsets").slice(1)).toEqual([[[{ topic: "a", partition: 0, at: "latest" }]]]);
});

test("answers are matched by topic and partition, in whatever order they come", async () => {
  const log = logOfThree();
  log.on.listOffsets = async (queries) =>
    queries.map(({ topic, partition }) => ({ topic, partition, offset: BigInt(partition * 10) })).toReversed();
  const { client } = clientOf(log);
  const readers = [starting(0, "earliest"), starting(1, "earliest"), starting(2, "latest")];
  await lookUpStarts(client, readers);
  expect(readers.map(({ position }) => position)).toEqual([0n, 10n, 20n]);
});

test("a partition that cannot be found is given with its error, and the others have their places", async () => {
  const log = logOfThree();
  const error = failure("NOT_LEADER_OR_FOLLOWER", { topic: "a", partition: 1 });
  const later = failure("LEADER_NOT_AVAILABLE", { topic: "a", partition: 2 });
  log.on.listOffsets = async (queries) =>
    queries.map(({ topic, partition, at }) => {
      if (partition === 1) return { topic, partition, error };
      if (partition === 2 && at === "latest") return { topic, partition, error: later };
      return { topic, partition, offset: partition === 2 ? -1n : 4n };
    });
  const { client } = clientOf(log);
  const readers = [starting(0, "earliest"), starting(1, "earliest"), starting(2, { timestamp: 9 })];
  expect(await lookUpStarts(client, readers)).toEqual([
    { reader: readers[1], error },
    { reader: readers[2], error: later },
  ]);
  expect(readers.map(({ position }) => position)).toEqual([4n, undefined, undefined]);
});

test("a partition that the answer leaves out has no place and no error", async () => {
  const log = logOfThree();
  log.on.listOffsets = async () => [{ topic: "a", partition: 1, offset: 8n }];
  const { client } = clientOf(log);
  const readers = [starting(0, "earliest"), starting(1, "earliest")];
  expect(await lookUpStarts(client, readers)).toEqual([]);
  expect(readers.map(({ position }) => position)).toEqual([undefined, 8n]);
  expect(await lookUpBounds(client, readers)).toEqual([{ reader: readers[1], first: 8n, end: 8n }]);
});

test("an answer for a partition that was placed, or starts elsewhere, meanwhile is not taken", async () => {
  const log = logOfThree();
  const [placed, moved, again] = [starting(0, "earliest"), starting(1, "latest"), starting(2, "earliest")];
  const left = starting(3, "latest");
  log.on.listOffsets = async (queries) => {
    placed.position = 2n;
    moved.restart("earliest");
    // The same place of another topic, which was made again.
    again.restart("earliest");
    return queries.map(({ topic, partition }) => ({ topic, partition, offset: 9n }));
  };
  const { client } = clientOf(log);
  await lookUpStarts(client, [placed, moved, again, left]);
  expect([placed, moved, again, left].map(({ position }) => position)).toEqual([2n, undefined, undefined, 9n]);
});

test("bounds are the first offset and the one after the last; the errors of each are given", async () => {
  const log = logOfThree();
  const error = failure("LEADER_NOT_AVAILABLE");
  log.on.listOffsets = async (queries) =>
    queries.map(({ topic, partition, at }) => {
      const fails = (partition === 1 && at === "earliest") || (partition === 2 && at === "latest");
      return fails ? { topic, partition, error } : { topic, partition, offset: at === "earliest" ? 5n : 9n };
    });
  const { client } = clientOf(log);
  const readers = [starting(0, "latest"), starting(1, 3n), starting(2, "earliest")];
  expect(await lookUpBounds(client, readers)).toEqual([
    { reader: readers[0], first: 5n, end: 9n },
    { reader: readers[1], error },
    { reader: readers[2], error },
  ]);
  expect(readers.map(({ position }) => position)).toEqual([undefined, undefined, undefined]);
});

test("a partition whose first or end offset is left out of the answer has no bounds", async () => {
  const log = logOfThree();
  log.on.listOffsets = async (queries) =>
    queries.flatMap(({ topic, partition, at }) =>
      (partition === 0) === (at === "earliest") ? [{ topic, partition, offset: 1n }] : [],
    );
  const { client } = clientOf(log);
  expect(await lookUpBounds(client, [starting(0, "latest"), starting(1, "latest")])).toEqual([]);
});

test("a request that fails as a whole rejects", async () => {
  const log = logOfThree();
  const error = failure("NETWORK_EXCEPTION");
  log.on.listOffsets = () => Promise.reject(error);
  const { client } = clientOf(log);
  await expect(lookUpStarts(client, [starting(0, "earliest")])).rejects.toBe(error);
  await expect(lookUpBounds(client, [starting(0, "earliest")])).rejects.toBe(error);
});

test("a request that is not answered is named", async () => {
  const log = logOfThree();
  log.on.listOffsets = () => silence<OffsetResult[]>();
  const { client } = clientOf(log, { requestTimeoutMs: 5 });
  await expect(lookUpStarts(client, [starting(0, "earliest")])).rejects.toMatchObject({
    code: "REQUEST_TIMED_OUT",
    message: "scripted: no answer to listOffsets within 5 ms",
  });
});
