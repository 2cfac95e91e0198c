import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueProducer } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";
import { observed } from "../observed.ts";

test("a log with autoCreateTopicsEnable: false refuses a topic that does not exist, and the error says what to do", async () => {
  const log = memory({ autoCreateTopicsEnable: false });
  await using producer = new DataQueueProducer(log, { topic: "a", topicTimeoutMs: 50 });
  await expect(producer.send(new Uint8Array())).rejects.toMatchObject({
    code: "UNKNOWN_TOPIC_OR_PARTITION",
    message: expect.stringContaining("create it with DataQueueAdmin.createTopics"),
  });
});

test("deleteTopics does not delete a topic that is created again while it is deleted", async () => {
  const log = await logWithTopics(["a"]);
  const connection = await log.open("admin");
  const requests = observed(log, {
    deleteTopics: (deleteTopics) => async (topics) => {
      const results = await deleteTopics(topics);
      await connection.createTopics([{ topic: "a" }]);
      return results;
    },
  });
  await using admin = new DataQueueAdmin(requests);
  expect(await admin.deleteTopics(["a"])).toEqual(["a"]);
  expect(requests.count("deleteTopics")).toBe(1);
  expect(await admin.listTopics()).toEqual(["a"]);
});
