import type { OffsetToCommit } from "@dataqueues/core";
import { describe, expect, test } from "vitest";

import { DataQueueAdmin } from "../src/index.ts";
import type { OffsetReset } from "../src/index.ts";
import { useFakeClock } from "./fake-clock.ts";
import { errorOf, resultOf } from "./result-of.ts";
import { failure, refusal, ScriptedLog } from "./scripted-log.ts";

useFakeClock();

const at = (topic: string, partition: number, offset: bigint): OffsetToCommit => ({ topic, partition, offset });

/** A log with the topics a of three partitions and b of one, whose records begin at 5 and end at 100 and more. */
function logOfGroup(): ScriptedLog {
  const log = new ScriptedLog({ a: 3, b: 1 });
  log.groups.set("g", [at("b", 0, 40n), at("a", 2, 102n), at("a", 0, 7n)]);
  log.on.listOffsets = async (_leader, queries) =>
    queries.map(({ topic, partition, at: time }) => {
      if (typeof time === "object") return { topic, partition, offset: time.timestamp > 1_000 ? -1n : 50n };
      return { topic, partition, offset: time === "earliest" ? 5n : BigInt(100 + partition) };
    });
  return log;
}

/** What was committed last, as texts. */
function committed(log: ScriptedLog): string[] {
  const last = log.requests.findLast(([name]) => name === "alterGroupOffsets");
  const offsets = (last?.[2] ?? []) as readonly OffsetToCommit[];
  return offsets.map(({ topic, partition, offset }) => `${topic}[${partition}] ${offset}`);
}

describe("resetting offsets of a group", () => {
  test.each([
    ["earliest", [5n, 5n, 5n]],
    ["latest", [100n, 102n, 100n]],
    [new Date(1_000), [50n, 50n, 50n]],
    // No record is that new.
    [new Date(1_001), [100n, 102n, 100n]],
  ] as const)("to %s changes all that it has committed, by topic and partition", async (to, [first, second, third]) => {
    const log = logOfGroup();
    const places = [at("a", 0, first), at("a", 2, second), at("b", 0, third)];
    expect(await resultOf(new DataQueueAdmin(log).resetOffsets("g", to))).toEqual(places);
    expect(log.groups.get("g")).toEqual(places);
  });

  test("changes only the topics and partitions that are named, each once, and gives them in their order", async () => {
    const log = logOfGroup();
    const reset = new DataQueueAdmin(log).resetOffsets("g", "earliest", ["b", ["a", 1], ["b", 0]]);
    expect(await resultOf(reset)).toEqual([at("b", 0, 5n), at("a", 1, 5n), at("b", 0, 5n)]);
    expect(committed(log)).toEqual(["b[0] 5", "a[1] 5"]);
    expect(log.groups.get("g")).toContainEqual(at("a", 0, 7n));
  });

  test("to a list changes each partition as it says; beyond the ends to the end that is nearer", async () => {
    const log = logOfGroup();
    const reset = new DataQueueAdmin(log).resetOffsets("g", [
      ["a", 2, 4n],
      ["a", 0, 101],
      ["a", 1, 60],
      ["b", 0, "latest"],
    ]);
    expect(await resultOf(reset)).toEqual([at("a", 2, 5n), at("a", 0, 100n), at("a", 1, 60n), at("b", 0, 100n)]);
    expect(committed(log)).toEqual(["a[2] 5", "a[0] 100", "a[1] 60", "b[0] 100"]);
    const mixed = new DataQueueAdmin(log).resetOffsets("g", [
      ["a", 2, "earliest"],
      ["b", 0, new Date(0)],
    ]);
    expect(await resultOf(mixed)).toEqual([at("a", 2, 5n), at("b", 0, 50n)]);
  });

  test("asks leaders only for what it needs", async () => {
    const log = logOfGroup();
    await resultOf(new DataQueueAdmin(log).resetOffsets("g", [["a", 0, "earliest"]]));
    await resultOf(new DataQueueAdmin(log).resetOffsets("g", [["a", 0, "latest"]]));
    await resultOf(new DataQueueAdmin(log).resetOffsets("g", [["a", 0, 9]]));
    const asked = log.requests.flatMap(([name, , queries]) =>
      name === "listOffsets" ? (queries as { at: unknown }[]).map(({ at: time }) => time) : [],
    );
    expect(asked).toEqual(["earliest", "latest", "earliest", "latest"]);
  });

  test("gives offsets to a group that does not exist yet", async () => {
    const log = logOfGroup();
    await resultOf(new DataQueueAdmin(log).resetOffsets("new", "latest", "b"));
    expect(log.groups.get("new")).toEqual([at("b", 0, 100n)]);
  });

  test("without topics is refused for a group that has committed nothing, or only in topics that are gone", async () => {
    const log = logOfGroup();
    log.groups.set("old", [at("gone", 0, 3n)]);
    for (const group of ["new", "old"]) {
      expect(await errorOf(new DataQueueAdmin(log).resetOffsets(group, "earliest"))).toMatchObject({
        name: "DataQueueError",
        code: "INVALID_ARGUMENT",
        message: `group ${group} has committed no offsets that could be reset: name the topics of which it shall get some`,
      });
    }
    expect(log.names).not.toContain("alterGroupOffsets");
  });

  test("makes no request for an empty list", async () => {
    const log = logOfGroup();
    expect(await resultOf(new DataQueueAdmin(log).resetOffsets("g", []))).toEqual([]);
    expect(await resultOf(new DataQueueAdmin(log).resetOffsets("g", "latest", []))).toEqual([]);
    expect(log.opened).toBe(0);
  });

  test.each([
    ["of each partition", (cause: Error) => async () => [{ topic: "b", partition: 0, error: cause }]],
    ["of the request", (cause: Error) => () => Promise.reject(cause)],
  ])("is refused while the group has members, as an error %s says", async (_what, answer) => {
    const log = logOfGroup();
    const cause = refusal("UNKNOWN_MEMBER_ID");
    log.on.alterGroupOffsets = answer(cause) as typeof log.on.alterGroupOffsets & object;
    expect(await errorOf(new DataQueueAdmin(log).resetOffsets("g", "earliest", "b"))).toMatchObject({
      name: "TransportError",
      code: "NON_EMPTY_GROUP",
      message:
        "cannot reset offsets of group g: it has members. Stop them, or wait until their sessions are over, and call again",
      retriable: false,
      cause,
    });
    expect(log.names.filter((name) => name === "alterGroupOffsets")).toHaveLength(1);
  });

  test("is repeated over errors that pass, and only for the partitions that are left", async () => {
    const log = logOfGroup();
    let tries = 0;
    log.on.alterGroupOffsets = async (_group, offsets) => {
      tries += 1;
      if (tries === 1) throw failure("COORDINATOR_NOT_AVAILABLE");
      if (tries === 3) delete log.on.alterGroupOffsets;
      return offsets.map(({ topic, partition }) =>
        topic === "b" ? { topic, partition, error: failure("NOT_COORDINATOR") } : { topic, partition },
      );
    };
    expect(await resultOf(new DataQueueAdmin(log).resetOffsets("g", "earliest"))).toHaveLength(3);
    const asked = log.requests.flatMap(([name, , offsets]) =>
      name === "alterGroupOffsets" ? [(offsets as OffsetToCommit[]).length] : [],
    );
    expect(asked).toEqual([3, 3, 1, 1]);
    expect(log.opened).toBe(1);
  });

  test("rejects for a partition that the log refuses, once the others are changed", async () => {
    const log = logOfGroup();
    const refused = refusal("TOPIC_AUTHORIZATION_FAILED");
    let tries = 0;
    log.on.alterGroupOffsets = async (_group, offsets) =>
      offsets.map(({ topic, partition }) => {
        if (partition === 2) return { topic, partition, error: refused };
        if (topic === "b" && tries++ < 2) return { topic, partition, error: failure("REQUEST_TIMED_OUT") };
        return { topic, partition };
      });
    expect(await errorOf(new DataQueueAdmin(log).resetOffsets("g", "earliest"))).toMatchObject({
      message: "cannot reset offsets of group g in a[2]: TOPIC_AUTHORIZATION_FAILED says the log",
      code: "TOPIC_AUTHORIZATION_FAILED",
      retriable: false,
      topic: "a",
      partition: 2,
      cause: refused,
    });
    expect(tries).toBe(3);
  });

  test("rejects for a partition that the log leaves out of its response, and for a group that it refuses", async () => {
    const log = logOfGroup();
    log.on.alterGroupOffsets = async () => [{ topic: "a", partition: 0 }];
    expect(await errorOf(new DataQueueAdmin(log).resetOffsets("g", "earliest"))).toMatchObject({
      message: "cannot reset offsets of group g in a[2]: the log did not answer for it",
      code: "UNKNOWN_SERVER_ERROR",
    });
    log.on.alterGroupOffsets = () => Promise.reject(refusal("GROUP_AUTHORIZATION_FAILED"));
    expect(await errorOf(new DataQueueAdmin(log).resetOffsets("g", "earliest"))).toMatchObject({
      message: "cannot reset offsets of group g: GROUP_AUTHORIZATION_FAILED says the log",
      code: "GROUP_AUTHORIZATION_FAILED",
    });
  });

  test("changes nothing when a topic or partition does not exist", async () => {
    const log = logOfGroup();
    const admin = new DataQueueAdmin(log);
    expect(await errorOf(admin.resetOffsets("g", "latest", ["a", "x"]))).toMatchObject({
      code: "UNKNOWN_TOPIC_OR_PARTITION",
      message: "cannot reset offsets of group g in topic x: UNKNOWN_TOPIC_OR_PARTITION says the log",
    });
    const list: OffsetReset[] = [
      ["a", 0, 5],
      ["b", 1, 5],
    ];
    expect(await errorOf(admin.resetOffsets("g", list))).toMatchObject({
      code: "UNKNOWN_TOPIC_OR_PARTITION",
      message:
        "cannot reset offsets of group g in b[1]: metadata: UNKNOWN_TOPIC_OR_PARTITION: the topic has 1 partition",
    });
    expect(log.names).not.toContain("alterGroupOffsets");
  });

  test("is an UnsupportedError on a log that cannot", async () => {
    const log = logOfGroup();
    log.lacks.add("alterGroupOffsets");
    expect(await errorOf(new DataQueueAdmin(log).resetOffsets("g", "earliest"))).toMatchObject({
      name: "UnsupportedError",
      message: "this log cannot set offsets of groups: its transport has no request alterGroupOffsets",
    });
  });
});

describe("arguments of resetOffsets that make no sense are refused by name, and nothing is asked", () => {
  const to = '"earliest", "latest", a Date, or a list of topic, partition and offset';
  const offset = 'an offset, a whole number from 0 on, "earliest", "latest" or a Date';
  test.each([
    [["", "latest"], 'group must be a group\'s name, not ""'],
    [["g"], `to must be ${to}, not undefined`],
    [["g", "end"], `to must be ${to}, not "end"`],
    [["g", 5], `to must be ${to}, not 5`],
    [["g", new Date(Number.NaN)], `to must be ${to}, not an invalid Date`],
    [["g", "latest", 5], "topics must be a topic's name or a list of them, not 5"],
    [["g", [["a", 0, 1]], "a"], 'topics must be left out, as to is a list of partitions, not "a"'],
    [["g", ["a"]], 'to[0] must be a list of topic, partition and offset, not "a"'],
    [["g", [["", 0, 1]]], 'to[0][0] must be a topic\'s name, not ""'],
    [["g", [["a", -1, 1]]], "to[0][1] must be a whole number from 0 to 2147483647, not -1"],
    [["g", [["a", 0, -1]]], `to[0][2] must be ${offset}, not -1`],
    [["g", [["a", 0, 1.5]]], `to[0][2] must be ${offset}, not 1.5`],
    [["g", [["a", 0, 2n ** 63n]]], `to[0][2] must be ${offset}, not 9223372036854775808n`],
    [["g", [["a", 0]]], `to[0][2] must be ${offset}, not undefined`],
  ])("%#", async (args, message) => {
    const log = logOfGroup();
    const admin = new DataQueueAdmin(log);
    const error = await errorOf(Reflect.apply(Reflect.get(admin, "resetOffsets"), admin, args));
    expect(error).toMatchObject({ name: "DataQueueError", code: "INVALID_ARGUMENT", message });
    expect(log.opened).toBe(0);
  });

  test("a partition that is named twice", async () => {
    const log = logOfGroup();
    const twice: OffsetReset[] = [
      ["a", 0, 5],
      ["a", 0, "latest"],
    ];
    expect(await errorOf(new DataQueueAdmin(log).resetOffsets("g", twice))).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: "to[1] names partition 0 of a again: give one offset for each partition",
      topic: "a",
      partition: 0,
    });
    expect(log.opened).toBe(0);
  });
});
