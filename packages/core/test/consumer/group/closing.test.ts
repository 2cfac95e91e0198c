import { expect, test } from "vitest";

import { pass, useFakeClock } from "../../fake-clock.ts";
import { failure, noResponse, ScriptedLog } from "../../scripted-log.ts";
import { loopOver, take } from "../consuming.ts";
import { commitsOf, eventsOf, groupThatWants, hang, inGroup, joined, placeOf, reasonOf, settled } from "./in-group.ts";

useFakeClock({ atMs: 5_000, leavesNoTimer: true });

const done = { done: true, value: undefined };

/** A log of topic a with some texts. */
function logOf(...texts: readonly string[]): ScriptedLog {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, ...texts);
  return log;
}

test("close() commits what is processed, then leaves, then disconnects, and tells that nothing is owned any more", async () => {
  const log = logOf("0", "1");
  const { consumer, events } = await joined(log, { autoCommitIntervalMs: 3_600_000 });
  const loop = loopOver(consumer);
  await take(loop, 2);
  const waiting = loop.next();
  const since = log.requests.length;
  await settled(consumer.close());
  const names = log.requests.slice(since).map(({ name }) => name);
  expect(names.filter((name) => name !== "fetch")).toEqual(["commitOffsets", "leaveGroup"]);
  expect(placeOf(log)).toBe(2n);
  expect(log.calls("leaveGroup")).toMatchObject([[{ group: "g", epoch: 1 }]]);
  expect([await waiting, log.closed]).toEqual([done, log.opened]);
  expect(eventsOf(events, "revoked")).toMatchObject([{ partitions: [["a", 0]] }]);
  // Nothing goes on.
  const after = log.requests.length;
  await pass(120_000);
  expect(log.requests).toHaveLength(after);
});

test("close() waits for the message that a loop is working on, which then counts", async () => {
  const log = logOf("0", "1", "2");
  const { consumer } = await joined(log);
  const handled: bigint[] = [];
  const working = (async () => {
    for await (const { offset } of consumer) {
      await new Promise((resolve) => setTimeout(resolve, 700));
      handled.push(offset);
    }
  })();
  await pass(1_000);
  await settled(consumer.close());
  await working;
  expect([handled, placeOf(log)]).toEqual([[0n, 1n], 2n]);
});

test("close() in the body of the loop does not wait for ever, and that message comes again", async () => {
  const log = logOf("0", "1");
  const { consumer } = await joined(log);
  const working = (async () => {
    for await (const { offset } of consumer) if (offset === 1n) await consumer.close();
  })();
  const at = performance.now();
  await settled(working);
  expect(performance.now() - at).toBeLessThan(9_000);
  expect([placeOf(log), log.calls("leaveGroup").length]).toEqual([1n, 1]);
});

test("close() that is called again, or by `await using`, is the same one", async () => {
  const log = logOf("0");
  const { consumer } = await joined(log);
  const [first, second] = [consumer.close(), consumer.close()];
  expect(first).toBe(second);
  await settled(Promise.all([first, second, consumer[Symbol.asyncDispose]()]));
  expect(log.calls("leaveGroup")).toHaveLength(1);
});

test("a consumer that was never used closes without a connection", async () => {
  const log = logOf("0");
  await settled(inGroup(log).consumer.close());
  expect(log.opened).toBe(0);
});

test.each(["joinGroup", "fetchOffsets", "metadata", "open"] as const)(
  "close() while the first %s hangs ends connect() and next() within seconds",
  async (request) => {
    const log = logOf("0");
    hang(log, request);
    const { consumer } = inGroup(log);
    const connecting = consumer.connect();
    const rejected = reasonOf(connecting);
    const waiting = loopOver(consumer).next();
    await pass(500);
    await settled(consumer.close());
    expect(await rejected).toMatchObject({ name: "ClosedError" });
    expect(await waiting).toEqual(done);
  },
);

test.each(["consumer", "classic"] as const)(
  "a join that is answered while the consumer closes is taken back, so that no partitions are kept for a whole session: %s",
  async (groupProtocol) => {
    const log = logOf("0");
    let answer: () => void = () => undefined;
    log.on.joinGroup = async (member) => {
      await new Promise<void>((resolve) => (answer = resolve));
      return { ...(await log.plain.joinGroup(member)), epoch: 4 };
    };
    const { consumer } = inGroup(log, { groupProtocol });
    const connecting = consumer.connect().catch(() => undefined);
    await pass(500);
    const closing = consumer.close();
    await pass(500);
    answer();
    await settled(closing);
    await connecting;
    expect(log.calls("leaveGroup").map(([{ memberId, epoch }]) => [memberId !== "", epoch])).toEqual([[true, 4]]);
  },
);

test("close() while a classic group waits for others leaves at once", async () => {
  const log = logOf("0");
  const wishes = groupThatWants(log, [["a", 0]]);
  const { consumer } = await joined(log, { groupProtocol: "classic" });
  log.on.joinGroup = () => noResponse();
  wishes.rejoin = true;
  await pass(2_000);
  await settled(consumer.close());
  expect(log.calls("leaveGroup")).toHaveLength(1);
});

test("close() while a revocation waits for what is in hand commits and leaves", async () => {
  const log = logOf("0", "1");
  const wishes = groupThatWants(log, [["a", 0]]);
  const { consumer } = await joined(log);
  await take(loopOver(consumer), 2);
  wishes.target = [];
  await pass(2_000);
  await settled(consumer.close());
  expect([placeOf(log), log.calls("leaveGroup").length]).toEqual([1n, 1]);
});

test.each(["commitOffsets", "leaveGroup"] as const)(
  "close() takes some seconds at most when %s hangs",
  async (request) => {
    const log = logOf("0", "1");
    const { consumer } = await joined(log, { autoCommitIntervalMs: 3_600_000 });
    const loop = loopOver(consumer);
    await take(loop, 1);
    const waiting = loop.next();
    hang(log, request);
    const at = performance.now();
    await settled(consumer.close());
    await waiting;
    expect(performance.now() - at).toBeLessThan(9_500);
    expect(log.calls("leaveGroup")).toHaveLength(1);
  },
);

test("close() does not reject when the group refuses", async () => {
  const log = logOf("0");
  const { consumer } = await joined(log);
  await take(loopOver(consumer), 1);
  log.on.commitOffsets = async () => {
    throw failure("UNKNOWN_MEMBER_ID", { retriable: false });
  };
  log.on.leaveGroup = async () => {
    throw failure("UNKNOWN_MEMBER_ID", { retriable: false });
  };
  await expect(settled(consumer.close())).resolves.toBeUndefined();
});

test.each(["in the body", "while it waits", "while it joins"])(
  "an abort %s neither commits nor leaves, and rejects with its reason",
  async (when) => {
    const log = logOf("0", "1");
    const stop = new AbortController();
    if (when === "while it joins") log.on.joinGroup = () => noResponse();
    const { consumer } = inGroup(log, { signal: stop.signal, autoCommitIntervalMs: 3_600_000 });
    const loop = loopOver(consumer);
    let waiting: Promise<unknown> | undefined;
    if (when === "while it joins") waiting = loop.next();
    else await settled(take(loop, 2));
    if (when === "while it waits") waiting = loop.next();
    await pass(500);
    const since = log.requests.length;
    const reason = new Error("enough");
    stop.abort(reason);
    await expect(waiting ?? loop.next()).rejects.toBe(reason);
    await settled(consumer.close());
    await pass(60_000);
    expect(log.requests.slice(since).map(({ name }) => name)).toEqual([]);
    expect(commitsOf(log)).toEqual([]);
    expect(log.closed).toBe(log.opened);
  },
);

test("a first join that fails for good after the group has answered leaves the group again", async () => {
  const log = logOf("0");
  log.on.fetchOffsets = async () => {
    throw failure("GROUP_AUTHORIZATION_FAILED", { retriable: false });
  };
  const { consumer } = inGroup(log);
  await expect(settled(consumer.connect())).rejects.toMatchObject({ code: "GROUP_AUTHORIZATION_FAILED" });
  await pass(1_000);
  expect(log.calls("leaveGroup")).toHaveLength(1);
  delete log.on.fetchOffsets;
  expect(await settled(take(loopOver(consumer), 1))).toEqual(["a/0 0 0"]);
  await settled(consumer.close());
});

test("close() does not wait for a message in hand whose partition was lost", async () => {
  const log = logOf("0", "1");
  const wishes = groupThatWants(log, [["a", 0]]);
  const { consumer, events } = await joined(log, { groupProtocol: "consumer" });
  await take(loopOver(consumer), 1);
  const { heartbeat = log.plain.heartbeat } = log.on;
  log.on.heartbeat = async () => {
    log.on.heartbeat = heartbeat;
    wishes.target = [];
    throw failure("UNKNOWN_MEMBER_ID", { retriable: false });
  };
  await pass(2_000);
  expect(eventsOf(events, "lost")).toHaveLength(1);
  const at = performance.now();
  await settled(consumer.close());
  expect(performance.now() - at).toBeLessThan(1_000);
});

test("a first join that fails for good half way gives up what it has, so that nothing of it is delivered", async () => {
  const log = new ScriptedLog({ a: 2 });
  log.append("a", 0, "0");
  const wishes = groupThatWants(log, [["a", 0]]);
  let tell: () => void = () => undefined;
  log.on.fetchOffsets = async (member, partitions) => {
    if (partitions.some(([, partition]) => partition === 1)) {
      throw failure("GROUP_AUTHORIZATION_FAILED", { retriable: false });
    }
    await new Promise<void>((resolve) => (tell = resolve));
    return log.plain.fetchOffsets(member, partitions);
  };
  const { consumer, events } = inGroup(log);
  const rejected = reasonOf(consumer.connect());
  await pass(0);
  wishes.target = [
    ["a", 0],
    ["a", 1],
  ];
  await pass(1_500);
  tell();
  await pass(1_000);
  expect(await rejected).toMatchObject({ code: "GROUP_AUTHORIZATION_FAILED" });
  expect(eventsOf(events, "assigned", "lost").map(({ type, partitions }) => [type, partitions])).toEqual([
    ["assigned", [["a", 0]]],
    ["lost", [["a", 0]]],
  ]);
  await settled(consumer.close());
});
