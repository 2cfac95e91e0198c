import { describe, expect, test, vi } from "vitest";

import { DataQueueAdmin } from "../src/index.ts";
import type { TopicRequest } from "../src/index.ts";
import { ends, errorOf } from "./ends.ts";
import { useFakeClock } from "./fake-clock.ts";
import { failure, led, refusal, ScriptedLog } from "./scripted-log.ts";

useFakeClock();

describe("creating topics", () => {
  test("creates what is missing, grows what is too small, and leaves the rest as it is", async () => {
    const log = new ScriptedLog({ small: 2, large: 9, any: 4 });
    const admin = new DataQueueAdmin(log);
    const topics: TopicRequest[] = [["new", 6], ["small", 3], ["large", 3], "any", "plain", ["exact", 2]];
    log.topics.set("exact", led(2));
    expect(await ends(admin.createTopics(topics))).toEqual([
      { topic: "new", outcome: "created", partitions: 6 },
      { topic: "small", outcome: "grown", partitions: 3 },
      { topic: "large", outcome: "unchanged", partitions: 9 },
      { topic: "any", outcome: "unchanged", partitions: 4 },
      { topic: "plain", outcome: "created", partitions: 1 },
      { topic: "exact", outcome: "unchanged", partitions: 2 },
    ]);
    const names = ["new", "small", "large", "any", "plain", "exact"];
    expect(log.made).toEqual([
      ["metadata", names],
      [
        "createTopics",
        [
          { topic: "new", partitions: 6 },
          { topic: "plain", partitions: undefined },
        ],
      ],
      ["createPartitions", [{ topic: "small", partitions: 3 }]],
      // Only what the log shows is certain.
      ["metadata", names],
    ]);
  });

  test("asks once and changes nothing where all is as it should be", async () => {
    const log = new ScriptedLog({ a: 3 });
    const outcome = await ends(new DataQueueAdmin(log).createTopics([["a", 3]]));
    expect(outcome).toEqual([{ topic: "a", outcome: "unchanged", partitions: 3 }]);
    expect(log.names).toEqual(["metadata"]);
  });

  test("tells the outcomes in the order asked for, in whatever order the log answers", async () => {
    const log = new ScriptedLog();
    log.on.metadata = async (topics = []) =>
      topics.toReversed().map((topic) => ({ topic, partitions: led(topic.length) }));
    expect(await ends(new DataQueueAdmin(log).createTopics(["b", "aaa", "cc"]))).toEqual([
      { topic: "b", outcome: "unchanged", partitions: 1 },
      { topic: "aaa", outcome: "unchanged", partitions: 3 },
      { topic: "cc", outcome: "unchanged", partitions: 2 },
    ]);
  });

  test("takes node 0 for a leader as any other", async () => {
    const log = new ScriptedLog();
    log.topics.set("a", [{ partition: 0, leader: 0 }]);
    expect(await ends(new DataQueueAdmin(log).createTopics("a"))).toMatchObject([{ topic: "a", partitions: 1 }]);
  });

  test("of nothing asks nothing", async () => {
    const log = new ScriptedLog();
    expect(await ends(new DataQueueAdmin(log).createTopics([]))).toEqual([]);
    expect(log.opened).toBe(0);
  });

  test("satisfies both of a topic that is named twice", async () => {
    const log = new ScriptedLog();
    const outcomes = await ends(new DataQueueAdmin(log).createTopics([["a", 6], ["a", 2], "a"]));
    expect(outcomes).toEqual([{ topic: "a", outcome: "created", partitions: 6 }]);
  });

  test("gives settings to the topics that it creates", async () => {
    const log = new ScriptedLog();
    const settings = { replicationFactor: 3, configs: { "retention.ms": "3600000" } };
    await ends(new DataQueueAdmin(log).createTopics(["a", ["b", 2]], settings));
    expect(log.made[1]).toEqual([
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
  ])("does nothing when something makes no sense: %o, %o", async (topics, options, error) => {
    const log = new ScriptedLog();
    const call = new DataQueueAdmin(log).createTopics(topics as TopicRequest[], options);
    expect(await errorOf(call)).toMatchObject(error);
    expect(log.opened).toBe(0);
  });
});

describe("a topic is there only", () => {
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
    log.topics.set("a", led(2));
    await ends(call);
    expect(settled).toHaveBeenCalledWith([{ topic: "a", outcome: "unchanged", partitions: 2 }]);
    // It exists: there is nothing to create and nothing to grow.
    expect(new Set(log.names)).toEqual(new Set(["metadata"]));
  });

  test("when it has as many partitions as it must have, with a leader each", async () => {
    const log = new ScriptedLog();
    log.on.createPartitions = async ([spec]) => {
      log.topics.set("a", [...led(2), { partition: 2, leader: -1 }]);
      setTimeout(() => log.topics.set("a", led(3)), 100);
      return [{ topic: spec?.topic ?? "" }];
    };
    log.topics.set("a", led(2));
    expect(await ends(new DataQueueAdmin(log).createTopics([["a", 3]]))).toEqual([
      { topic: "a", outcome: "grown", partitions: 3 },
    ]);
    expect(log.names.filter((name) => name === "createPartitions")).toHaveLength(1);
  });
});

describe("a topic that the log refuses", () => {
  test("is told of by its name, and the others are seen to all the same", async () => {
    const log = new ScriptedLog({ small: 1 });
    const refused = refusal("TOPIC_AUTHORIZATION_FAILED");
    log.on.createTopics = async (specs) =>
      specs.map(({ topic, partitions = 1 }) => {
        if (topic !== "good") return { topic, error: refused };
        log.topics.set(topic, led(partitions));
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
    // What was refused is not asked for again.
    expect(log.made.at(-1)).toEqual(["metadata", ["good", "small"]]);
    expect(log.names.filter((name) => name === "createTopics")).toHaveLength(1);
  });

  test("to grow is told of as such", async () => {
    const log = new ScriptedLog({ a: 1 });
    log.on.createPartitions = async (specs) =>
      specs.map(({ topic }) => ({ topic, error: refusal("POLICY_VIOLATION") }));
    expect(await errorOf(new DataQueueAdmin(log).createTopics([["a", 2]]))).toMatchObject({
      message: "cannot grow topic a: POLICY_VIOLATION says the log",
      code: "POLICY_VIOLATION",
      topic: "a",
    });
  });

  test("to describe is neither created nor grown", async () => {
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

describe("what passes by itself is tried again", () => {
  test("another admin that is quicker: the topic is unchanged by this one", async () => {
    const log = new ScriptedLog({ small: 1 });
    log.on.createTopics = async () => {
      log.topics.set("a", led(2));
      delete log.on.createTopics;
      return [{ topic: "a", error: refusal("TOPIC_ALREADY_EXISTS") }];
    };
    log.on.createPartitions = async () => {
      log.topics.set("small", led(4));
      return [{ topic: "small", error: refusal("INVALID_PARTITIONS") }];
    };
    expect(
      await ends(
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

  test("another admin that created it smaller: it is grown", async () => {
    const log = new ScriptedLog();
    log.on.createTopics = async () => {
      log.topics.set("a", led(2));
      return [{ topic: "a", error: refusal("TOPIC_ALREADY_EXISTS") }];
    };
    expect(await ends(new DataQueueAdmin(log).createTopics([["a", 3]]))).toEqual([
      { topic: "a", outcome: "grown", partitions: 3 },
    ]);
  });

  test("a topic that is created and grown afterwards was created", async () => {
    const log = new ScriptedLog();
    log.on.createTopics = async () => {
      // As a log that is deleting an older topic of that name.
      log.topics.set("a", led(1));
      return [{ topic: "a" }];
    };
    expect(await ends(new DataQueueAdmin(log).createTopics([["a", 3]]))).toEqual([
      { topic: "a", outcome: "created", partitions: 3 },
    ]);
  });

  test.each(["metadata", "createTopics", "createPartitions"] as const)("an error that passes, of %s", async (name) => {
    const log = new ScriptedLog({ small: 1 });
    let failures = 0;
    const fail = async (): Promise<{ topic: string; error: ReturnType<typeof failure> }[]> => {
      failures += 1;
      if (failures === 3) delete log.on[name];
      return [{ topic: name === "createTopics" ? "a" : "small", error: failure("NOT_CONTROLLER") }];
    };
    log.on[name] = fail;
    expect(await ends(new DataQueueAdmin(log).createTopics(["a", ["small", 2]]))).toEqual([
      { topic: "a", outcome: "created", partitions: 1 },
      { topic: "small", outcome: "grown", partitions: 2 },
    ]);
    expect(failures).toBe(3);
  });

  test("a topic of which the log says nothing is waited for", async () => {
    const log = new ScriptedLog({ a: 1 });
    log.on.metadata = async () => {
      delete log.on.metadata;
      return [];
    };
    expect(await ends(new DataQueueAdmin(log).createTopics("a"))).toEqual([
      { topic: "a", outcome: "unchanged", partitions: 1 },
    ]);
  });
});
