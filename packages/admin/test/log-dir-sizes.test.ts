import { UnsupportedError } from "@dataqueues/core";
import { describe, expect, test } from "vitest";

import { DataQueueAdmin } from "../src/index.ts";
import { useFakeClock } from "./fake-clock.ts";
import { errorOf, resultOf } from "./result-of.ts";
import { failure, refusal, ScriptedLog } from "./scripted-log.ts";

useFakeClock();

describe("sizes of partitions", () => {
  test("are asked of each leader once, and come in the order asked for", async () => {
    const log = new ScriptedLog({ b: 2 });
    log.topics.set(
      "a",
      [1, 2, 1].map((leader, partition) => ({ partition, leader })),
    );
    const sizes = new DataQueueAdmin(log).describeLogDirs([["b", 1], "a", ["a", 2]]);
    expect(await resultOf(sizes)).toEqual([
      { topic: "b", partition: 1, size: 1_000 },
      { topic: "a", partition: 0, size: 0 },
      { topic: "a", partition: 1, size: 1_000 },
      { topic: "a", partition: 2, size: 2_000 },
    ]);
    const ofOne = [["b", 1] as const, ["a", 0] as const, ["a", 2] as const].map(([topic, partition]) => ({
      topic,
      partition,
    }));
    expect(log.requests.slice(-2)).toEqual([
      ["describeLogDirs", 1, ofOne],
      ["describeLogDirs", 2, [{ topic: "a", partition: 1 }]],
    ]);
  });

  test("are asked for again over an error that passes by itself", async () => {
    const log = new ScriptedLog({ a: 1 });
    log.on.describeLogDirs = async () => {
      delete log.on.describeLogDirs;
      return [{ topic: "a", partition: 0, error: failure("NOT_LEADER_OR_FOLLOWER") }];
    };
    expect(await resultOf(new DataQueueAdmin(log).describeLogDirs("a"))).toEqual([
      { topic: "a", partition: 0, size: 0 },
    ]);
  });

  test("of whoever may not ask are an error that names the partition", async () => {
    const log = new ScriptedLog({ a: 1 });
    log.on.describeLogDirs = async () => [{ topic: "a", partition: 0, error: refusal("CLUSTER_AUTHORIZATION_FAILED") }];
    expect(await errorOf(new DataQueueAdmin(log).describeLogDirs("a"))).toMatchObject({
      code: "CLUSTER_AUTHORIZATION_FAILED",
      message: "cannot find the size of a[0]: CLUSTER_AUTHORIZATION_FAILED says the log",
    });
  });

  test("that the log does not tell are an UnsupportedError", async () => {
    const log = new ScriptedLog({ a: 1 });
    log.lacks.add("describeLogDirs");
    const error = await errorOf(new DataQueueAdmin(log).describeLogDirs("a"));
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error).toMatchObject({
      message: "this log cannot tell how many bytes topics take: its transport has no request describeLogDirs",
    });
  });
});
