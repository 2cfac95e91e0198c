import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "dataqueues";
import { utf8 } from "@dataqueues/codec-text";
import { expect, test, vi } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";
import { take } from "../take.ts";

test("an onEvent that throws or rejects breaks nothing, and its errors are logged to the console", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const log = await logWithTopics(["a"]);
  const problem = new Error("in onEvent");
  let calls = 0;
  const onEvent = (): unknown => {
    calls += 1;
    if (calls % 2 === 0) return Promise.reject(problem);
    throw problem;
  };
  await using admin = new DataQueueAdmin(log, { onEvent });
  await admin.listTopics();
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8(), onEvent, retryBackoffMs: 1 });
  log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "produce", times: 3 });
  expect(await producer.send("0")).toMatchObject({ offset: 0n });
  await using consumer = new DataQueueConsumer(log, { topics: ["a"], encoding: utf8(), onEvent });
  log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "fetch", times: 3 });
  expect(await take(consumer, 1)).toMatchObject([{ value: "0" }]);
  expect(calls).toBeGreaterThan(6);
  await vi.waitFor(() => expect(logged.mock.calls.filter(([, error]) => error === problem)).toHaveLength(calls), {
    timeout: 10_000,
  });
  logged.mockRestore();
});
