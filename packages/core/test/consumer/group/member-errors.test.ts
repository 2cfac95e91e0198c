import { expect, test } from "vitest";

import type { GroupAnswer, GroupMember } from "../../../src/contract/groups.ts";
import type { KafkaErrorName } from "../../../src/contract/kafka-errors.ts";
import { isRetriable } from "../../../src/contract/retriable-errors.ts";
import { pass, useFakeClock } from "../../fake-clock.ts";
import { failure, noResponse, ScriptedLog } from "../../scripted-log.ts";
import { loopOver, take } from "../consuming.ts";
import { commitsOf, eventsOf, groupThatWants, inGroup, joined, placeOf, reasonOf, settled } from "./in-group.ts";

useFakeClock({ atMs: 5_000, leavesNoTimer: true });

/** An error as a log gives it. */
function refusal(code: KafkaErrorName): Error {
  return failure(code, { retriable: isRetriable(code) });
}

/** A log of topic a with some texts. */
function logOf(...texts: readonly string[]): ScriptedLog {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, ...texts);
  return log;
}

/** A request that is refused so many times, and works from then on. */
function refusing<T>(times: number, code: KafkaErrorName, plain: (member: GroupMember) => Promise<T>) {
  let left = times;
  return async (member: GroupMember): Promise<T> => {
    left -= 1;
    if (left >= 0) throw refusal(code);
    return plain(member);
  };
}

const passing = [
  "COORDINATOR_LOAD_IN_PROGRESS",
  "COORDINATOR_NOT_AVAILABLE",
  "NOT_COORDINATOR",
  "NETWORK_EXCEPTION",
  "REQUEST_TIMED_OUT",
  "STALE_MEMBER_EPOCH",
] as const;

test.each([
  ...passing,
  "REBALANCE_IN_PROGRESS",
  "UNKNOWN_MEMBER_ID",
  "FENCED_MEMBER_EPOCH",
  "ILLEGAL_GENERATION",
] as const)("the first join goes on after %s, with growing pauses", async (code) => {
  const log = logOf("0");
  log.on.joinGroup = refusing(5, code, log.plain.joinGroup);
  const { consumer, events } = inGroup(log, { groupProtocol: "consumer" });
  const first = take(loopOver(consumer), 1);
  await pass(100);
  // 50 ms, 100, 200, ...: some codes are tried again at once, but only the first time.
  expect(log.calls("joinGroup").length).toBeLessThanOrEqual(3);
  await pass(3_000);
  expect(await first).toEqual(["a/0 0 0"]);
  expect(log.calls("joinGroup")).toHaveLength(6);
  expect(eventsOf(events, "retry").filter(({ request }) => request === "joinGroup")).toHaveLength(5);
  expect(eventsOf(events, "fenced", "lost")).toEqual([]);
  await settled(consumer.close());
});

test.each(passing)(
  "a heartbeat that fails with %s is made again soon, and the member keeps its partitions",
  async (code) => {
    const log = logOf("0", "1");
    const { consumer, events } = await joined(log);
    const loop = loopOver(consumer);
    await take(loop, 1);
    log.on.heartbeat = refusing(3, code, log.plain.heartbeat);
    const before = log.calls("heartbeat").length;
    await pass(2_000);
    expect(log.calls("heartbeat").length - before).toBeGreaterThanOrEqual(4);
    expect(eventsOf(events, "lost", "revoked", "fenced")).toEqual([]);
    expect(await take(loop, 1)).toEqual(["a/0 1 1"]);
    await settled(consumer.close());
    expect(placeOf(log)).toBe(1n);
  },
);

test("an error that lasts is no loop without pause, also when it says that the log wants heartbeats every 0 ms", async () => {
  const log = logOf("0");
  const wishes = groupThatWants(log, [["a", 0]]);
  wishes.heartbeatIntervalMs = 0;
  const { consumer } = await joined(log);
  await pass(10_000);
  expect(log.calls("heartbeat").length).toBeLessThanOrEqual(11);
  log.on.heartbeat = async () => {
    throw refusal("COORDINATOR_NOT_AVAILABLE");
  };
  const before = log.requests.length;
  await pass(2_000);
  const made = log.requests.slice(before).filter(({ name }) => name !== "fetch");
  expect(made.length).toBeLessThan(30);
  await settled(consumer.close());
});

test.each(["UNKNOWN_MEMBER_ID", "FENCED_MEMBER_EPOCH", "GROUP_ID_NOT_FOUND"] as const)(
  "a heartbeat that says %s: all is lost, nothing of it is committed, and the consumer joins anew with the same id",
  async (code) => {
    const log = logOf("0", "1", "2", "3");
    const { consumer, events } = await joined(log, { groupProtocol: "consumer", autoCommitIntervalMs: 3_600_000 });
    const loop = loopOver(consumer);
    await take(loop, 3);
    log.on.heartbeat = refusing(1, code, log.plain.heartbeat);
    // Another member got on with it.
    log.committed.set("g/a/0", 1n);
    await pass(1_000);
    expect(commitsOf(log)).toEqual([]);
    expect(eventsOf(events, "fenced", "lost", "assigned").map(({ type }) => type)).toEqual([
      "assigned",
      "fenced",
      "lost",
      "assigned",
    ]);
    expect(eventsOf(events, "lost")).toMatchObject([{ group: "g", partitions: [["a", 0]], reason: { code } }]);
    const [first, again] = log.calls("joinGroup").map(([member]) => member);
    expect([again?.memberId, again?.epoch, again?.owned]).toEqual([first?.memberId, 0, []]);
    expect(await take(loop, 1)).toEqual(["a/0 1 1"]);
    await settled(consumer.close());
  },
);

test.each([
  ["UNKNOWN_MEMBER_ID", ""],
  ["ILLEGAL_GENERATION", "member"],
] as const)("in a classic group a heartbeat that says %s is followed by a join with the id %j", async (code, id) => {
  const log = logOf("0");
  const wishes = groupThatWants(log, [["a", 0]]);
  const { consumer, events } = await joined(log, { groupProtocol: "classic" });
  log.on.heartbeat = refusing(1, code, async ({ memberId }): Promise<GroupAnswer> => ({
    memberId,
    epoch: wishes.epoch,
  }));
  await pass(1_000);
  expect(log.calls("joinGroup").map(([member]) => [member.memberId, member.epoch])).toEqual([
    ["", 0],
    [id, 0],
  ]);
  expect(eventsOf(events, "lost", "fenced").map(({ type }) => type)).toEqual(["fenced", "lost"]);
  await settled(consumer.close());
});

test("in a classic group a heartbeat that rejects with REBALANCE_IN_PROGRESS is followed by a join, and nothing is lost", async () => {
  const log = logOf("0");
  groupThatWants(log, [["a", 0]]);
  const { consumer, events } = await joined(log, { groupProtocol: "classic" });
  log.on.heartbeat = refusing(1, "REBALANCE_IN_PROGRESS", async ({ memberId }) => ({ memberId, epoch: 1 }));
  await pass(1_500);
  expect(log.calls("joinGroup").map(([{ epoch, owned }]) => [epoch, owned])).toEqual([
    [0, []],
    [1, [["a", 0]]],
  ]);
  expect(eventsOf(events, "lost", "revoked", "fenced")).toEqual([]);
  await settled(consumer.close());
});

test("in a classic group a member whose assignment was overtaken by another rebalance joins again, and loses nothing", async () => {
  const log = logOf("0", "1");
  groupThatWants(log, [["a", 0]]);
  const { consumer, events } = await joined(log, { groupProtocol: "classic", heartbeatIntervalMs: 500 });
  const loop = loopOver(consumer);
  await take(loop, 2);
  const { heartbeat = log.plain.heartbeat, joinGroup = log.plain.joinGroup, commitOffsets } = log.on;
  // The group is in the next generation, of which the refused join did not tell the number.
  let joins = 0;
  log.on.heartbeat = async (member) => {
    if (joins === 0) return { memberId: member.memberId, epoch: member.epoch, rejoin: true };
    if (joins < 3) throw refusal("ILLEGAL_GENERATION");
    return heartbeat(member);
  };
  log.on.commitOffsets = async (member, offsets) => {
    if (joins > 0 && joins < 3) throw refusal("ILLEGAL_GENERATION");
    return (commitOffsets ?? log.plain.commitOffsets)(member, offsets);
  };
  log.on.joinGroup = async (member) => {
    joins += 1;
    await new Promise((resolve) => setTimeout(resolve, 700));
    if (joins < 3) throw refusal("REBALANCE_IN_PROGRESS");
    return joinGroup(member);
  };
  await pass(6_000);
  expect(joins).toBe(3);
  expect(eventsOf(events, "lost", "revoked", "fenced")).toEqual([]);
  await settled(consumer.close());
});

test("a consumer that another process of its name has replaced ends: next() rejects, nothing is committed, and nobody is told", async () => {
  const log = logOf("0", "1");
  const { consumer, events } = await joined(log, { groupInstanceId: "one", autoCommitIntervalMs: 3_600_000 });
  const loop = loopOver(consumer);
  await take(loop, 2);
  const waiting = loop.next();
  log.on.heartbeat = refusing(9, "FENCED_INSTANCE_ID", log.plain.heartbeat);
  const rejected = reasonOf(waiting);
  await pass(1_000);
  expect(await rejected).toMatchObject({ code: "FENCED_INSTANCE_ID" });
  expect(eventsOf(events, "fenced", "lost").map(({ type }) => type)).toEqual(["fenced", "lost"]);
  await expect(loopOver(consumer).next()).rejects.toMatchObject({ code: "FENCED_INSTANCE_ID" });
  await pass(60_000);
  expect([log.calls("joinGroup").length, log.calls("leaveGroup").length, commitsOf(log)]).toEqual([1, 0, []]);
  await settled(consumer.close());
});

test("a crashed process of the same name is waited for, slowly, and the caller is told when its session is over", async () => {
  const log = logOf("0");
  log.on.joinGroup = async () => {
    throw refusal("UNRELEASED_INSTANCE_ID");
  };
  const { consumer, events } = inGroup(log, { groupInstanceId: "one", sessionTimeoutMs: 20_000 });
  const connecting = consumer.connect();
  const rejected = reasonOf(connecting);
  await pass(15_000);
  expect(log.calls("joinGroup").length).toBeLessThan(25);
  expect(eventsOf(events, "retry").length).toBe(log.calls("joinGroup").length);
  await pass(10_000);
  expect(await rejected).toMatchObject({ code: "UNRELEASED_INSTANCE_ID" });
  // The next call tries again.
  delete log.on.joinGroup;
  expect(await settled(take(loopOver(consumer), 1))).toEqual(["a/0 0 0"]);
  await settled(consumer.close());
});

test("a name that is released within the session is joined with, and nobody hears of an error", async () => {
  const log = logOf("0");
  log.on.joinGroup = refusing(6, "UNRELEASED_INSTANCE_ID", log.plain.joinGroup);
  const { consumer } = inGroup(log, { groupInstanceId: "one" });
  expect(await settled(take(loopOver(consumer), 1))).toEqual(["a/0 0 0"]);
  await settled(consumer.close());
});

const final = [
  "INCONSISTENT_GROUP_PROTOCOL",
  "INVALID_GROUP_ID",
  "INVALID_SESSION_TIMEOUT",
  "GROUP_AUTHORIZATION_FAILED",
  "INVALID_REQUEST",
  "UNSUPPORTED_ASSIGNOR",
  "INVALID_REGULAR_EXPRESSION",
  "GROUP_MAX_SIZE_REACHED",
] as const;

test.each(final)("connect() and next() reject with %s at once, and the next call tries again", async (code) => {
  const log = logOf("0");
  log.on.joinGroup = refusing(2, code, log.plain.joinGroup);
  const { consumer } = inGroup(log);
  await expect(settled(consumer.connect())).rejects.toMatchObject({ code });
  const loop = loopOver(consumer);
  await expect(settled(loop.next())).rejects.toMatchObject({ code });
  expect(log.calls("joinGroup")).toHaveLength(2);
  expect(await settled(take(loop, 1))).toEqual(["a/0 0 0"]);
  await settled(consumer.close());
});

test("a heartbeat that the group refuses for good is told once, by one next(), and tried again slowly", async () => {
  const log = logOf("0");
  const { consumer } = await joined(log);
  const loop = loopOver(consumer);
  await take(loop, 1);
  const refused = loop.next();
  const rejected = reasonOf(refused);
  log.on.heartbeat = async () => {
    throw refusal("GROUP_AUTHORIZATION_FAILED");
  };
  await pass(1_000);
  expect(await rejected).toMatchObject({ code: "GROUP_AUTHORIZATION_FAILED" });
  const next = take(loop, 1);
  await pass(20_000);
  delete log.on.heartbeat;
  log.append("a", 0, "1");
  await pass(2_000);
  expect(await next).toEqual(["a/0 1 1"]);
  await settled(consumer.close());
});

test("a join that gets no answer is given up after a third of the session, and made again", async () => {
  const log = logOf("0");
  log.on.joinGroup = () => {
    delete log.on.joinGroup;
    return noResponse();
  };
  const { consumer } = inGroup(log, { groupProtocol: "consumer", sessionTimeoutMs: 6_000 });
  const first = take(loopOver(consumer), 1);
  await pass(1_900);
  expect(log.calls("joinGroup")).toHaveLength(1);
  await pass(1_000);
  expect(await first).toEqual(["a/0 0 0"]);
  await settled(consumer.close());
});

test("a classic join waits for the other members as long as the group does, and five seconds more", async () => {
  const log = logOf("0");
  log.on.joinGroup = () => noResponse();
  const { consumer } = inGroup(log, {
    groupProtocol: "classic",
    rebalanceTimeoutMs: 60_000,
    connectTimeoutMs: 200_000,
  });
  const connecting = consumer.connect().catch(() => undefined);
  await pass(64_900);
  expect(log.calls("joinGroup")).toHaveLength(1);
  await pass(1_000);
  expect(log.calls("joinGroup")).toHaveLength(2);
  await settled(consumer.close());
  await connecting;
});

test("a group that cannot be reached is told after connectTimeoutMs, and joined as soon as it can", async () => {
  const log = logOf("0");
  log.on.joinGroup = async () => {
    throw refusal("COORDINATOR_NOT_AVAILABLE");
  };
  const { consumer } = inGroup(log, { connectTimeoutMs: 4_000 });
  const loop = loopOver(consumer);
  const rejected = reasonOf(loop.next());
  await pass(5_000);
  expect(await rejected).toMatchObject({ code: "COORDINATOR_NOT_AVAILABLE" });
  delete log.on.joinGroup;
  expect(await settled(take(loop, 1))).toEqual(["a/0 0 0"]);
  await settled(consumer.close());
});
