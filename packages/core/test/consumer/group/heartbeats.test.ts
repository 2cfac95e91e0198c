import { expect, test, vi } from "vitest";

import { pass, useFakeClock } from "../../fake-clock.ts";
import { failure, noResponse, ScriptedLog } from "../../scripted-log.ts";
import { loopOver, take } from "../consuming.ts";
import { eventsOf, groupThatWants, hang, inGroup, joined, settled } from "./in-group.ts";

useFakeClock({ atMs: 5_000, leavesNoTimer: true });

/** A log of topic a with some texts. */
function logOf(...texts: readonly string[]): ScriptedLog {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, ...texts);
  return log;
}

test("heartbeats go on while the loop works, and each says everything", async () => {
  const log = logOf("0", "1");
  const { consumer } = await joined(log);
  await take(loopOver(consumer), 1);
  const before = log.calls("heartbeat").length;
  await pass(60_000);
  expect(log.calls("heartbeat").length - before).toBe(60);
  const [member] = log.calls("heartbeat").at(-1) ?? [];
  expect(member).toMatchObject({
    group: "g",
    protocol: "consumer",
    epoch: 1,
    topics: ["a"],
    owned: [["a", 0]],
    assignor: "cooperative-sticky",
    sessionTimeoutMs: 45_000,
    rebalanceTimeoutMs: 60_000,
  });
  await settled(consumer.close());
});

test.each(["fetch", "metadata", "commitOffsets", "listOffsets"] as const)(
  "heartbeats go on while %s hangs",
  async (request) => {
    const log = logOf("0", "1");
    const { consumer } = await joined(log);
    const loop = loopOver(consumer);
    await take(loop, 1);
    const waiting = loop.next();
    hang(log, request);
    log.append("a", 0, "2");
    const before = log.calls("heartbeat").length;
    await pass(10_000);
    expect(log.calls("heartbeat").length - before).toBeGreaterThanOrEqual(9);
    await settled(consumer.close());
    await waiting;
  },
);

test("heartbeats go on while fetched offsets are waited for, and while a revocation waits", async () => {
  const log = logOf("0", "1");
  const wishes = groupThatWants(log, [["a", 0]]);
  log.on.fetchOffsets = () => noResponse();
  const { consumer } = inGroup(log);
  const loop = loopOver(consumer);
  const first = take(loop, 1);
  await pass(5_000);
  expect(log.calls("heartbeat").length).toBeGreaterThanOrEqual(4);
  delete log.on.fetchOffsets;
  await pass(15_000);
  await first;
  wishes.target = [];
  const before = log.calls("heartbeat").length;
  await pass(10_000);
  expect(log.calls("heartbeat").length - before).toBeGreaterThanOrEqual(9);
  await settled(consumer.close());
});

test("heartbeats go on while a join waits for other members", async () => {
  const log = logOf("0", "1");
  const wishes = groupThatWants(log, [["a", 0]]);
  const { consumer } = await joined(log, { groupProtocol: "classic" });
  log.on.joinGroup = () => noResponse();
  wishes.rejoin = true;
  await pass(2_000);
  expect(log.calls("joinGroup")).toHaveLength(2);
  const before = log.calls("heartbeat").length;
  await pass(10_000);
  expect(log.calls("heartbeat").length - before).toBeGreaterThanOrEqual(9);
  await settled(consumer.close());
});

test("messages are delivered on while a join waits, as long as the group answers", async () => {
  const log = logOf("0", "1", "2");
  const wishes = groupThatWants(log, [["a", 0]]);
  const { consumer } = await joined(log, { groupProtocol: "classic", sessionTimeoutMs: 6_000 });
  const loop = loopOver(consumer);
  await take(loop, 1);
  log.on.joinGroup = () => noResponse();
  wishes.rejoin = true;
  await pass(20_000);
  expect(await take(loop, 1)).toEqual(["a/0 1 1"]);
  await settled(consumer.close());
});

test("heartbeats are as frequent as the log wants them, if that is oftener", async () => {
  const log = logOf("0");
  const wishes = groupThatWants(log, [["a", 0]]);
  wishes.heartbeatIntervalMs = 200;
  const { consumer } = await joined(log);
  await pass(1_000);
  const before = log.calls("heartbeat").length;
  await pass(2_000);
  expect(log.calls("heartbeat").length - before).toBeGreaterThanOrEqual(9);
  wishes.heartbeatIntervalMs = 20_000;
  await pass(1_000);
  const since = log.calls("heartbeat").length;
  await pass(5_000);
  expect(log.calls("heartbeat").length - since).toBeGreaterThanOrEqual(4);
  await settled(consumer.close());
});

test("an interval that is longer than the session does not put the member out", async () => {
  const log = logOf("0");
  const { consumer } = await joined(log, { sessionTimeoutMs: 3_000, heartbeatIntervalMs: 60_000 });
  const before = log.calls("heartbeat").length;
  await pass(9_000);
  expect(log.calls("heartbeat").length - before).toBeGreaterThanOrEqual(8);
  await settled(consumer.close());
});

test("nothing is delivered while the group has not answered for a session, and the rest is when it has", async () => {
  const log = logOf("0", "1", "2");
  const { consumer, events } = await joined(log, { sessionTimeoutMs: 6_000 });
  const loop = loopOver(consumer);
  await take(loop, 1);
  log.on.heartbeat = () => noResponse();
  await pass(4_500);
  expect(await take(loop, 1)).toEqual(["a/0 1 1"]);
  await pass(2_000);
  let isThere = false;
  const next = take(loop, 1).finally(() => (isThere = true));
  await pass(5_000);
  expect(isThere).toBe(false);
  delete log.on.heartbeat;
  await pass(3_000);
  expect(await next).toEqual(["a/0 2 2"]);
  expect(eventsOf(events, "lost", "fenced")).toEqual([]);
  await settled(consumer.close());
});

test("batches are held back as well while the group has not answered for a session", async () => {
  const log = logOf("0", "1");
  const { consumer } = await joined(log, { sessionTimeoutMs: 6_000 });
  log.on.heartbeat = () => noResponse();
  await pass(7_000);
  let isThere = false;
  const loop = loopOver(consumer.batches());
  const next = loop.next().finally(() => (isThere = true));
  await pass(500);
  expect(isThere).toBe(false);
  delete log.on.heartbeat;
  await pass(5_000);
  expect((await next).value?.length).toBe(2);
  await loop.return();
  await settled(consumer.close());
});

test("an answer that was late counts from when it was asked for: a process that was frozen delivers nothing until it was told", async () => {
  const log = logOf("0", "1");
  const { consumer, events } = await joined(log, { sessionTimeoutMs: 30_000, autoCommitIntervalMs: 3_600_000 });
  const loop = loopOver(consumer);
  await take(loop, 1);
  let answer: () => void = () => undefined;
  log.on.heartbeat = async (member) => {
    await new Promise<void>((resolve) => (answer = resolve));
    return log.plain.heartbeat(member);
  };
  await pass(2_000);
  // The answer waits in a socket, and the process stands still for longer than its session.
  log.on.heartbeat = async () => {
    delete log.on.heartbeat;
    throw failure("UNKNOWN_MEMBER_ID", { retriable: false });
  };
  const thaw = performance.now() + 40_000;
  const clock = performance.now.bind(performance);
  const frozen = vi.spyOn(performance, "now").mockImplementation(() => Math.max(thaw, clock()));
  try {
    answer();
    let isThere = false;
    const next = take(loop, 1).finally(() => (isThere = true));
    await pass(0);
    expect(isThere).toBe(false);
    await pass(1_500);
    expect(eventsOf(events, "lost")).toHaveLength(1);
    // It begins anew at its place.
    expect(await next).toEqual(["a/0 0 0"]);
    await settled(consumer.close());
  } finally {
    frozen.mockRestore();
  }
});

test("an answer that is lost is made up for by the next heartbeat", async () => {
  const log = new ScriptedLog({ a: 2 });
  log.append("a", 1, "0");
  const wishes = groupThatWants(log, [["a", 0]]);
  const { consumer } = await joined(log, { sessionTimeoutMs: 6_000 });
  const { heartbeat = log.plain.heartbeat } = log.on;
  wishes.target = [["a", 1]];
  wishes.epoch = 2;
  log.on.heartbeat = () => {
    log.on.heartbeat = heartbeat;
    return noResponse();
  };
  const next = take(loopOver(consumer), 1);
  await pass(5_000);
  expect(await next).toEqual(["a/1 0 0"]);
  await settled(consumer.close());
});

test("a heartbeat without an answer replaces the connection in time for two more within the session", async () => {
  const log = logOf("0");
  const { consumer, events } = await joined(log, { sessionTimeoutMs: 9_000, requestTimeoutMs: 30_000 });
  log.on.heartbeat = () => noResponse();
  await pass(9_000);
  expect(log.calls("heartbeat").length).toBeGreaterThanOrEqual(3);
  expect(eventsOf(events, "disconnected").length).toBeGreaterThanOrEqual(2);
  delete log.on.heartbeat;
  await settled(consumer.close());
});
