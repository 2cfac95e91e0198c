import { describe, expect, test, vi } from "vitest";

import { DataQueueAdmin } from "../src/index.ts";
import { useFakeClock } from "./fake-clock.ts";
import { errorOf, resultOf } from "./result-of.ts";
import { failure, noResponse, refusal, ScriptedLog } from "./scripted-log.ts";

useFakeClock();

/** A log whose topic a has partitions 0 to 3, led by the brokers 1, 2, 1 and 2. */
function logOfTwo(): ScriptedLog {
  const log = new ScriptedLog({ b: 1 });
  const leaders = [1, 2, 1, 2];
  log.topics.set(
    "a",
    leaders.map((leader, partition) => ({ partition, leader, leaderEpoch: 10 + partition })),
  );
  return log;
}

/** Which partitions of topic a each request for offsets was for. */
function askedOf(log: ScriptedLog): [leader: unknown, partitions: number[]][] {
  return log.requests.flatMap(([name, leader, queries]) =>
    name === "listOffsets" ? [[leader, (queries as { partition: number }[]).map(({ partition }) => partition)]] : [],
  );
}

describe("listing offsets", () => {
  test("gives those of partitions and of whole topics, in the order asked for, however often one is named", async () => {
    const log = logOfTwo();
    log.topics.set("a", log.topics.get("a")?.toReversed() ?? []);
    const asked = [["a", 2], "b", "a", ["a", 2]] as const;
    expect(await resultOf(new DataQueueAdmin(log).listOffsets(asked))).toEqual([
      { topic: "a", partition: 2, offset: 102n },
      { topic: "b", partition: 0, offset: 100n },
      { topic: "a", partition: 0, offset: 100n },
      { topic: "a", partition: 1, offset: 101n },
      { topic: "a", partition: 2, offset: 102n },
      { topic: "a", partition: 3, offset: 103n },
      { topic: "a", partition: 2, offset: 102n },
    ]);
    // The leaders are asked once for each partition.
    expect(log.requests.flatMap(([name, , queries]) => (name === "listOffsets" ? queries : []))).toHaveLength(5);
  });

  test("asks each leader once, with the epochs that metadata tell", async () => {
    const log = logOfTwo();
    await resultOf(new DataQueueAdmin(log).listOffsets("a", "earliest"));
    const query = (partition: number) => ({ topic: "a", partition, leaderEpoch: 10 + partition, at: "earliest" });
    expect(log.requests).toEqual([
      ["metadata", ["a"]],
      ["metadata", ["a"]],
      ["listOffsets", 1, [query(0), query(2)]],
      ["listOffsets", 2, [query(1), query(3)]],
    ]);
  });

  test("gives the end unless told otherwise, the first offset, or that of a time: -1 where there is none", async () => {
    const admin = new DataQueueAdmin(logOfTwo());
    const offsets = async (at?: "earliest" | "latest" | Date) =>
      (await resultOf(admin.listOffsets([["a", 3]], at))).map(({ offset }) => offset);
    expect(await offsets()).toEqual([103n]);
    expect(await offsets("latest")).toEqual([103n]);
    expect(await offsets("earliest")).toEqual([0n]);
    expect(await offsets(new Date(1_000))).toEqual([3n]);
    expect(await offsets(new Date(1_001))).toEqual([-1n]);
  });

  test("makes no request for an empty list", async () => {
    const log = logOfTwo();
    expect(await resultOf(new DataQueueAdmin(log).listOffsets([]))).toEqual([]);
    expect(log.opened).toBe(0);
  });

  test.each([
    [["a", "x"], "cannot list offsets of topic x: UNKNOWN_TOPIC_OR_PARTITION says the log", { topic: "x" }],
    [["a", ["x", 0]], "cannot list offsets of topic x: UNKNOWN_TOPIC_OR_PARTITION says the log", { topic: "x" }],
    [
      ["a", ["a", 4]],
      "cannot list offsets of a[4]: metadata: UNKNOWN_TOPIC_OR_PARTITION: the topic has 4 partitions",
      { topic: "a", partition: 4 },
    ],
    [
      [["b", 1]],
      "cannot list offsets of b[1]: metadata: UNKNOWN_TOPIC_OR_PARTITION: the topic has 1 partition",
      { topic: "b", partition: 1 },
    ],
  ] as const)("rejects at once, and asks no leader, for %j", async (asked, message, place) => {
    const log = logOfTwo();
    const code = "UNKNOWN_TOPIC_OR_PARTITION";
    const error = await errorOf(new DataQueueAdmin(log).listOffsets(asked));
    expect(error).toMatchObject({ name: "TransportError", message, code, retriable: true, ...place });
    expect(new Set(log.names)).toEqual(new Set(["metadata"]));
  });

  test("asks the new leader after an error that passes, and only for what is left", async () => {
    const log = logOfTwo();
    log.on.listOffsets = async (_leader, queries) => {
      delete log.on.listOffsets;
      log.topics.set(
        "a",
        [1, 2, 3, 2].map((leader, partition) => ({ partition, leader })),
      );
      return queries.map(({ topic, partition }) =>
        partition === 2
          ? { topic, partition, error: failure("NOT_LEADER_OR_FOLLOWER") }
          : { topic, partition, offset: 7n },
      );
    };
    const listed = await resultOf(new DataQueueAdmin(log).listOffsets("a"));
    expect(listed.map(({ offset }) => offset)).toEqual([7n, 101n, 102n, 103n]);
    expect(askedOf(log)).toEqual([
      [1, [0, 2]],
      [2, [1, 3]],
      [3, [2]],
    ]);
  });

  test("asks again for the partitions of a leader whose request fails, after new metadata", async () => {
    const log = logOfTwo();
    log.on.listOffsets = async (leader, queries) => {
      if (leader === 2) {
        delete log.on.listOffsets;
        throw failure("NETWORK_EXCEPTION");
      }
      return queries.map(({ topic, partition }) => ({ topic, partition, offset: 7n }));
    };
    const listed = await resultOf(new DataQueueAdmin(log).listOffsets("a"));
    expect(listed.map(({ offset }) => offset)).toEqual([7n, 101n, 7n, 103n]);
    expect(askedOf(log)).toEqual([
      [1, [0, 2]],
      [2, [1, 3]],
      [2, [1, 3]],
    ]);
    expect(log.names.filter((name) => name === "metadata")).toHaveLength(3);
  });

  test("waits for the leader of a partition that has none, and does not ask for the others again", async () => {
    const log = logOfTwo();
    log.topics.set("b", [{ partition: 0, leader: -1 }]);
    const settled = vi.fn();
    const listed = new DataQueueAdmin(log).listOffsets([
      ["a", 0],
      ["b", 0],
    ]);
    listed.then(settled, settled);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(settled).not.toHaveBeenCalled();
    log.topics.set("b", [{ partition: 0, leader: 5 }]);
    expect(await resultOf(listed)).toMatchObject([{ offset: 100n }, { offset: 100n }]);
    expect(askedOf(log)).toEqual([
      [1, [0]],
      [5, [0]],
    ]);
  });

  test("says what metadata say of a partition that gets no leader in time", async () => {
    const log = logOfTwo();
    log.topics.set("b", [{ partition: 0, leader: -1, error: failure("KAFKA_STORAGE_ERROR") }]);
    expect(await errorOf(new DataQueueAdmin(log, { timeoutMs: 1_000 }).listOffsets("b"))).toMatchObject({
      message:
        "list offsets of b[0]: not settled within 1000 ms: cannot list offsets of b[0]: KAFKA_STORAGE_ERROR says the log",
    });
    log.topics.set("b", [{ partition: 0, leader: -1 }]);
    expect(await errorOf(new DataQueueAdmin(log, { timeoutMs: 1_000 }).listOffsets("b"))).toMatchObject({
      message: expect.stringMatching(/cannot list offsets of b\[0\]: metadata: LEADER_NOT_AVAILABLE$/u),
    });
  });

  test("rejects for a partition that its leader refuses, once the others are told", async () => {
    const log = logOfTwo();
    let tries = 0;
    const refused = refusal("TOPIC_AUTHORIZATION_FAILED");
    log.on.listOffsets = async (_leader, queries) =>
      queries.map(({ topic, partition }) => {
        if (partition === 2) return { topic, partition, error: refused };
        if (partition === 3 && tries++ < 3) return { topic, partition, error: failure("LEADER_NOT_AVAILABLE") };
        return { topic, partition, offset: 1n };
      });
    const error = await errorOf(new DataQueueAdmin(log).listOffsets("a"));
    expect(error).toMatchObject({
      message: "cannot list offsets of a[2]: TOPIC_AUTHORIZATION_FAILED says the log",
      code: "TOPIC_AUTHORIZATION_FAILED",
      retriable: false,
      topic: "a",
      partition: 2,
      cause: refused,
    });
    expect(tries).toBe(4);
  });

  test("rejects for a partition that the log leaves out of its response", async () => {
    const log = logOfTwo();
    log.on.listOffsets = async (_leader, [first]) => (first === undefined ? [] : [{ ...first, offset: 1n }]);
    const error = await errorOf(new DataQueueAdmin(log).listOffsets("a"));
    expect(error).toMatchObject({
      message: "cannot list offsets of a[2]: the log did not answer for it",
      code: "UNKNOWN_SERVER_ERROR",
      retriable: false,
      topic: "a",
      partition: 2,
    });
  });

  test("rejects at once when a leader refuses the whole request", async () => {
    const log = logOfTwo();
    const refused = refusal("UNSUPPORTED_VERSION");
    log.on.listOffsets = () => Promise.reject(refused);
    expect(await errorOf(new DataQueueAdmin(log).listOffsets("a"))).toBe(refused);
    expect(log.names.filter((name) => name === "metadata")).toHaveLength(2);
  });

  test("rejects for a topic that is deleted meanwhile", async () => {
    const log = logOfTwo();
    log.on.listOffsets = async (_leader, queries) => {
      log.topics.delete("a");
      return queries.map((query) => ({ ...query, error: failure("UNKNOWN_TOPIC_OR_PARTITION") }));
    };
    const error = await errorOf(new DataQueueAdmin(log).listOffsets([["a", 0]]));
    expect(error).toMatchObject({ code: "UNKNOWN_TOPIC_OR_PARTITION", topic: "a", partition: undefined });
  });

  test("names what was not settled in time: the first partitions, and how many more", async () => {
    const log = new ScriptedLog({ a: 7 });
    log.on.listOffsets = async (_leader, queries) =>
      queries.map((query) => ({ ...query, error: failure("KAFKA_STORAGE_ERROR") }));
    const error = await errorOf(new DataQueueAdmin(log, { timeoutMs: 1_000 }).listOffsets("a"));
    expect(error).toMatchObject({
      code: "REQUEST_TIMED_OUT",
      message:
        "list offsets of a[0], a[1], a[2], a[3], a[4], 2 more: not settled within 1000 ms: " +
        "cannot list offsets of a[0]: KAFKA_STORAGE_ERROR says the log",
      cause: { code: "KAFKA_STORAGE_ERROR", topic: "a", partition: 0, cause: { code: "KAFKA_STORAGE_ERROR" } },
    });
  });

  test("waits longer for a leader that cannot be reached than for a log that cannot", async () => {
    const log = logOfTwo();
    let reachable = false;
    setTimeout(() => (reachable = true), 10_000);
    log.on.listOffsets = async (_leader, queries) => {
      if (!reachable) throw failure("NETWORK_EXCEPTION");
      return queries.map((query) => ({ ...query, offset: 5n }));
    };
    const listed = new DataQueueAdmin(log, { connectTimeoutMs: 2_000 }).listOffsets([["a", 0]]);
    expect(await resultOf(listed)).toEqual([{ topic: "a", partition: 0, offset: 5n }]);
  });

  test("rejects when a leader does not respond within timeoutMs, and names the request", async () => {
    const log = logOfTwo();
    log.on.listOffsets = noResponse;
    const error = await errorOf(new DataQueueAdmin(log, { timeoutMs: 700 }).listOffsets([["a", 0]]));
    expect(error).toMatchObject({
      code: "REQUEST_TIMED_OUT",
      message: expect.stringContaining("scripted: no answer to listOffsets within 700 ms"),
    });
  });
});

describe("arguments of listOffsets that make no sense are refused by name, and nothing is asked", () => {
  test.each([
    [[undefined], "topics must be a topic's name or a list of them, not undefined"],
    [[5], "topics must be a topic's name or a list of them, not 5"],
    [[""], 'topics[0] must be a topic\'s name, not ""'],
    [[["a", 5]], "topics[1] must be a topic, or a pair of topic and partition, not 5"],
    [[[["", 5]]], 'topics[0][0] must be a topic\'s name, not ""'],
    [[[["a", -1]]], "topics[0][1] must be a whole number from 0 to 2147483647, not -1"],
    [[[["a"]]], "topics[0][1] must be a whole number from 0 to 2147483647, not undefined"],
    [["a", "end"], 'at must be "earliest", "latest" or a Date, not "end"'],
    [["a", 5], 'at must be "earliest", "latest" or a Date, not 5'],
    [["a", null], 'at must be "earliest", "latest" or a Date, not null'],
    [["a", new Date(Number.NaN)], 'at must be "earliest", "latest" or a Date, not an invalid Date'],
  ])("%j", async (args, message) => {
    const log = logOfTwo();
    const admin = new DataQueueAdmin(log);
    const error = await errorOf(Reflect.apply(Reflect.get(admin, "listOffsets"), admin, args));
    expect(error).toMatchObject({ name: "DataQueueError", code: "INVALID_ARGUMENT", message });
    expect(log.opened).toBe(0);
  });
});
