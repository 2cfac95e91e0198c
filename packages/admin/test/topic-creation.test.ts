import { describe, expect, test, vi } from "vitest";

import { DataQueueAdmin } from "../src/index.ts";
import type { TopicRequest } from "../src/index.ts";
import { checkCreateTopicsOptions } from "../src/topic-creation.ts";
import { errorOf, resultOf } from "./result-of.ts";
import { useFakeClock } from "./fake-clock.ts";
import { failure, partitionMetadata, refusal, ScriptedLog } from "./scripted-log.ts";

useFakeClock();

describe("creating topics", () => {
  test("creates what is missing, grows what is too small, and leaves the rest as it is", async () => {
    const log = new ScriptedLog({ small: 2, large: 9, any: 4 });
    const admin = new DataQueueAdmin(log);
    const topics: TopicRequest[] = [["new", 6], ["small", 3], ["large", 3], "any", "plain", ["exact", 2]];
    log.topics.set("exact", partitionMetadata(2));
    expect(await resultOf(admin.createTopics(topics))).toEqual([
      { topic: "new", outcome: "created", partitions: 6 },
      { topic: "small", outcome: "grown", partitions: 3 },
      { topic: "large", outcome: "unchanged", partitions: 9 },
      { topic: "any", outcome: "unchanged", partitions: 4 },
      { topic: "plain", outcome: "created", partitions: 1 },
      { topic: "exact", outcome: "unchanged", partitions: 2 },
    ]);
    const names = ["new", "small", "large", "any", "plain", "exact"];
    expect(log.requests).toEqual([
      ["metadata", names],
      [
        "createTopics",
        [
          { topic: "new", partitions: 6 },
          { topic: "plain", partitions: undefined },
        ],
      ],
      ["createPartitions", [{ topic: "small", partitions: 3 }]],
      // A response alone does not say that the topics can be used yet.
      ["metadata", names],
    ]);
  });

  test("makes one request and changes nothing when all topics are as asked for", async () => {
    const log = new ScriptedLog({ a: 3 });
    const outcome = await resultOf(new DataQueueAdmin(log).createTopics([["a", 3]]));
    expect(outcome).toEqual([{ topic: "a", outcome: "unchanged", partitions: 3 }]);
    expect(log.names).toEqual(["metadata"]);
  });

  test("gives the outcomes in the order asked for, whatever the order of the metadata", async () => {
    const log = new ScriptedLog();
    log.on.metadata = async (topics = []) =>
      topics.toReversed().map((topic) => ({ topic, partitions: partitionMetadata(topic.length) }));
    expect(await resultOf(new DataQueueAdmin(log).createTopics(["b", "aaa", "cc"]))).toEqual([
      { topic: "b", outcome: "unchanged", partitions: 1 },
      { topic: "aaa", outcome: "unchanged", partitions: 3 },
      { topic: "cc", outcome: "unchanged", partitions: 2 },
    ]);
  });

  test("takes broker 0 as a leader", async () => {
    const log = new ScriptedLog();
    log.topics.set("a", [{ partition: 0, leader: 0 }]);
    expect(await resultOf(new DataQueueAdmin(log).createTopics("a"))).toMatchObject([{ topic: "a", partitions: 1 }]);
  });

  test("makes no request for an empty list", async () => {
    const log = new ScriptedLog();
    expect(await resultOf(new DataQueueAdmin(log).createTopics([]))).toEqual([]);
    expect(log.opened).toBe(0);
  });

  test("creates a topic that is named twice with the larger number of partitions", async () => {
    const log = new ScriptedLog();
    const outcomes = await resultOf(new DataQueueAdmin(log).createTopics([["a", 6], ["a", 2], "a"]));
    expect(outcomes).toEqual([{ topic: "a", outcome: "created", partitions: 6 }]);
  });

  test("gives the settings to the topics that it creates", async () => {
    const log = new ScriptedLog();
    const settings = { replicationFactor: 3, configs: { "retention.ms": "3600000" } };
    await resultOf(new DataQueueAdmin(log).createTopics(["a", ["b", 2]], settings));
    expect(log.requests[1]).toEqual([
      "createTopics",
      [
        { topic: "a", partitions: undefined, ...settings },
        { topic: "b", partitions: 2, ...settings },
      ],
    ]);
  });

  test.each([
    [["good", ["a", 0]], {}, { code: "INVALID_PARTITIONS", topic: "a" }],
    [["good", ""], {}, { code: "INVALID_ARGUMENT" }],
    [["good"], { replicationFactor: 0 }, { code: "INVALID_ARGUMENT" }],
  ])("does nothing when an argument makes no sense: %o, %o", async (topics, options, error) => {
    const log = new ScriptedLog();
    const call = new DataQueueAdmin(log).createTopics(topics as TopicRequest[], options);
    expect(await errorOf(call)).toMatchObject(error);
    expect(log.opened).toBe(0);
  });
});

describe("a topic is complete only", () => {
  test.each([
    ["when it has a partition", []],
    [
      "when each partition has a leader",
      [
        { partition: 0, leader: 1 },
        { partition: 1, leader: -1 },
      ],
    ],
    [
      "when no partition has an error",
      [
        { partition: 0, leader: 1 },
        { partition: 1, leader: 1, error: failure("REPLICA_NOT_AVAILABLE") },
      ],
    ],
  ])("%s", async (_, partitions) => {
    const log = new ScriptedLog();
    log.topics.set("a", partitions);
    const settled = vi.fn();
    const call = new DataQueueAdmin(log).createTopics(["a"]).then(settled);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(settled).not.toHaveBeenCalled();
    log.topics.set("a", partitionMetadata(2));
    await resultOf(call);
    expect(settled).toHaveBeenCalledWith([{ topic: "a", outcome: "unchanged", partitions: 2 }]);
    // It exists, so nothing is created or grown.
    expect(new Set(log.names)).toEqual(new Set(["metadata"]));
  });

  test("when it has as many partitions as asked for, each with a leader", async () => {
    const log = new ScriptedLog();
    log.on.createPartitions = async ([spec]) => {
      log.topics.set("a", [...partitionMetadata(2), { partition: 2, leader: -1 }]);
      setTimeout(() => log.topics.set("a", partitionMetadata(3)), 100);
      return [{ topic: spec?.topic ?? "" }];
    };
    log.topics.set("a", partitionMetadata(2));
    expect(await resultOf(new DataQueueAdmin(log).createTopics([["a", 3]]))).toEqual([
      { topic: "a", outcome: "grown", partitions: 3 },
    ]);
    expect(log.names.filter((name) => name === "createPartitions")).toHaveLength(1);
  });
});

describe("a topic that the log refuses", () => {
  test("is named by the error, and the others are created and grown all the same", async () => {
    const log = new ScriptedLog({ small: 1 });
    const refused = refusal("TOPIC_AUTHORIZATION_FAILED");
    log.on.createTopics = async (specs) =>
      specs.map(({ topic, partitions = 1 }) => {
        if (topic !== "good") return { topic, error: refused };
        log.topics.set(topic, partitionMetadata(partitions));
        return { topic };
      });
    const error = await errorOf(new DataQueueAdmin(log).createTopics(["bad", "worse", ["good", 2], ["small", 3]]));
    expect(error).toMatchObject({
      name: "TransportError",
      message: "cannot create topic bad: TOPIC_AUTHORIZATION_FAILED says the log",
      code: "TOPIC_AUTHORIZATION_FAILED",
      retriable: false,
      topic: "bad",
      cause: refused,
    });
    expect([log.topics.get("good")?.length, log.topics.get("small")?.length]).toEqual([2, 3]);
    // A refused topic is not asked for again.
    expect(log.requests.at(-1)).toEqual(["metadata", ["good", "small"]]);
    expect(log.names.filter((name) => name === "createTopics")).toHaveLength(1);
  });

  test("has an error that says so when it cannot be grown", async () => {
    const log = new ScriptedLog({ a: 1 });
    log.on.createPartitions = async (specs) =>
      specs.map(({ topic }) => ({ topic, error: refusal("POLICY_VIOLATION") }));
    expect(await errorOf(new DataQueueAdmin(log).createTopics([["a", 2]]))).toMatchObject({
      message: "cannot grow topic a: POLICY_VIOLATION says the log",
      code: "POLICY_VIOLATION",
      topic: "a",
    });
  });

  test("is neither created nor grown when its metadata is refused", async () => {
    const log = new ScriptedLog();
    log.on.metadata = async (topics = []) =>
      topics.map((topic) => ({ topic, error: refusal("INVALID_TOPIC_EXCEPTION") }));
    expect(await errorOf(new DataQueueAdmin(log).createTopics(["a b"]))).toMatchObject({
      message: "cannot create topic a b: INVALID_TOPIC_EXCEPTION says the log",
      code: "INVALID_TOPIC_EXCEPTION",
      topic: "a b",
    });
    expect(log.names).toEqual(["metadata"]);
  });
});

describe("creating topics tries again", () => {
  test('when another admin was quicker: the outcome is "unchanged"', async () => {
    const log = new ScriptedLog({ small: 1 });
    log.on.createTopics = async () => {
      log.topics.set("a", partitionMetadata(2));
      delete log.on.createTopics;
      return [{ topic: "a", error: refusal("TOPIC_ALREADY_EXISTS") }];
    };
    log.on.createPartitions = async () => {
      log.topics.set("small", partitionMetadata(4));
      return [{ topic: "small", error: refusal("INVALID_PARTITIONS") }];
    };
    expect(
      await resultOf(
        new DataQueueAdmin(log).createTopics([
          ["a", 2],
          ["small", 2],
        ]),
      ),
    ).toEqual([
      { topic: "a", outcome: "unchanged", partitions: 2 },
      { topic: "small", outcome: "unchanged", partitions: 4 },
    ]);
  });

  test('when another admin created the topic with fewer partitions: the outcome is "grown"', async () => {
    const log = new ScriptedLog();
    log.on.createTopics = async () => {
      log.topics.set("a", partitionMetadata(2));
      return [{ topic: "a", error: refusal("TOPIC_ALREADY_EXISTS") }];
    };
    expect(await resultOf(new DataQueueAdmin(log).createTopics([["a", 3]]))).toEqual([
      { topic: "a", outcome: "grown", partitions: 3 },
    ]);
  });

  test('when a created topic is still too small: the outcome is "created"', async () => {
    const log = new ScriptedLog();
    log.on.createTopics = async () => {
      // A log that still deletes an older topic of that name may do that.
      log.topics.set("a", partitionMetadata(1));
      return [{ topic: "a" }];
    };
    expect(await resultOf(new DataQueueAdmin(log).createTopics([["a", 3]]))).toEqual([
      { topic: "a", outcome: "created", partitions: 3 },
    ]);
  });

  test.each(["metadata", "createTopics", "createPartitions"] as const)(
    "after a retriable error of %s",
    async (name) => {
      const log = new ScriptedLog({ small: 1 });
      let failures = 0;
      const fail = async (): Promise<{ topic: string; error: ReturnType<typeof failure> }[]> => {
        failures += 1;
        if (failures === 3) delete log.on[name];
        return [{ topic: name === "createTopics" ? "a" : "small", error: failure("NOT_CONTROLLER") }];
      };
      log.on[name] = fail;
      expect(await resultOf(new DataQueueAdmin(log).createTopics(["a", ["small", 2]]))).toEqual([
        { topic: "a", outcome: "created", partitions: 1 },
        { topic: "small", outcome: "grown", partitions: 2 },
      ]);
      expect(failures).toBe(3);
    },
  );

  test("when the metadata leaves out the topic", async () => {
    const log = new ScriptedLog({ a: 1 });
    log.on.metadata = async () => {
      delete log.on.metadata;
      return [];
    };
    expect(await resultOf(new DataQueueAdmin(log).createTopics("a"))).toEqual([
      { topic: "a", outcome: "unchanged", partitions: 1 },
    ]);
  });
});

test.each([
  {},
  { replicationFactor: undefined, configs: undefined },
  { replicationFactor: 1 },
  // Kafka's int16.
  { replicationFactor: 32_767 },
  { configs: {} },
  { configs: { "retention.ms": "3600000", "cleanup.policy": "" } },
])("settings of topics are accepted: %o", (options) => {
  expect(checkCreateTopicsOptions(options)).toBeUndefined();
});

const copies = "replicationFactor must be a whole number from 1 to 32767";
test.each([
  [undefined, "options must be an object, not undefined"],
  ["fast", 'options must be an object, not "fast"'],
  [{ replicationFactor: 0 }, `${copies}, not 0`],
  [{ replicationFactor: 32_768 }, `${copies}, not 32768`],
  [{ replicationFactor: Infinity }, `${copies}, not Infinity`],
  [{ replicationFactor: null }, `${copies}, not null`],
  [{ configs: null }, "configs must be an object, not null"],
  [{ configs: "retention.ms=1" }, 'configs must be an object, not "retention.ms=1"'],
  [{ configs: { "a.b": "1", "retention.ms": 5 } }, 'configs["retention.ms"] must be a text, not 5'],
  [{ configs: { "retention.ms": undefined } }, 'configs["retention.ms"] must be a text, not undefined'],
])("settings of topics that make no sense are refused by name: %o", (options, message) => {
  expect(() => Reflect.apply(checkCreateTopicsOptions, undefined, [options])).toThrow(
    expect.objectContaining({ name: "DataQueueError", code: "INVALID_ARGUMENT", message }),
  );
});
