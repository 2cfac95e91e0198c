import { expect, test } from "vitest";

import type { Message } from "../../../src/contract/record.ts";
import { pass, useFakeClock } from "../../fake-clock.ts";
import { failure, ScriptedLog } from "../../scripted-log.ts";
import { consuming, loopOver, take } from "../consuming.ts";
import { commitsOf, eventsOf, groupThatWants, inGroup, joined, placeOf, reasonOf, settled } from "./in-group.ts";

useFakeClock({ atMs: 5_000, leavesNoTimer: true });

const never = { autoCommit: false } as const;

/** A log of topic a with six texts in one partition. */
function logOfSix(): ScriptedLog {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0", "1", "2", "3", "4", "5");
  return log;
}

/** The next message of a loop. */
async function next(
  loop: Pick<AsyncIterator<Message<string | null>, undefined>, "next">,
): Promise<Message<string | null>> {
  const { value } = await loop.next();
  if (value === undefined) throw new Error("ended");
  return value;
}

test("without autoCommit nothing is committed by itself", async () => {
  const log = logOfSix();
  const { consumer } = await joined(log, never);
  await take(loopOver(consumer), 5);
  await pass(60_000);
  await settled(consumer.close());
  expect(commitsOf(log)).toEqual([]);
});

test("commit() commits what is processed, and not the message in hand", async () => {
  const log = logOfSix();
  const { consumer } = await joined(log, never);
  await take(loopOver(consumer), 3);
  await settled(consumer.commit());
  expect(placeOf(log)).toBe(2n);
  // There is nothing new.
  await settled(consumer.commit());
  expect(commitsOf(log)).toEqual([["a/0 2"]]);
  await settled(consumer.close());
});

test("commit(message) commits that message too, and with it what came before it", async () => {
  const log = logOfSix();
  const { consumer } = await joined(log, never);
  const loop = loopOver(consumer);
  await take(loop, 2);
  await settled(consumer.commit(await next(loop)));
  expect(placeOf(log)).toBe(3n);
  await settled(consumer.close());
});

test("commit(message) of the last one before break counts, which break alone does not", async () => {
  const log = logOfSix();
  const { consumer } = await joined(log);
  for await (const message of consumer) {
    if (message.offset === 3n) {
      await settled(consumer.commit(message));
      break;
    }
  }
  await settled(consumer.close());
  expect(placeOf(log)).toBe(4n);
});

test("commit(message) after break counts too, and the place goes on", async () => {
  const log = logOfSix();
  const { consumer } = await joined(log, never);
  const left = loopOver(consumer);
  const message = await next(left);
  await left.return();
  const loop = loopOver(consumer);
  await take(loop, 3);
  await settled(consumer.commit());
  expect(commitsOf(log)).toEqual([["a/0 0"]]);
  await settled(consumer.commit(message));
  expect(placeOf(log)).toBe(3n);
  await settled(consumer.close());
});

test("commit(message) in the middle of a batch commits up to it, and the rest comes again", async () => {
  const log = logOfSix();
  const { consumer } = await joined(log);
  const loop = loopOver(consumer.batches({ maxMessages: 5 }));
  const { value: messages = [] } = await loop.next();
  await settled(consumer.commit(messages[2]));
  expect(placeOf(log)).toBe(3n);
  await loop.return();
  await settled(consumer.close());
  expect(placeOf(log)).toBe(3n);
  const again = await joined(log);
  expect(await take(loopOver(again.consumer), 1)).toEqual(["a/0 3 3"]);
  await settled(again.consumer.close());
});

test("commit(message) does not pass over what another loop has in hand", async () => {
  const log = logOfSix();
  const { consumer } = await joined(log, never);
  const [slow, fast] = [loopOver(consumer), loopOver(consumer)];
  await take(slow, 1);
  await take(fast, 2);
  const message = await next(fast);
  await settled(consumer.commit(message));
  expect(placeOf(log)).toBe(0n);
  await slow.next();
  await settled(consumer.commit(message));
  expect(placeOf(log)).toBe(4n);
  await settled(consumer.close());
});

test("commit(message) commits its partition alone", async () => {
  const log = new ScriptedLog({ a: 2 });
  for (const partition of [0, 1]) log.append("a", partition, "0", "1");
  const { consumer } = await joined(log, never);
  const loop = loopOver(consumer);
  await take(loop, 3);
  const message = await next(loop);
  await settled(consumer.commit(message));
  expect(commitsOf(log)).toEqual([[`a/${message.partition} 2`]]);
  await settled(consumer.close());
});

test("a commit is not a step back: the place of an earlier message is that of all that was processed since", async () => {
  const log = logOfSix();
  const { consumer } = await joined(log, never);
  const loop = loopOver(consumer);
  const first = await next(loop);
  await take(loop, 3);
  await settled(consumer.commit(first));
  expect(placeOf(log)).toBe(3n);
  await settled(consumer.commit(first));
  expect(commitsOf(log)).toEqual([["a/0 3"]]);
  await settled(consumer.close());
});

test.each([["nonsense"], [null], [{}], [{ topic: "a", partition: 0 }], [{ topic: "a", partition: 0, offset: 1 }]])(
  "commit(%j) is refused before anything is asked",
  async (message) => {
    const log = logOfSix();
    const { consumer } = inGroup(log);
    await expect(consumer.commit(message as never)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(consumer.commit(message as never)).rejects.toThrow(/^message/);
    expect(log.requests).toEqual([]);
    await settled(consumer.close());
  },
);

test("an offset below 0 is refused, and never sent", async () => {
  const log = logOfSix();
  const { consumer } = await joined(log);
  const refused = consumer.commit({ topic: "a", partition: 0, offset: -1n });
  await expect(refused).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  await settled(consumer.close());
  expect(log.calls("commitOffsets").every(([, offsets]) => offsets.every(({ offset }) => offset >= 0n))).toBe(true);
});

test("the message in hand can be committed while close() waits for it", async () => {
  const log = logOfSix();
  const { consumer } = await joined(log, never);
  const working = (async () => {
    for await (const message of consumer) {
      await new Promise((resolve) => setTimeout(resolve, 700));
      await consumer.commit(message);
    }
  })();
  await pass(1_000);
  await settled(consumer.close());
  await working;
  expect([placeOf(log), log.requests.at(-1)?.name]).toEqual([2n, "leaveGroup"]);
});

test("commit is an UnsupportedError without a group, and a ClosedError after close", async () => {
  const alone = consuming(new ScriptedLog()).consumer;
  await expect(alone.commit()).rejects.toMatchObject({ name: "UnsupportedError" });
  await alone.close();
  const { consumer } = await joined(logOfSix());
  await settled(consumer.close());
  await expect(consumer.commit()).rejects.toMatchObject({ name: "ClosedError" });
});

test("commit(message) of a partition that went to another member is ILLEGAL_GENERATION, and sends nothing", async () => {
  const log = logOfSix();
  const wishes = groupThatWants(log, [["a", 0]]);
  const { consumer, events } = await joined(log, { ...never, rebalanceTimeoutMs: 10_000 });
  const message = await next(loopOver(consumer));
  wishes.target = [];
  await pass(15_000);
  expect(eventsOf(events, "revoked")).toHaveLength(1);
  await expect(settled(consumer.commit(message))).rejects.toMatchObject({
    code: "ILLEGAL_GENERATION",
    topic: "a",
    partition: 0,
    offset: 0n,
  });
  expect(commitsOf(log)).toEqual([]);
  await settled(consumer.close());
});

test("commit(message) of a partition that was lost and came back is ILLEGAL_GENERATION: the message comes again", async () => {
  const log = logOfSix();
  const { consumer } = await joined(log, never);
  const loop = loopOver(consumer);
  await take(loop, 3);
  const message = await next(loop);
  log.on.heartbeat = async () => {
    delete log.on.heartbeat;
    throw failure("UNKNOWN_MEMBER_ID", { retriable: false });
  };
  await pass(3_000);
  await expect(settled(consumer.commit(message))).rejects.toMatchObject({ code: "ILLEGAL_GENERATION" });
  expect(placeOf(log)).toBe(undefined);
  expect(await take(loop, 1)).toEqual(["a/0 0 0"]);
  await settled(consumer.close());
});

test("a commit while the group puts the consumer out rejects", async () => {
  const log = logOfSix();
  const { consumer } = await joined(log, never);
  await take(loopOver(consumer), 3);
  let refuse: (reason: Error) => void = () => undefined;
  log.on.commitOffsets = () => new Promise((_, reject) => (refuse = reject));
  const committing = consumer.commit();
  const rejected = reasonOf(committing);
  await pass(0);
  log.on.heartbeat = async () => {
    delete log.on.heartbeat;
    throw failure("FENCED_MEMBER_EPOCH", { retriable: false });
  };
  await pass(2_000);
  refuse(failure("STALE_MEMBER_EPOCH", { retriable: false }));
  await pass(2_000);
  expect(await rejected).toMatchObject({ code: "ILLEGAL_GENERATION" });
  await settled(consumer.close());
});

test("a commit whose partition goes while it is tried again is committed before that, or rejects", async () => {
  const log = logOfSix();
  const wishes = groupThatWants(log, [["a", 0]]);
  const { consumer } = await joined(log, never);
  const loop = loopOver(consumer);
  await take(loop, 2);
  const message = await next(loop);
  let refused = 0;
  log.on.commitOffsets = async (member, offsets) => {
    refused += 1;
    if (refused < 4) throw failure("NOT_COORDINATOR");
    return log.plain.commitOffsets(member, offsets);
  };
  wishes.target = [];
  await pass(1_500);
  await settled(consumer.commit(message));
  expect(placeOf(log)).toBe(3n);
  await settled(consumer.close());
});
