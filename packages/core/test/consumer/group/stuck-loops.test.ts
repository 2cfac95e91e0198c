import { expect, test } from "vitest";

import { pass, useFakeClock } from "../../fake-clock.ts";
import { ScriptedLog } from "../../scripted-log.ts";
import { loopOver, take } from "../consuming.ts";
import { commitsOf, eventsOf, inGroup, joined, placeOf, settled } from "./in-group.ts";

useFakeClock({ atMs: 5_000, leavesNoTimer: true });

/** A log of topic a with some texts. */
function logOf(...texts: readonly string[]): ScriptedLog {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, ...texts);
  return log;
}

test("a loop that is stuck for longer than maxProcessingMs is told once, and its consumer leaves", async () => {
  const log = logOf("0", "1", "2");
  const { consumer, events } = await joined(log, { maxProcessingMs: 10_000 });
  const loop = loopOver(consumer);
  await take(loop, 2);
  await pass(9_500);
  expect(eventsOf(events, "processingTimedOut", "lost")).toEqual([]);
  await pass(2_000);
  expect(eventsOf(events, "processingTimedOut", "lost")).toMatchObject([
    { group: "g" },
    { partitions: [["a", 0]], reason: { code: "PROCESSING_TIMED_OUT" } },
  ]);
  expect(eventsOf(events, "processingTimedOut")[0]?.afterMs).toBeGreaterThan(10_000);
  expect(log.calls("leaveGroup")).toHaveLength(1);
  expect(placeOf(log)).toBe(1n);
  const beats = log.calls("heartbeat").length;
  await pass(120_000);
  // It stays out, and says nothing, until the loop goes on.
  expect([log.calls("heartbeat").length, log.calls("joinGroup").length]).toEqual([beats, 1]);
  expect(eventsOf(events, "processingTimedOut")).toHaveLength(1);
  // Another member processed it meanwhile.
  log.committed.set("g/a/0", 2n);
  expect(await settled(take(loop, 1))).toEqual(["a/0 2 2"]);
  expect(log.calls("joinGroup")).toHaveLength(2);
  expect(commitsOf(log).flat()).not.toContain("a/0 3");
  await settled(consumer.close());
});

test("a loop that works for long, but asks again in time, stays", async () => {
  const log = logOf("0", "1", "2");
  const { consumer, events } = await joined(log, { maxProcessingMs: 10_000 });
  const loop = loopOver(consumer);
  for (let taken = 0; taken < 3; taken += 1) {
    await take(loop, 1);
    await pass(9_000);
  }
  const waiting = loop.next();
  // A loop that waits for messages is not stuck.
  await pass(60_000);
  expect(eventsOf(events, "processingTimedOut", "lost")).toEqual([]);
  await settled(consumer.close());
  await waiting;
});

test("a consumer whose loops never ask leaves too: it would hold its partitions for nothing", async () => {
  const log = logOf("0");
  const { consumer, events } = await joined(log, { maxProcessingMs: 10_000 });
  await pass(12_000);
  expect(eventsOf(events, "processingTimedOut")).toHaveLength(1);
  expect(log.calls("leaveGroup")).toHaveLength(1);
  expect(await settled(take(loopOver(consumer), 1))).toEqual(["a/0 0 0"]);
  await settled(consumer.close());
});

test("a loop that was left, with none after it, counts from when it was left off", async () => {
  const log = logOf("0", "1");
  const { consumer, events } = await joined(log, { maxProcessingMs: 10_000 });
  for await (const _ of consumer) break;
  await pass(12_000);
  expect(eventsOf(events, "processingTimedOut")).toHaveLength(1);
  await settled(consumer.close());
});

test("the time counts from connect(), not from when the consumer was made", async () => {
  const log = logOf("0");
  const { consumer, events } = inGroup(log, { maxProcessingMs: 10_000 });
  await pass(60_000);
  await settled(consumer.connect());
  await pass(9_000);
  expect(eventsOf(events, "processingTimedOut")).toEqual([]);
  await pass(3_000);
  expect(eventsOf(events, "processingTimedOut")).toHaveLength(1);
  await settled(consumer.close());
});

test("of several loops one that is stuck is enough", async () => {
  const log = logOf("0", "1");
  const { consumer, events } = await joined(log, { maxProcessingMs: 10_000 });
  await take(loopOver(consumer), 1);
  const other = loopOver(consumer);
  await take(other, 1);
  const waiting = other.next();
  await pass(12_000);
  expect(eventsOf(events, "processingTimedOut")).toHaveLength(1);
  await settled(consumer.close());
  await waiting;
});

test("a static member that is stuck says nothing more, so that its session ends and others get its partitions", async () => {
  const log = logOf("0", "1");
  const { consumer, events } = await joined(log, { maxProcessingMs: 10_000, groupInstanceId: "one" });
  await take(loopOver(consumer), 1);
  await pass(12_000);
  expect(eventsOf(events, "processingTimedOut")).toHaveLength(1);
  const since = log.requests.length;
  await pass(60_000);
  const words = log.requests.slice(since).map(({ name }) => name);
  expect(words.filter((name) => name === "heartbeat" || name === "leaveGroup" || name === "joinGroup")).toEqual([]);
  expect(log.calls("leaveGroup")).toEqual([]);
  await settled(consumer.close());
});

test("an answer that comes after the consumer has left does not make it a member again", async () => {
  const log = logOf("0", "1");
  const { consumer, events } = await joined(log, { maxProcessingMs: 10_000, groupInstanceId: "one" });
  await take(loopOver(consumer), 1);
  await pass(9_500);
  let answer: () => void = () => undefined;
  log.on.heartbeat = async (member) => {
    await new Promise<void>((resolve) => (answer = resolve));
    return log.plain.heartbeat(member);
  };
  await pass(3_000);
  expect(eventsOf(events, "processingTimedOut")).toHaveLength(1);
  answer();
  delete log.on.heartbeat;
  const before = log.calls("heartbeat").length;
  await pass(10_000);
  expect(log.calls("heartbeat")).toHaveLength(before);
  await settled(consumer.close());
});

test("with maxProcessingMs Infinity a loop may take for ever", async () => {
  const log = logOf("0", "1");
  const { consumer, events } = await joined(log, { maxProcessingMs: Infinity, metadataMaxAgeMs: 600_000 });
  await take(loopOver(consumer), 1);
  await pass(3_600_000);
  expect(eventsOf(events, "processingTimedOut", "lost")).toEqual([]);
  await settled(consumer.close());
});
