import { expect, test } from "vitest";

import type { ConsumerOptions } from "../../../src/consumer/consumer-options.ts";
import { pass, useFakeClock } from "../../fake-clock.ts";
import { failure, ScriptedLog } from "../../scripted-log.ts";
import { loopOver, take } from "../consuming.ts";
import { eventsOf, groupThatWants, inGroup, joined, settled } from "./in-group.ts";

useFakeClock({ atMs: 5_000, leavesNoTimer: true });

/** A log of topic a with one text, which refuses the consumer protocol with a code. */
function classicLog(code: "UNSUPPORTED_VERSION" | "GROUP_ID_NOT_FOUND"): ScriptedLog {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0");
  log.on.joinGroup = async (member) => {
    if (member.protocol === "consumer") throw failure(code, { retriable: false });
    return log.plain.joinGroup(member);
  };
  return log;
}

test("auto takes the consumer protocol where the log has it, with an id of the consumer's own", async () => {
  const log = new ScriptedLog({ a: 1 });
  const [one, two] = [await joined(log), await joined(log)];
  const members = log.calls("joinGroup").map(([member]) => member);
  expect(members.map(({ protocol, epoch, owned }) => [protocol, epoch, owned])).toEqual([
    ["consumer", 0, []],
    ["consumer", 0, []],
  ]);
  expect(new Set(members.map(({ memberId }) => memberId)).size).toBe(2);
  expect(members[0]?.memberId).toMatch(/^[0-9a-f-]{36}$/);
  for (const { consumer } of [one, two]) await settled(consumer.close());
});

test.each(["UNSUPPORTED_VERSION", "GROUP_ID_NOT_FOUND"] as const)(
  "auto goes on with the classic protocol after %s, at once and for good",
  async (code) => {
    const log = classicLog(code);
    const { consumer, events } = await joined(log);
    const at = performance.now();
    expect(await take(loopOver(consumer), 1)).toEqual(["a/0 0 0"]);
    expect(performance.now()).toBe(at);
    const members = log.calls("joinGroup").map(([{ protocol, memberId, epoch }]) => [protocol, memberId, epoch]);
    expect(members.slice(1)).toEqual([["classic", "", 0]]);
    // Put out, it comes back in the same protocol.
    log.on.heartbeat = async () => {
      delete log.on.heartbeat;
      throw failure("UNKNOWN_MEMBER_ID", { retriable: false });
    };
    await pass(3_000);
    expect(
      log
        .calls("joinGroup")
        .slice(2)
        .map(([{ protocol }]) => protocol),
    ).toEqual(["classic"]);
    expect(eventsOf(events, "fenced")).toHaveLength(1);
    await settled(consumer.close());
  },
);

test.each(["UNSUPPORTED_VERSION", "GROUP_ID_NOT_FOUND"] as const)(
  "groupProtocol consumer does not fall back: connect() rejects with %s",
  async (code) => {
    const log = classicLog(code);
    const { consumer } = inGroup(log, { groupProtocol: "consumer" });
    if (code === "UNSUPPORTED_VERSION") {
      await expect(settled(consumer.connect())).rejects.toMatchObject({ code });
    } else {
      await expect(settled(consumer.connect())).rejects.toMatchObject({ code });
    }
    expect(log.calls("joinGroup").every(([{ protocol }]) => protocol === "consumer")).toBe(true);
    await settled(consumer.close());
  },
);

test("groupProtocol classic never asks for the other one", async () => {
  const log = classicLog("UNSUPPORTED_VERSION");
  const { consumer } = await joined(log, { groupProtocol: "classic" });
  expect(log.calls("joinGroup").map(([{ protocol, memberId }]) => [protocol, memberId])).toEqual([["classic", ""]]);
  await pass(3_000);
  expect(log.calls("heartbeat").map(([{ protocol, memberId }]) => [protocol, memberId])).toContainEqual([
    "classic",
    "member",
  ]);
  await settled(consumer.close());
});

test("a member with a name says it in every request", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0");
  const { consumer } = await joined(log, { groupInstanceId: "archive-1" });
  const loop = loopOver(consumer);
  await take(loop, 1);
  const waiting = loop.next();
  await pass(3_000);
  await settled(consumer.close());
  await waiting;
  for (const name of ["joinGroup", "heartbeat", "fetchOffsets", "commitOffsets", "leaveGroup"] as const) {
    const names = new Set(log.calls(name).map(([{ instanceId }]) => instanceId));
    expect([name, ...names]).toEqual([name, "archive-1"]);
  }
});

test("timeouts and the assignor are told to the group as they were given", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { consumer } = await joined(log, {
    groupProtocol: "classic",
    assignor: "range",
    sessionTimeoutMs: 7_000,
    rebalanceTimeoutMs: 9_000,
  });
  const told = { assignor: "range", sessionTimeoutMs: 7_000, rebalanceTimeoutMs: 9_000 };
  expect(log.calls("joinGroup")).toMatchObject([[told]]);
  await settled(consumer.close());
});

test("what is processed is committed as often as autoCommitIntervalMs says", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0", "1");
  const { consumer } = await joined(log, { autoCommitIntervalMs: 200 });
  const loop = loopOver(consumer);
  await take(loop, 2);
  await pass(150);
  expect(log.calls("commitOffsets").length).toBe(0);
  await pass(50);
  expect(log.calls("commitOffsets").length).toBe(1);
  await settled(consumer.close());
});

test("with an interval of Infinity places are committed when partitions go and on close", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0", "1");
  const wishes = groupThatWants(log, [["a", 0]]);
  const { consumer } = await joined(log, { autoCommitIntervalMs: Infinity });
  const loop = loopOver(consumer);
  await take(loop, 1);
  await pass(60_000);
  expect(log.calls("commitOffsets")).toEqual([]);
  wishes.target = [];
  await pass(1_500);
  const waiting = loop.next();
  await pass(1_500);
  expect(log.calls("commitOffsets")).toMatchObject([[{}, [{ offset: 1n }]]]);
  await settled(consumer.close());
  await waiting;
});

test("a transport whose capabilities say that it has no groups is refused when the consumer is made", () => {
  const log = Object.assign(new ScriptedLog(), {
    capabilities: { write: true, admin: true, idempotence: true, groups: false },
  });
  expect(() => inGroup(log)).toThrow(/has no groups/);
});

const odd: readonly (readonly [name: keyof ConsumerOptions<string>, value: unknown])[] = [
  ["group", ""],
  ["group", 1],
  ["group", null],
  ["groupProtocol", "kip-848"],
  ["groupInstanceId", ""],
  ["groupInstanceId", 7],
  ["assignor", "roundrobin"],
  ["sessionTimeoutMs", 0],
  ["sessionTimeoutMs", 1.5],
  ["sessionTimeoutMs", Infinity],
  ["sessionTimeoutMs", "45000"],
  ["heartbeatIntervalMs", 0],
  ["heartbeatIntervalMs", NaN],
  ["heartbeatIntervalMs", Infinity],
  ["rebalanceTimeoutMs", -1],
  ["rebalanceTimeoutMs", 2 ** 31],
  ["autoCommit", "yes"],
  ["autoCommitIntervalMs", 0],
  ["autoCommitIntervalMs", 2 ** 31],
  ["maxProcessingMs", 0],
  ["maxProcessingMs", 1n],
];

test.each(odd)("the option %s is refused by its name when it is %o, with a group or without", (name, value) => {
  for (const group of ["g", undefined]) {
    const options: ConsumerOptions<string> = { group, [name]: value };
    expect(() => inGroup(new ScriptedLog(), options)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT", message: expect.stringMatching(new RegExp(`^${name}`)) }),
    );
  }
});
