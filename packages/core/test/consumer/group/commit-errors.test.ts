import { expect, test } from "vitest";

import { isRetriable } from "../../../src/contract/retriable-errors.ts";
import type { KafkaErrorName } from "../../../src/contract/kafka-errors.ts";
import { pass, useFakeClock } from "../../fake-clock.ts";
import { failure, noResponse, ScriptedLog } from "../../scripted-log.ts";
import { loopOver, take } from "../consuming.ts";
import { commitsOf, eventsOf, groupThatWants, joined, placeOf, reasonOf, settled } from "./in-group.ts";

useFakeClock({ atMs: 5_000, leavesNoTimer: true });

/** A log of topic a with four texts in each of two partitions. */
function logOfTwo(): ScriptedLog {
  const log = new ScriptedLog({ a: 2 });
  for (const partition of [0, 1]) log.append("a", partition, "0", "1", "2", "3");
  return log;
}

/** Commits are refused as a whole so many times. */
function refuseCommits(log: ScriptedLog, times: number, code: KafkaErrorName): void {
  let left = times;
  log.on.commitOffsets = async (member, offsets) => {
    left -= 1;
    if (left >= 0) throw failure(code, { retriable: isRetriable(code) });
    return log.plain.commitOffsets(member, offsets);
  };
}

/** Commits of one partition are refused. */
function refusePartition(log: ScriptedLog, refused: number, code: KafkaErrorName): void {
  log.on.commitOffsets = async (member, offsets) => {
    const kept = offsets.filter(({ partition }) => partition !== refused);
    await log.plain.commitOffsets(member, kept);
    return offsets.map(({ topic, partition }) =>
      partition === refused
        ? { topic, partition, error: failure(code, { retriable: isRetriable(code), topic, partition }) }
        : { topic, partition },
    );
  };
}

test.each([
  "COORDINATOR_LOAD_IN_PROGRESS",
  "COORDINATOR_NOT_AVAILABLE",
  "NOT_COORDINATOR",
  "NETWORK_EXCEPTION",
  "STALE_MEMBER_EPOCH",
  "REBALANCE_IN_PROGRESS",
  "ILLEGAL_GENERATION",
] as const)("a commit that is refused with %s is made again, and nobody hears of a failure", async (code) => {
  const log = logOfTwo();
  const { consumer, events } = await joined(log, { autoCommit: false });
  await take(loopOver(consumer), 3);
  refuseCommits(log, 3, code);
  await settled(consumer.commit());
  expect(commitsOf(log)).toHaveLength(4);
  expect(eventsOf(events, "committed")).toHaveLength(1);
  expect(eventsOf(events, "commitFailed")).toEqual([]);
  expect(eventsOf(events, "retry").filter(({ request }) => request === "commitOffsets")).toHaveLength(3);
  await settled(consumer.close());
});

test("a commit that is tried again has the epoch that the member has by then", async () => {
  const log = logOfTwo();
  const wishes = groupThatWants(log, [["a", 0]]);
  const { consumer } = await joined(log, { autoCommit: false, heartbeatIntervalMs: 100 });
  await take(loopOver(consumer), 3);
  refuseCommits(log, 3, "STALE_MEMBER_EPOCH");
  wishes.epoch = 7;
  await settled(consumer.commit());
  const epochs = log.calls("commitOffsets").map(([{ epoch }]) => epoch);
  expect([epochs[0], epochs.at(-1)]).toEqual([1, 7]);
  await settled(consumer.close());
});

test("one commit is in flight at a time, so that none arrives late", async () => {
  const log = logOfTwo();
  const { consumer } = await joined(log);
  const loop = loopOver(consumer);
  await take(loop, 3);
  let inFlight = 0;
  let most = 0;
  log.on.commitOffsets = async (member, offsets) => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    await new Promise((resolve) => setTimeout(resolve, 700));
    inFlight -= 1;
    return log.plain.commitOffsets(member, offsets);
  };
  const commits = [consumer.commit(), consumer.commit()];
  await pass(100);
  await take(loop, 1);
  commits.push(consumer.commit());
  await settled(Promise.all(commits));
  expect([most, log.calls("commitOffsets").length]).toEqual([1, 2]);
  await settled(consumer.close());
});

test("what the log refuses for good rejects commit(), is told as commitFailed, and does not end the consumer", async () => {
  const log = logOfTwo();
  const { consumer, events } = await joined(log, { autoCommit: false });
  const loop = loopOver(consumer);
  await take(loop, 3);
  refuseCommits(log, 1, "GROUP_AUTHORIZATION_FAILED");
  await expect(settled(consumer.commit())).rejects.toMatchObject({ code: "GROUP_AUTHORIZATION_FAILED" });
  expect(eventsOf(events, "commitFailed")).toMatchObject([
    { group: "g", reason: { code: "GROUP_AUTHORIZATION_FAILED" } },
  ]);
  expect(eventsOf(events, "commitFailed")[0]).not.toHaveProperty("topic");
  await take(loop, 1);
  await settled(consumer.commit());
  expect(eventsOf(events, "committed")).toHaveLength(1);
  await settled(consumer.close());
});

test.each([
  "OFFSET_METADATA_TOO_LARGE",
  "INVALID_COMMIT_OFFSET_SIZE",
  "UNKNOWN_TOPIC_ID",
  "UNKNOWN_TOPIC_OR_PARTITION",
  "TOPIC_AUTHORIZATION_FAILED",
] as const)("%s of one partition is told once, and the others are committed", async (code) => {
  const log = logOfTwo();
  const { consumer, events } = await joined(log, { autoCommitIntervalMs: 500 });
  const loop = loopOver(consumer);
  await take(loop, 8);
  const waiting = loop.next();
  refusePartition(log, 1, code);
  await pass(10_000);
  expect(placeOf(log, "a", 0)).toBe(4n);
  expect(eventsOf(events, "commitFailed")).toMatchObject([{ group: "g", topic: "a", partition: 1, reason: { code } }]);
  delete log.on.commitOffsets;
  await pass(1_000);
  expect(placeOf(log, "a", 1)).toBe(4n);
  await settled(consumer.close());
  await waiting;
});

test("before a partition goes its commit is tried again, also when another one is refused for good", async () => {
  const log = logOfTwo();
  const wishes = groupThatWants(log, [
    ["a", 0],
    ["a", 1],
  ]);
  const { consumer, events } = await joined(log, { autoCommitIntervalMs: 3_600_000 });
  const loop = loopOver(consumer);
  await take(loop, 8);
  const waiting = loop.next();
  let tries = 0;
  log.on.commitOffsets = async (member, offsets) => {
    tries += 1;
    const errors = ["TOPIC_AUTHORIZATION_FAILED", tries < 3 ? "COORDINATOR_LOAD_IN_PROGRESS" : undefined] as const;
    const kept = offsets.filter(({ partition }) => errors[partition] === undefined);
    await log.plain.commitOffsets(member, kept);
    return offsets.map(({ topic, partition }) => {
      const code = errors[partition];
      return code === undefined
        ? { topic, partition }
        : { topic, partition, error: failure(code, { retriable: isRetriable(code), topic, partition }) };
    });
  };
  wishes.target = [];
  await pass(5_000);
  expect(eventsOf(events, "revoked")).toHaveLength(1);
  expect([placeOf(log, "a", 0), placeOf(log, "a", 1)]).toEqual([undefined, 4n]);
  await settled(consumer.close());
  await waiting;
});

test("an answer that leaves a partition out is no success", async () => {
  const log = logOfTwo();
  const { consumer } = await joined(log, { autoCommit: false });
  await take(loopOver(consumer), 3);
  log.on.commitOffsets = async () => {
    delete log.on.commitOffsets;
    return [];
  };
  await settled(consumer.commit());
  expect(commitsOf(log)).toHaveLength(2);
  expect(log.committed.size).toBeGreaterThan(0);
  await settled(consumer.close());
});

test("answers in another order than asked for are matched by their partitions", async () => {
  const log = logOfTwo();
  const { consumer, events } = await joined(log);
  const loop = loopOver(consumer);
  await take(loop, 8);
  const waiting = loop.next();
  log.on.commitOffsets = async (member, offsets) => {
    await log.plain.commitOffsets(member, offsets);
    return offsets
      .map(({ topic, partition }) =>
        partition === 0
          ? { topic, partition, error: failure("UNKNOWN_TOPIC_ID", { topic, partition }) }
          : { topic, partition },
      )
      .toReversed();
  };
  await pass(1_500);
  expect(eventsOf(events, "commitFailed")).toMatchObject([{ partition: 0 }]);
  expect(eventsOf(events, "committed").flatMap(({ offsets }) => offsets)).toContainEqual(["a", 1, 4n]);
  await settled(consumer.close());
  await waiting;
});

test("a commit names the id of its topic, so that one that was created again does not get the old place", async () => {
  const log = logOfTwo();
  log.topicIds.set("a", "one");
  const { consumer } = await joined(log);
  await take(loopOver(consumer), 3);
  await pass(1_000);
  expect(log.calls("commitOffsets").flatMap(([, offsets]) => offsets.map(({ topicId }) => topicId))).toContain("one");
  await settled(consumer.close());
});

test("after a topic was created again its places begin anew", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.topicIds.set("a", "one");
  log.append("a", 0, "0", "1", "2");
  const { consumer, events } = await joined(log, { metadataMaxAgeMs: 500 });
  const loop = loopOver(consumer);
  await take(loop, 3);
  const waiting = take(loop, 1);
  await pass(1_500);
  expect(placeOf(log)).toBe(3n);
  log.reset("a");
  log.topicIds.set("a", "two");
  log.committed.clear();
  log.append("a", 0, "new");
  await pass(3_000);
  expect(await waiting).toEqual(["a/0 0 new"]);
  expect(eventsOf(events, "topicRecreated")).toHaveLength(1);
  const next = loop.next();
  await pass(1_500);
  expect(placeOf(log)).toBe(1n);
  expect(log.calls("commitOffsets").at(-1)?.[1]).toMatchObject([{ topicId: "two", offset: 1n }]);
  await settled(consumer.close());
  await next;
});

test("a commit without an answer rejects after requestTimeoutMs, and a third of the session at most", async () => {
  const log = logOfTwo();
  const { consumer, events } = await joined(log, { autoCommit: false, requestTimeoutMs: 2_000 });
  await take(loopOver(consumer), 3);
  log.on.commitOffsets = () => noResponse();
  const rejected = reasonOf(consumer.commit());
  await pass(5_000);
  expect(await rejected).toMatchObject({ code: "REQUEST_TIMED_OUT" });
  expect(eventsOf(events, "disconnected").length).toBeGreaterThan(0);
  await settled(consumer.close());
});
