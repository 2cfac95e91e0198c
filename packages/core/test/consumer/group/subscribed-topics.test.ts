import { expect, test } from "vitest";

import { pass, useFakeClock } from "../../fake-clock.ts";
import { failure, noResponse, partitionMetadata, ScriptedLog } from "../../scripted-log.ts";
import { loopOver, take } from "../consuming.ts";
import { eventsOf, groupThatWants, inGroup, joined, placeOf, settled } from "./in-group.ts";

useFakeClock({ atMs: 5_000, leavesNoTimer: true });

/** A log of topics a and b, each with three texts in its one partition. */
function logOfTwo(): ScriptedLog {
  const log = new ScriptedLog({ a: 1, b: 1 });
  for (const topic of ["a", "b"]) log.append(topic, 0, "0", "1", "2");
  return log;
}

test("updateTopics in the body of the loop resolves at once, and partitions follow when the loop asks again", async () => {
  const log = logOfTwo();
  const { consumer, events } = await joined(log);
  const seen: string[] = [];
  const body = (async () => {
    for await (const { topic, offset } of consumer) {
      seen.push(`${topic} ${offset}`);
      if (topic === "a" && offset === 0n) await consumer.updateTopics("b");
      if (topic === "b" && offset === 2n) break;
    }
  })();
  await settled(body);
  expect(seen).toEqual(["a 0", "b 0", "b 1", "b 2"]);
  expect(placeOf(log)).toBe(1n);
  expect(eventsOf(events, "assigned", "revoked").map(({ type, partitions }) => [type, partitions])).toEqual([
    ["assigned", [["a", 0]]],
    ["revoked", [["a", 0]]],
    ["assigned", [["b", 0]]],
  ]);
  await settled(consumer.close());
});

test("once updateTopics has resolved nothing of what is left out is delivered, however long the group takes", async () => {
  const log = logOfTwo();
  const { consumer } = await joined(log, { topics: ["a", "b"] });
  const loop = loopOver(consumer);
  const first = (await take(loop, 1)).filter((one) => one.startsWith("b"));
  log.on.joinGroup = () => noResponse();
  log.on.heartbeat = () => noResponse();
  await settled(consumer.updateTopics("b"));
  expect([...first, ...(await take(loop, 3 - first.length))]).toEqual(["b/0 0 0", "b/0 1 1", "b/0 2 2"]);
  const more = take(loop, 1).catch(() => undefined);
  await pass(5_000);
  await settled(consumer.close());
  await more;
});

test("topics that come back before the group has heard of it are delivered again, and nothing of them is lost", async () => {
  const log = logOfTwo();
  const { consumer } = await joined(log, { topics: ["a", "b"] });
  const loop = loopOver(consumer);
  const first = await take(loop, 1);
  const { joinGroup } = log.plain;
  let tell: () => void = () => undefined;
  log.on.joinGroup = async (member) => {
    await new Promise<void>((resolve) => (tell = resolve));
    return joinGroup(member);
  };
  await settled(consumer.updateTopics(["a", "b", "c"]));
  await pass(100);
  await settled(consumer.updateTopics(["b"]));
  await settled(consumer.updateTopics(["a", "b"]));
  delete log.on.joinGroup;
  tell();
  const rest = await settled(take(loop, 5));
  expect([...first, ...rest].toSorted()).toEqual(["a/0 0 0", "a/0 1 1", "a/0 2 2", "b/0 0 0", "b/0 1 1", "b/0 2 2"]);
  await settled(consumer.close());
});

test("updateTopics that the log refuses changes nothing, and rejects", async () => {
  const log = logOfTwo();
  const { consumer } = await joined(log);
  log.on.metadata = async (topics) =>
    (await log.plain.metadata(topics)).map((one) =>
      one.topic === "secret"
        ? { topic: one.topic, error: failure("TOPIC_AUTHORIZATION_FAILED", { retriable: false }) }
        : one,
    );
  await expect(settled(consumer.updateTopics(["secret"]))).rejects.toMatchObject({
    code: "TOPIC_AUTHORIZATION_FAILED",
  });
  expect(await take(loopOver(consumer), 2)).toEqual(["a/0 0 0", "a/0 1 1"]);
  expect(log.calls("heartbeat").every(([{ topics }]) => topics.join() === "a")).toBe(true);
  await settled(consumer.close());
});

test("changes of topics take turns: the last one holds, whichever answer comes first", async () => {
  const log = logOfTwo();
  const answers: (() => void)[] = [];
  const { consumer } = await joined(log, { topics: ["a"], metadataMaxAgeMs: 3_600_000 });
  log.on.metadata = async (topics) => {
    if (topics?.includes("b")) await new Promise<void>((resolve) => answers.push(resolve));
    return log.plain.metadata(topics);
  };
  const changes = Promise.all([consumer.updateTopics("b"), consumer.updateTopics("a")]);
  await pass(100);
  answers.forEach((answer) => answer());
  await settled(changes);
  await pass(5_000);
  expect(log.calls("heartbeat").at(-1)?.[0].topics).toEqual(["a"]);
  await settled(consumer.close());
});

test("a member of a pattern subscribes to the topics that match, and to those that come later from their beginning", async () => {
  const log = new ScriptedLog({ ax: 1, b: 1 });
  log.append("ax", 0, "0");
  const { consumer } = await joined(log, { topics: /^a/, from: "latest", metadataMaxAgeMs: 1_000 });
  expect(log.calls("joinGroup").at(-1)?.[0].topics).toEqual(["ax"]);
  const loop = loopOver(consumer);
  const next = take(loop, 1);
  log.topics.set("ay", partitionMetadata(1));
  log.append("ay", 0, "first");
  await pass(3_000);
  expect(await next).toEqual(["ay/0 0 first"]);
  expect(log.calls("joinGroup").at(-1)?.[0].topics).toEqual(["ax", "ay"]);
  log.topics.delete("ay");
  await pass(2_500);
  expect(log.calls("heartbeat").at(-1)?.[0].topics).toEqual(["ax"]);
  await settled(consumer.close());
});

test("topics that a new pattern matches and that were there all along begin where from says", async () => {
  const log = logOfTwo();
  const { consumer } = await joined(log, { topics: "a", from: "latest" });
  await settled(consumer.updateTopics(/./));
  const next = take(loopOver(consumer), 1);
  await pass(2_000);
  log.append("b", 0, "3");
  expect(await next).toEqual(["b/0 3 3"]);
  await settled(consumer.close());
});

test.each([
  ["with ids", "other"],
  ["without ids, after it was seen to be gone", undefined],
])("a topic that was created again is new as a whole, whoever gets its partitions: %s", async (_, id) => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "old");
  if (id !== undefined) log.topicIds.set("a", "one");
  // Another member has the partition at first.
  const wishes = groupThatWants(log, []);
  const { consumer } = await joined(log, { from: "latest", metadataMaxAgeMs: 1_000 });
  if (id === undefined) {
    log.topics.delete("a");
    await pass(2_000);
  } else log.topicIds.set("a", id);
  log.reset("a");
  log.topics.set("a", partitionMetadata(1));
  log.append("a", 0, "new");
  await pass(2_000);
  wishes.target = [["a", 0]];
  const next = take(loopOver(consumer), 1);
  await pass(2_000);
  expect(await next).toEqual(["a/0 0 new"]);
  await settled(consumer.close());
});

test("a topic that does not exist is told once, and its partitions come when it does", async () => {
  const log = new ScriptedLog({});
  const { consumer, events } = await joined(log, { from: "latest" });
  const next = take(loopOver(consumer), 1);
  await pass(10_000);
  expect(eventsOf(events, "topicMissing")).toEqual([{ type: "topicMissing", topic: "a" }]);
  log.topics.set("a", partitionMetadata(1));
  log.append("a", 0, "first");
  await pass(3_000);
  expect(await next).toEqual(["a/0 0 first"]);
  await settled(consumer.close());
});

test("every member of a classic group joins again when a topic has grown, and new partitions begin at their first record", async () => {
  const log = new ScriptedLog({ a: 1 });
  const wishes = groupThatWants(log, [["a", 0]]);
  const { consumer } = await joined(log, { groupProtocol: "classic", from: "latest", metadataMaxAgeMs: 1_000 });
  const joins = log.calls("joinGroup").length;
  log.topics.set("a", partitionMetadata(2));
  log.append("a", 1, "first");
  wishes.target = [
    ["a", 0],
    ["a", 1],
  ];
  const next = take(loopOver(consumer), 1);
  await pass(3_000);
  expect(await next).toEqual(["a/1 0 first"]);
  expect(log.calls("joinGroup")).toHaveLength(joins + 1);
  await settled(consumer.close());
});

test("assignTopics is refused in a group, with a word why", async () => {
  const { consumer } = inGroup(new ScriptedLog());
  await expect(consumer.assignTopics([["a", 0]])).rejects.toMatchObject({ name: "UnsupportedError" });
  await expect(consumer.assignTopics([["a", 0]])).rejects.toThrow(/group g decides/);
  await settled(consumer.close());
});

test("with until, a loop ends when what the group gave is read to its end, and all of it is committed on close", async () => {
  const log = logOfTwo();
  const { consumer } = inGroup(log, { topics: ["a", "b"], until: "end" });
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { topic, offset } of consumer) seen.push(`${topic} ${offset}`);
  })();
  await settled(reading);
  expect(seen.toSorted()).toEqual(["a 0", "a 1", "a 2", "b 0", "b 1", "b 2"]);
  await settled(consumer.close());
  expect([placeOf(log, "a"), placeOf(log, "b")]).toEqual([3n, 3n]);
});

test("with until, a member that has no partition yet waits for one", async () => {
  const log = logOfTwo();
  const wishes = groupThatWants(log, []);
  const { consumer } = inGroup(log, { until: "end" });
  const next = take(loopOver(consumer), 1);
  await pass(5_000);
  wishes.target = [["a", 0]];
  await pass(2_000);
  expect(await next).toEqual(["a/0 0 0"]);
  await settled(consumer.close());
});
