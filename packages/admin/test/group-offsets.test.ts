import type { OffsetToCommit } from "@dataqueues/core";
import { describe, expect, test } from "vitest";

import { DataQueueAdmin } from "../src/index.ts";
import { useFakeClock } from "./fake-clock.ts";
import { errorOf, resultOf } from "./result-of.ts";
import { failure, refusal, ScriptedLog } from "./scripted-log.ts";

useFakeClock();

const at = (topic: string, partition: number, offset: bigint): OffsetToCommit => ({ topic, partition, offset });

/** A log with the topics a of three partitions and b of one; the group g has committed in three of them. */
function logOfGroup(): ScriptedLog {
  const log = new ScriptedLog({ a: 3, b: 1 });
  log.groups.set("g", [at("b", 0, 40n), at("a", 2, 102n), at("a", 0, 7n)]);
  return log;
}

describe("the offsets of a group", () => {
  test("are by default all that it has committed, by topic and partition, each with the end and the lag", async () => {
    const log = logOfGroup();
    // The records of partition n end at 100 + n.
    expect(await resultOf(new DataQueueAdmin(log).groupOffsets("g"))).toEqual([
      { topic: "a", partition: 0, offset: 7n, end: 100n, lag: 93n },
      { topic: "a", partition: 2, offset: 102n, end: 102n, lag: 0n },
      { topic: "b", partition: 0, offset: 40n, end: 100n, lag: 60n },
    ]);
    expect(log.requests.filter(([name]) => name === "fetchGroupOffsets")).toEqual([
      ["fetchGroupOffsets", "g", undefined],
    ]);
    expect(log.requests.at(-1)).toMatchObject([
      "listOffsets",
      1,
      [{ at: "latest" }, { at: "latest" }, { at: "latest" }],
    ]);
  });

  test("are asked for of topics and partitions in their order; those without one have neither offset nor lag", async () => {
    const log = logOfGroup();
    const asked = [["b", 0], "a", ["a", 2]] as const;
    expect(await resultOf(new DataQueueAdmin(log).groupOffsets("g", asked))).toEqual([
      { topic: "b", partition: 0, offset: 40n, end: 100n, lag: 60n },
      { topic: "a", partition: 0, offset: 7n, end: 100n, lag: 93n },
      { topic: "a", partition: 1, offset: undefined, end: 101n, lag: undefined },
      { topic: "a", partition: 2, offset: 102n, end: 102n, lag: 0n },
      { topic: "a", partition: 2, offset: 102n, end: 102n, lag: 0n },
    ]);
  });

  test("may be after the end, as of a topic that was created again: then the lag is negative", async () => {
    const log = logOfGroup();
    log.groups.set("g", [at("b", 0, 500n)]);
    expect(await resultOf(new DataQueueAdmin(log).groupOffsets("g", "b"))).toMatchObject([{ lag: -400n }]);
  });

  test("are none for a group that does not exist, and for an empty list of topics", async () => {
    const log = logOfGroup();
    const admin = new DataQueueAdmin(log);
    expect(await resultOf(admin.groupOffsets("g", []))).toEqual([]);
    expect(log.opened).toBe(0);
    expect(await resultOf(admin.groupOffsets("nobody"))).toEqual([]);
    expect(log.names).toEqual(["fetchGroupOffsets"]);
  });

  test("leave out topics and partitions that are gone, unless they are named", async () => {
    const log = logOfGroup();
    log.groups.set("g", [at("gone", 0, 1n), at("a", 3, 1n), at("a", 1, 1n)]);
    const admin = new DataQueueAdmin(log);
    expect(await resultOf(admin.groupOffsets("g"))).toMatchObject([{ topic: "a", partition: 1 }]);
    expect(await errorOf(admin.groupOffsets("g", "gone"))).toMatchObject({
      code: "UNKNOWN_TOPIC_OR_PARTITION",
      message: "cannot show offsets of group g in topic gone: UNKNOWN_TOPIC_OR_PARTITION says the log",
      topic: "gone",
    });
    expect(await errorOf(admin.groupOffsets("g", [["a", 3]]))).toMatchObject({
      code: "UNKNOWN_TOPIC_OR_PARTITION",
      message:
        "cannot show offsets of group g in a[3]: metadata: UNKNOWN_TOPIC_OR_PARTITION: the topic has 3 partitions",
      partition: 3,
    });
  });

  test("are no less for a topic of which the log refuses to tell: that is an error", async () => {
    const log = logOfGroup();
    log.on.metadata = async () => [{ topic: "a", error: refusal("TOPIC_AUTHORIZATION_FAILED") }];
    expect(await errorOf(new DataQueueAdmin(log).groupOffsets("g"))).toMatchObject({
      code: "TOPIC_AUTHORIZATION_FAILED",
      message: "cannot show offsets of group g in topic a: TOPIC_AUTHORIZATION_FAILED says the log",
      topic: "a",
    });
  });

  test("are asked for again while the coordinator is not found or one partition has an error that passes", async () => {
    const log = logOfGroup();
    let tries = 0;
    log.on.fetchGroupOffsets = async () => {
      tries += 1;
      if (tries === 1) throw failure("NOT_COORDINATOR");
      delete log.on.fetchGroupOffsets;
      return [
        { topic: "a", partition: 0, offset: 1n },
        { topic: "a", partition: 1, error: failure("UNSTABLE_OFFSET_COMMIT") },
      ];
    };
    const offsets = await resultOf(new DataQueueAdmin(log).groupOffsets("g"));
    expect(offsets.map(({ offset }) => offset)).toEqual([7n, 102n, 40n]);
    expect(log.names.filter((name) => name === "fetchGroupOffsets")).toHaveLength(3);
    expect(log.opened).toBe(1);
  });

  test.each([
    [
      "the group",
      () => Promise.reject(refusal("GROUP_AUTHORIZATION_FAILED")),
      "cannot show offsets of group g: GROUP_AUTHORIZATION_FAILED says the log",
      {},
    ],
    [
      "a partition",
      async () => [{ topic: "a", partition: 1, error: refusal("TOPIC_AUTHORIZATION_FAILED") }],
      "cannot show offsets of group g in a[1]: TOPIC_AUTHORIZATION_FAILED says the log",
      { topic: "a", partition: 1 },
    ],
  ] as const)("are an error that names the group when the log refuses %s", async (_what, answer, message, place) => {
    const log = logOfGroup();
    log.on.fetchGroupOffsets = answer;
    const error = await errorOf(new DataQueueAdmin(log).groupOffsets("g"));
    expect(error).toMatchObject({ name: "TransportError", message, retriable: false, ...place });
    expect(log.names).toEqual(["fetchGroupOffsets"]);
  });

  test("are told within timeoutMs, for all steps together", async () => {
    const log = logOfGroup();
    const begin = performance.now();
    // Each step alone would have time enough.
    log.on.fetchGroupOffsets = async () => {
      if (performance.now() - begin < 500) throw failure("COORDINATOR_LOAD_IN_PROGRESS");
      return [{ topic: "a", partition: 0, offset: 1n }];
    };
    log.on.listOffsets = async (_leader, queries) => {
      if (performance.now() - begin < 1_200) throw failure("NOT_LEADER_OR_FOLLOWER");
      return queries.map(({ topic, partition }) => ({ topic, partition, offset: 5n }));
    };
    expect(await errorOf(new DataQueueAdmin(log, { timeoutMs: 1_000 }).groupOffsets("g"))).toMatchObject({
      code: "REQUEST_TIMED_OUT",
      message: expect.stringContaining("show offsets of group g in a[0]: not settled within 1000 ms"),
    });
  });

  test("are an UnsupportedError on a log that has none", async () => {
    const log = logOfGroup();
    log.lacks.add("fetchGroupOffsets");
    expect(await errorOf(new DataQueueAdmin(log).groupOffsets("g"))).toMatchObject({
      name: "UnsupportedError",
      message: "this log cannot show offsets of groups: its transport has no request fetchGroupOffsets",
    });
  });
});

describe("arguments of groupOffsets that make no sense are refused by name, and nothing is asked", () => {
  test.each([
    [[undefined], "group must be a group's name, not undefined"],
    [[""], 'group must be a group\'s name, not ""'],
    [["g", 5], "topics must be a topic's name or a list of them, not 5"],
    [["g", [["a", -1]]], "topics[0][1] must be a whole number from 0 to 2147483647, not -1"],
    [["g", null], "topics must be a topic's name or a list of them, not null"],
  ])("%j", async (args, message) => {
    const log = logOfGroup();
    const admin = new DataQueueAdmin(log);
    const error = await errorOf(Reflect.apply(Reflect.get(admin, "groupOffsets"), admin, args));
    expect(error).toMatchObject({ name: "DataQueueError", code: "INVALID_ARGUMENT", message });
    expect(log.opened).toBe(0);
  });
});
