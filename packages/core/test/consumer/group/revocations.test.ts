import { expect, test } from "vitest";

import { pass, useFakeClock } from "../../fake-clock.ts";
import { failure, noResponse, ScriptedLog } from "../../scripted-log.ts";
import type { MadeRequest } from "../../scripted-log.ts";
import { loopOver, take } from "../consuming.ts";
import { commitsOf, eventsOf, groupThatWants, joined, placeOf, settled } from "./in-group.ts";

useFakeClock({ atMs: 5_000, leavesNoTimer: true });

/** A log of topic a with four texts in each of two partitions. */
function logOfTwo(): ScriptedLog {
  const log = new ScriptedLog({ a: 2 });
  for (const partition of [0, 1]) log.append("a", partition, "0", "1", "2", "3");
  return log;
}

const both = [
  ["a", 0],
  ["a", 1],
] as const;

/** What of these requests was made, in order, with what the member then owns. */
function wordsTo(log: ScriptedLog, since: number): string[] {
  const words = (one: MadeRequest): string[] => {
    if (one.name === "joinGroup") return [`join ${one.args[0].owned.join(" ")}`];
    if (one.name === "commitOffsets")
      return one.args[1].map(({ partition, offset }) => `commit ${partition} ${offset}`);
    return [];
  };
  return log.requests.slice(since).flatMap(words);
}

test.each(["consumer", "classic"] as const)(
  "what the group wants back is not delivered any more, is committed once it is processed, and only then given up: %s",
  async (groupProtocol) => {
    const log = logOfTwo();
    const wishes = groupThatWants(log, both);
    const { consumer, events } = await joined(log, { groupProtocol, autoCommitIntervalMs: 3_600_000 });
    const loop = loopOver(consumer);
    const [first = ""] = await take(loop, 1);
    const gone = Number(first.at(2));
    wishes.target = [["a", 1 - gone]];
    wishes.rejoin = true;
    const since = log.requests.length;
    await pass(5_000);
    // It waits for what is in hand.
    expect(wordsTo(log, since)).toEqual(
      groupProtocol === "consumer" ? [] : [`commit 0 0`, `commit 1 0`, `join a,0 a,1`],
    );
    const asked = log.requests.length;
    expect(await take(loop, 4)).toEqual([0, 1, 2, 3].map((offset) => `a/${1 - gone} ${offset} ${offset}`));
    await pass(2_000);
    expect(wordsTo(log, asked)).toEqual([`commit ${gone} 1`, `join a,${1 - gone}`]);
    expect(eventsOf(events, "revoked", "lost")).toEqual([{ type: "revoked", group: "g", partitions: [["a", gone]] }]);
    await settled(consumer.close());
    expect([placeOf(log, "a", gone), placeOf(log, "a", 1 - gone)]).toEqual([1n, 3n]);
  },
);

test("partitions that stay keep their position and what was fetched of them", async () => {
  const log = logOfTwo();
  const wishes = groupThatWants(log, both);
  const { consumer, events } = await joined(log);
  const loop = loopOver(consumer);
  const [first = ""] = await take(loop, 1);
  const kept = Number(first.at(2));
  await pass(100);
  // Nothing can be fetched again: what comes was there.
  log.on.fetch = () => noResponse();
  const asked = log.calls("fetchOffsets").length;
  wishes.target = [["a", kept]];
  await pass(3_000);
  expect(eventsOf(events, "revoked")).toHaveLength(1);
  expect(await take(loop, 3)).toEqual([1, 2, 3].map((offset) => `a/${kept} ${offset} ${offset}`));
  expect(log.calls("fetchOffsets")).toHaveLength(asked);
  await settled(consumer.close());
});

test("a loop that keeps a message for too long does not hold up the group: the partition goes, and its place stays before it", async () => {
  const log = logOfTwo();
  const wishes = groupThatWants(log, [["a", 0]]);
  const { consumer, events } = await joined(log, { rebalanceTimeoutMs: 20_000 });
  const loop = loopOver(consumer);
  await take(loop, 3);
  wishes.target = [];
  await pass(13_000);
  expect(eventsOf(events, "revoked")).toEqual([]);
  await pass(3_000);
  expect(eventsOf(events, "revoked")).toHaveLength(1);
  expect(placeOf(log)).toBe(2n);
  const waiting = loop.next();
  await pass(2_000);
  expect(placeOf(log)).toBe(2n);
  await settled(consumer.close());
  await waiting;
});

test("what is in hand of partitions that stay does not hold up those that go", async () => {
  const log = logOfTwo();
  const wishes = groupThatWants(log, both);
  const { consumer, events } = await joined(log);
  const loop = loopOver(consumer);
  const [first = ""] = await take(loop, 1);
  const kept = Number(first.at(2));
  wishes.target = [["a", kept]];
  await pass(2_000);
  expect(eventsOf(events, "revoked")).toMatchObject([{ partitions: [["a", 1 - kept]] }]);
  await settled(consumer.close());
});

test("with range a member gives up everything, committed, before it joins again", async () => {
  const log = logOfTwo();
  const wishes = groupThatWants(log, both);
  const { consumer, events } = await joined(log, {
    groupProtocol: "classic",
    assignor: "range",
    autoCommitIntervalMs: 3_600_000,
  });
  const loop = loopOver(consumer);
  const taken = await take(loop, 5);
  const waiting = loop.next();
  const since = log.requests.length;
  wishes.target = [["a", 0]];
  wishes.rejoin = true;
  await pass(1_000);
  expect(log.requests.length).toBeGreaterThan(since);
  // The sixth message was delivered, and is in hand.
  expect(wordsTo(log, since)).toEqual([]);
  await waiting;
  const next = take(loop, 1);
  await pass(2_000);
  const words = wordsTo(log, since);
  expect(words.slice(0, -1).toSorted()).toEqual(
    [0, 1].map((partition) => {
      const count = taken.filter((one) => one.startsWith(`a/${partition}`)).length;
      return `commit ${partition} ${count < 4 ? count + 1 : count}`;
    }),
  );
  expect(words.at(-1)).toBe("join ");
  expect(eventsOf(events, "revoked", "assigned").map(({ type, partitions }) => [type, partitions.length])).toEqual([
    ["assigned", 2],
    ["revoked", 2],
    ["assigned", 1],
  ]);
  await settled(consumer.close());
  await next.catch(() => undefined);
});

test("with range the protocol of other members is told, and cooperative-sticky is not offered beside it", async () => {
  const log = logOfTwo();
  groupThatWants(log, both);
  const { consumer } = await joined(log, { groupProtocol: "classic", assignor: "range" });
  expect(log.calls("joinGroup").map(([{ assignor, protocol }]) => [assignor, protocol])).toEqual([
    ["range", "classic"],
  ]);
  await settled(consumer.close());
});

test("a commit before partitions go that gets no answer holds them up for some seconds at most", async () => {
  const log = logOfTwo();
  const wishes = groupThatWants(log, [["a", 0]]);
  const { consumer, events } = await joined(log, { autoCommitIntervalMs: 3_600_000 });
  const loop = loopOver(consumer);
  await take(loop, 1);
  log.on.commitOffsets = () => noResponse();
  wishes.target = [];
  await pass(1_500);
  const next = loop.next();
  await pass(3_500);
  expect(eventsOf(events, "revoked")).toHaveLength(1);
  await settled(consumer.close());
  await next;
});

test("with autoCommit off nothing is committed when partitions go, or on close", async () => {
  const log = logOfTwo();
  const wishes = groupThatWants(log, both);
  const { consumer, events } = await joined(log, { autoCommit: false });
  const loop = loopOver(consumer);
  await take(loop, 2);
  wishes.target = [["a", 0]];
  const waiting = take(loop, 1).catch(() => undefined);
  await pass(5_000);
  await waiting;
  const next = loop.next();
  await pass(5_000);
  expect(eventsOf(events, "revoked")).toHaveLength(1);
  await settled(consumer.close());
  await next;
  expect(commitsOf(log)).toEqual([]);
});

test("partitions that are lost while a revocation waits for what is in hand are given up at once, without a commit", async () => {
  const log = logOfTwo();
  const wishes = groupThatWants(log, [["a", 0]]);
  const { consumer, events } = await joined(log, { groupProtocol: "consumer", autoCommitIntervalMs: 3_600_000 });
  const loop = loopOver(consumer);
  await take(loop, 2);
  wishes.target = [];
  await pass(2_000);
  expect(eventsOf(events, "revoked", "lost")).toEqual([]);
  const { heartbeat = log.plain.heartbeat } = log.on;
  log.on.heartbeat = async () => {
    log.on.heartbeat = heartbeat;
    throw failure("UNKNOWN_MEMBER_ID", { retriable: false });
  };
  wishes.target = [["a", 0]];
  await pass(2_000);
  expect(eventsOf(events, "assigned", "revoked", "lost").map(({ type }) => type)).toEqual([
    "assigned",
    "lost",
    "assigned",
  ]);
  expect(commitsOf(log)).toEqual([]);
  // It begins at the place that the group has: nothing was committed.
  expect(await take(loop, 1)).toEqual(["a/0 0 0"]);
  await settled(consumer.close());
});

test("a loop that asks while its partition goes gets nothing more of it, although another loop is not done yet", async () => {
  const log = logOfTwo();
  const wishes = groupThatWants(log, [["a", 0]]);
  const { consumer, events } = await joined(log);
  const [fast, slow] = [loopOver(consumer), loopOver(consumer)];
  await take(fast, 1);
  await take(slow, 1);
  wishes.target = [];
  await pass(1_500);
  let given = 0;
  const asked = fast.next().then(({ done }) => (given += done === true ? 0 : 1));
  await pass(2_000);
  expect([given, eventsOf(events, "revoked").length]).toEqual([0, 0]);
  const other = slow.next().then(({ done }) => (given += done === true ? 0 : 1));
  await pass(2_000);
  expect([given, eventsOf(events, "revoked").length, placeOf(log)]).toEqual([0, 1, 2n]);
  await settled(consumer.close());
  await Promise.all([asked, other]);
});

test("what was in hand when a loop was left does not hold up partitions that go", async () => {
  const log = logOfTwo();
  const wishes = groupThatWants(log, [["a", 0]]);
  const { consumer, events } = await joined(log);
  const loop = loopOver(consumer);
  await take(loop, 2);
  await loop.return();
  wishes.target = [];
  await pass(2_000);
  expect([eventsOf(events, "revoked").length, placeOf(log)]).toEqual([1, 1n]);
  await settled(consumer.close());
});
