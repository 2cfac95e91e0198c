import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueProducer } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { describe, expect, test } from "vitest";

import { observed } from "../observed.ts";
import { autoTopicCreation } from "./auto-topic-creation.ts";

describe("topics that nobody created, on the log in this process", () => {
  const log = memory();
  autoTopicCreation(() => log);
});

test("a log that creates no topics by itself refuses, as a broker with auto.create.topics.enable=false", async () => {
  const log = memory({ autoCreateTopicsEnable: false });
  await using producer = new DataQueueProducer(log, { topic: "a", topicTimeoutMs: 50 });
  await expect(producer.send(new Uint8Array())).rejects.toMatchObject({
    code: "UNKNOWN_TOPIC_OR_PARTITION",
    message: expect.stringContaining("create it with DataQueueAdmin.createTopics"),
  });
});

test("a topic that comes again while it is deleted is another one, and stays", async () => {
  const log = memory();
  const connection = await log.open("admin");
  await connection.createTopics([{ topic: "a" }]);
  const seen = observed(log, {
    deleteTopics: async (topics) => {
      const outcomes = await connection.deleteTopics(topics);
      await connection.createTopics([{ topic: "a" }]);
      return outcomes;
    },
  });
  await using admin = new DataQueueAdmin(seen);
  expect(await admin.deleteTopics(["a"])).toEqual(["a"]);
  expect(seen.count("deleteTopics")).toBe(1);
  expect(await admin.listTopics()).toEqual(["a"]);
});
