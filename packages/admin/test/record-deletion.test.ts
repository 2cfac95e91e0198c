import { UnsupportedError } from "@dataqueues/core";
import { describe, expect, test } from "vitest";

import { DataQueueAdmin } from "../src/index.ts";
import { useFakeClock } from "./fake-clock.ts";
import { errorOf, resultOf } from "./result-of.ts";
import { failure, refusal, ScriptedLog } from "./scripted-log.ts";

useFakeClock();

describe("deleting records", () => {
  test("asks each leader once, and gives the new first offsets in the order asked for", async () => {
    const log = new ScriptedLog({ b: 1 });
    log.topics.set(
      "a",
      [1, 2, 1].map((leader, partition) => ({ partition, leader, leaderEpoch: 4 })),
    );
    const admin = new DataQueueAdmin(log);
    const deleted = admin.deleteRecords([
      ["a", 2, 7n],
      ["b", 0, "latest"],
      ["a", 1, 2 ** 40],
      ["a", 0, 0],
    ]);
    expect(await resultOf(deleted)).toEqual([
      { topic: "a", partition: 2, lowWatermark: 7n },
      { topic: "b", partition: 0, lowWatermark: 100n },
      { topic: "a", partition: 1, lowWatermark: 1_099_511_627_776n },
      { topic: "a", partition: 0, lowWatermark: 0n },
    ]);
    expect(log.requests).toEqual([
      ["metadata", ["a", "b"]],
      [
        "deleteRecords",
        1,
        [
          { topic: "a", partition: 2, beforeOffset: 7n },
          { topic: "b", partition: 0, beforeOffset: "latest" },
          { topic: "a", partition: 0, beforeOffset: 0n },
        ],
      ],
      ["deleteRecords", 2, [{ topic: "a", partition: 1, beforeOffset: 1_099_511_627_776n }]],
    ]);
  });

  test("makes no request for an empty list", async () => {
    const log = new ScriptedLog();
    expect(await resultOf(new DataQueueAdmin(log).deleteRecords([]))).toEqual([]);
    expect(log.opened).toBe(0);
  });

  test.each([
    ["x", 0, "cannot delete records of topic x: UNKNOWN_TOPIC_OR_PARTITION says the log"],
    ["a", 2, "cannot delete records of a[2]: metadata: UNKNOWN_TOPIC_OR_PARTITION: the topic has 2 partitions"],
  ])("deletes nothing when one of the partitions does not exist: %s[%i]", async (topic, partition, message) => {
    const log = new ScriptedLog({ a: 2 });
    const deleted = new DataQueueAdmin(log).deleteRecords([
      ["a", 0, "latest"],
      [topic, partition, 5],
    ]);
    expect(await errorOf(deleted)).toMatchObject({ code: "UNKNOWN_TOPIC_OR_PARTITION", topic, message });
    expect(log.names).toEqual(["metadata"]);
  });

  test("rejects for a partition whose leader refuses, once the records of the others are deleted", async () => {
    const log = new ScriptedLog({ a: 3 });
    const refused = refusal("POLICY_VIOLATION");
    const tries: number[] = [];
    log.on.deleteRecords = async (_leader, specs) =>
      specs.map(({ topic, partition }) => {
        tries.push(partition);
        if (partition === 1) return { topic, partition, error: refused };
        if (partition === 2 && tries.length < 9) return { topic, partition, error: failure("REQUEST_TIMED_OUT") };
        return { topic, partition, lowWatermark: 9n };
      });
    const deleted = new DataQueueAdmin(log).deleteRecords([
      ["a", 0, 9],
      ["a", 1, 10],
      ["a", 2, 9],
    ]);
    expect(await errorOf(deleted)).toMatchObject({
      message: "cannot delete records of a[1]: POLICY_VIOLATION says the log",
      code: "POLICY_VIOLATION",
      retriable: false,
      topic: "a",
      partition: 1,
      cause: refused,
    });
    // What is done is not asked for again.
    expect(tries).toEqual([0, 1, 2, 2, 2, 2, 2, 2, 2]);
  });

  test("is asked again of a new leader that does not know its end yet, or takes the offset for after it", async () => {
    const log = new ScriptedLog({ a: 3 });
    const outOfRange = [0, 1, 2, 2];
    log.on.deleteRecords = async (_leader, specs) =>
      specs.map(({ topic, partition }) => {
        const index = outOfRange.indexOf(partition);
        if (index < 0) return { topic, partition, lowWatermark: 5n };
        outOfRange.splice(index, 1);
        return { topic, partition, error: refusal("OFFSET_OUT_OF_RANGE") };
      });
    const ends: unknown[] = [];
    log.on.listOffsets = async (leader, queries) => {
      ends.push([leader, queries]);
      return queries.map(({ topic, partition }) =>
        partition === 2
          ? { topic, partition, error: failure("OFFSET_NOT_AVAILABLE") }
          : { topic, partition, offset: partition === 0 ? 5n : 6n },
      );
    };
    const deleted = new DataQueueAdmin(log).deleteRecords([
      ["a", 0, 5n],
      ["a", 1, 5n],
      ["a", 2, 5n],
    ]);
    expect((await resultOf(deleted)).map(({ lowWatermark }) => lowWatermark)).toEqual([5n, 5n, 5n]);
    const query = (partition: number): unknown => ({ topic: "a", partition, at: "latest" });
    expect(ends).toEqual([
      [1, [query(0), query(1), query(2)]],
      [1, [query(2)]],
    ]);
  });

  test.each([
    ["is after the end", { topic: "a", partition: 0, offset: 4n }],
    [
      "is of a partition whose end the log refuses to tell",
      { topic: "a", partition: 0, error: refusal("POLICY_VIOLATION") },
    ],
  ])("rejects for an offset that %s", async (_what, end) => {
    const log = new ScriptedLog({ a: 1 });
    log.on.deleteRecords = async () => [{ topic: "a", partition: 0, error: refusal("OFFSET_OUT_OF_RANGE") }];
    log.on.listOffsets = async () => [end];
    const error = await errorOf(new DataQueueAdmin(log).deleteRecords([["a", 0, 5n]]));
    expect(error).toMatchObject({ code: "OFFSET_OUT_OF_RANGE", retriable: false, topic: "a", partition: 0 });
    expect(log.names).toEqual(["metadata", "deleteRecords", "listOffsets"]);
  });

  test("says what a leader says that goes on taking an offset for after its end", async () => {
    const log = new ScriptedLog({ a: 1 });
    log.on.deleteRecords = async () => [{ topic: "a", partition: 0, error: refusal("OFFSET_OUT_OF_RANGE") }];
    const deleted = new DataQueueAdmin(log, { timeoutMs: 1_000 }).deleteRecords([["a", 0, 5n]]);
    expect(await errorOf(deleted)).toMatchObject({
      code: "REQUEST_TIMED_OUT",
      message:
        "delete records of a[0]: not settled within 1000 ms: cannot delete records of a[0]: its leader: " +
        "OFFSET_NOT_AVAILABLE: takes 5 for after the end, 100",
    });
  });

  test("is asked again when the response is lost", async () => {
    const log = new ScriptedLog({ a: 1 });
    log.on.deleteRecords = async () => {
      delete log.on.deleteRecords;
      throw failure("NETWORK_EXCEPTION");
    };
    const deleted = new DataQueueAdmin(log).deleteRecords([["a", 0, 5n]]);
    expect(await resultOf(deleted)).toEqual([{ topic: "a", partition: 0, lowWatermark: 5n }]);
    expect(log.names).toEqual(["metadata", "deleteRecords", "metadata", "deleteRecords"]);
  });

  test("is an UnsupportedError on a log that cannot", async () => {
    const log = new ScriptedLog({ a: 1 });
    log.lacks.add("deleteRecords");
    const error = await errorOf(new DataQueueAdmin(log).deleteRecords([["a", 0, 5n]]));
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error).toMatchObject({
      code: "UNSUPPORTED",
      message: "this log cannot delete records: its transport has no request deleteRecords",
    });
    expect(log.closed).toBe(0);
  });
});

describe("arguments of deleteRecords that make no sense are refused by name, and nothing is deleted", () => {
  const offset = 'records[0][2] must be an offset, a whole number from 0 on, or "latest", not';

  test.each([
    [undefined, "records must be a list of topic, partition and offset of each, not undefined"],
    ["a", 'records must be a list of topic, partition and offset of each, not "a"'],
    [{ a: 5 }, "records must be a list of topic, partition and offset of each, not a Object"],
    [["a", 0, 5], 'records[0] must be a list of topic, partition and offset, not "a"'],
    [[["", 0, 5]], 'records[0][0] must be a topic\'s name, not ""'],
    [[["a", 0.5, 5]], "records[0][1] must be a whole number from 0 to 2147483647, not 0.5"],
    [[["a", 0]], `${offset} undefined`],
    [[["a", 0, -1]], `${offset} -1`],
    [[["a", 0, -1n]], `${offset} -1n`],
    [[["a", 0, 2n ** 63n]], `${offset} 9223372036854775808n`],
    [[["a", 0, 2 ** 53]], `${offset} 9007199254740992`],
    [[["a", 0, 1.5]], `${offset} 1.5`],
    [[["a", 0, "5"]], `${offset} "5"`],
    [[["a", 0, "earliest"]], `${offset} "earliest"`],
  ])("%o", async (records, message) => {
    const log = new ScriptedLog({ a: 1 });
    const admin = new DataQueueAdmin(log);
    const error = await errorOf(Reflect.apply(Reflect.get(admin, "deleteRecords"), admin, [records]));
    expect(error).toMatchObject({ name: "DataQueueError", code: "INVALID_ARGUMENT", message });
    expect(log.opened).toBe(0);
  });

  test("a partition that is named twice", async () => {
    const log = new ScriptedLog({ a: 2 });
    const deleted = new DataQueueAdmin(log).deleteRecords([
      ["a", 1, 5],
      ["a", 0, 5],
      ["a", 1, 5],
    ]);
    expect(await errorOf(deleted)).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: "records[2] names partition 1 of a again: give one offset for each partition",
      topic: "a",
      partition: 1,
    });
    expect(log.opened).toBe(0);
  });

  test("while offsets at the limits are sent", async () => {
    const log = new ScriptedLog({ a: 2 });
    const deleted = new DataQueueAdmin(log).deleteRecords([
      ["a", 0, 2n ** 63n - 1n],
      ["a", 1, Number.MAX_SAFE_INTEGER],
    ]);
    expect((await resultOf(deleted)).map(({ lowWatermark }) => lowWatermark)).toEqual([
      9_223_372_036_854_775_807n,
      9_007_199_254_740_991n,
    ]);
  });
});
