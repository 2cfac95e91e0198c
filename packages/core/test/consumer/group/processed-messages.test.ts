import { expect, test } from "vitest";

import { pass, useFakeClock } from "../../fake-clock.ts";
import { noResponse, ScriptedLog } from "../../scripted-log.ts";
import { loopOver, take } from "../consuming.ts";
import { commitsOf, eventsOf, joined, placeOf, settled } from "./in-group.ts";

useFakeClock({ atMs: 5_000, leavesNoTimer: true });

/** A log of topic a with some texts in one partition. */
function logOf(...texts: readonly string[]): ScriptedLog {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, ...texts);
  return log;
}

test("a message counts as processed when its loop asks for the next one, not when it is delivered or fetched", async () => {
  const log = logOf("0", "1", "2");
  const { consumer, events } = await joined(log);
  const loop = loopOver(consumer);
  expect(await take(loop, 1)).toEqual(["a/0 0 0"]);
  await pass(3_000);
  expect(placeOf(log)).toBe(0n);
  expect(await take(loop, 1)).toEqual(["a/0 1 1"]);
  await pass(1_000);
  expect(placeOf(log)).toBe(1n);
  await take(loop, 1);
  const waiting = loop.next();
  await pass(1_000);
  expect(placeOf(log)).toBe(3n);
  expect(eventsOf(events, "committed").map(({ group, offsets }) => [group, offsets])).toEqual([
    ["g", [["a", 0, 0n]]],
    ["g", [["a", 0, 1n]]],
    ["g", [["a", 0, 3n]]],
  ]);
  await settled(consumer.close());
  expect((await waiting).done).toBe(true);
});

test("what is committed already is not committed again every second", async () => {
  const log = logOf("0");
  const { consumer } = await joined(log);
  const waiting = take(loopOver(consumer), 2).catch(() => undefined);
  await pass(60_000);
  expect(commitsOf(log)).toEqual([["a/0 1"]]);
  await settled(consumer.close());
  await waiting;
});

test("places are committed again once a day, and on close(), so that the log does not forget them", async () => {
  const log = logOf("0");
  const { consumer } = await joined(log, {
    heartbeatIntervalMs: 20_000,
    metadataMaxAgeMs: 3_600_000,
    maxWaitMs: 600_000,
  });
  const waiting = take(loopOver(consumer), 2).catch(() => undefined);
  await pass(2_000);
  expect(commitsOf(log)).toEqual([["a/0 1"]]);
  await pass(24 * 3_600_000);
  expect(commitsOf(log)).toEqual([["a/0 1"], ["a/0 1"]]);
  await settled(consumer.close());
  expect(commitsOf(log)).toEqual([["a/0 1"], ["a/0 1"], ["a/0 1"]]);
  await waiting;
}, 60_000);

test.each(["break", "throw"])(
  "the message in hand at a %s does not count, and comes again in the next process",
  async (how) => {
    const log = logOf("0", "1", "2");
    const { consumer } = await joined(log);
    const seen: string[] = [];
    const body = async (): Promise<void> => {
      for await (const { value } of consumer) {
        seen.push(String(value));
        if (value === "1" && how === "break") break;
        if (value === "1") throw new Error("of the body");
      }
    };
    await settled(body().catch(() => undefined));
    await settled(consumer.close());
    expect([seen, placeOf(log)]).toEqual([["0", "1"], 1n]);
    const next = await joined(log);
    expect(await take(loopOver(next.consumer), 2)).toEqual(["a/0 1 1", "a/0 2 2"]);
    await settled(next.consumer.close());
  },
);

test("what a loop was left with holds the place back, also when another loop goes on behind it", async () => {
  const log = logOf("0", "1", "2", "3");
  const { consumer } = await joined(log);
  const first = loopOver(consumer);
  await take(first, 2);
  await first.return();
  const second = loopOver(consumer);
  expect(await take(second, 2)).toEqual(["a/0 2 2", "a/0 3 3"]);
  const waiting = second.next();
  await pass(2_000);
  expect(placeOf(log)).toBe(1n);
  await settled(consumer.close());
  await waiting;
});

test("with several loops the lowest offset in hand is the limit", async () => {
  const log = logOf("0", "1", "2", "3");
  const { consumer } = await joined(log);
  const [slow, fast] = [loopOver(consumer), loopOver(consumer)];
  expect(await take(slow, 1)).toEqual(["a/0 0 0"]);
  expect(await take(fast, 3)).toEqual(["a/0 1 1", "a/0 2 2", "a/0 3 3"]);
  await pass(1_000);
  expect(placeOf(log)).toBe(0n);
  const waiting = slow.next();
  await pass(1_000);
  expect(placeOf(log)).toBe(3n);
  const other = fast.next();
  await pass(1_000);
  expect(placeOf(log)).toBe(4n);
  await settled(consumer.close());
  await Promise.all([waiting, other]);
});

test("a batch counts as processed as a whole, when its loop asks for the next one", async () => {
  const log = logOf("0", "1", "2", "3", "4");
  const { consumer } = await joined(log);
  const loop = loopOver(consumer.batches({ maxMessages: 3 }));
  expect((await loop.next()).value?.map(({ offset }) => offset)).toEqual([0n, 1n, 2n]);
  await pass(1_000);
  expect(placeOf(log)).toBe(0n);
  expect((await loop.next()).value?.map(({ offset }) => offset)).toEqual([3n, 4n]);
  await pass(1_000);
  expect(placeOf(log)).toBe(3n);
  await loop.return();
  await settled(consumer.close());
  expect(placeOf(log)).toBe(3n);
});

test("a bad record that was skipped is passed, and holds nothing back", async () => {
  const log = logOf("bad 0", "bad 1");
  const { consumer } = await joined(log, { onBadRecord: "skip" });
  const waiting = loopOver(consumer).next();
  await pass(1_000);
  expect(placeOf(log)).toBe(2n);
  await settled(consumer.close());
  await waiting;
});

test.each([
  ["messages", 2n],
  // A batch has everything from its first record on in hand.
  ["batches", 1n],
])("a bad record is passed when onBadRecord has settled, not before: %s", async (kind, place) => {
  const log = logOf("0", "bad 1", "2");
  let settle: () => void = () => undefined;
  const onBadRecord = (): Promise<void> => new Promise((resolve) => (settle = resolve));
  const { consumer } = await joined(log, { onBadRecord });
  const loop = kind === "messages" ? loopOver(consumer) : loopOver(consumer.batches({ maxMessages: 1 }));
  await loop.next();
  const next = loop.next();
  await pass(2_000);
  expect(placeOf(log)).toBe(1n);
  settle();
  expect((await next).done).toBe(false);
  await pass(1_000);
  expect(placeOf(log)).toBe(place);
  const waiting = loop.next();
  await pass(1_000);
  expect(placeOf(log)).toBe(3n);
  await settled(consumer.close());
  await waiting;
});

test("a bad record that rejects next() is passed when the loop asks again", async () => {
  const log = logOf("0", "bad 1");
  const { consumer } = await joined(log);
  const loop = loopOver(consumer);
  await take(loop, 1);
  await expect(loop.next()).rejects.toThrow("bad 1");
  await pass(2_000);
  expect(placeOf(log)).toBe(1n);
  const waiting = loop.next();
  await pass(1_000);
  expect(placeOf(log)).toBe(2n);
  await settled(consumer.close());
  await waiting;
});

test("a bad record that ends a batch is passed when the loop asks again after its rejection", async () => {
  const log = logOf("0", "bad 1", "2");
  const { consumer } = await joined(log);
  const loop = loopOver(consumer.batches());
  expect((await loop.next()).value?.map(({ offset }) => offset)).toEqual([0n]);
  await expect(loop.next()).rejects.toThrow("bad 1");
  await pass(2_000);
  expect(placeOf(log)).toBe(1n);
  expect((await loop.next()).value?.map(({ offset }) => offset)).toEqual([2n]);
  await pass(1_000);
  expect(placeOf(log)).toBe(2n);
  await loop.return();
  await settled(consumer.close());
});

test("with latest, what was left out counts with the record in whose favour it was", async () => {
  const log = logOf("0", "1", "2");
  const { consumer } = await joined(log, { latest: "partition" });
  const loop = loopOver(consumer);
  const next = take(loop, 1);
  await pass(1_000);
  expect(await next).toEqual(["a/0 2 2"]);
  await pass(1_000);
  expect(placeOf(log) ?? 0n).toBeLessThanOrEqual(2n);
  const waiting = loop.next();
  await pass(1_000);
  expect(placeOf(log)).toBe(3n);
  await settled(consumer.close());
  await waiting;
});

test("a pause keeps the place at what was not delivered; a seek moves it there", async () => {
  const log = logOf("0", "1", "2", "3", "4");
  const { consumer } = await joined(log);
  const loop = loopOver(consumer);
  await take(loop, 2);
  consumer.pause([["a", 0]]);
  const waiting = take(loop, 1);
  await pass(1_000);
  expect(placeOf(log)).toBe(2n);
  await settled(consumer.seek([["a", 0, 4]]));
  await pass(1_000);
  expect(placeOf(log)).toBe(4n);
  consumer.resume([["a", 0]]);
  await pass(0);
  expect(await waiting).toEqual(["a/0 4 4"]);
  await settled(consumer.seek([["a", 0, "earliest"]]));
  await settled(consumer.close());
  expect(placeOf(log)).toBe(0n);
});

test("once all that was fetched is processed, the place is the reader's position, beyond the mark of a transaction", async () => {
  const log = logOf("0", "1");
  const { fetch } = log.plain;
  // The mark takes offset 2 and is no record.
  log.on.fetch = async (leader, wanted, limits, options) => {
    if (wanted[0]?.offset === 3n) return noResponse();
    const [one] = await fetch(leader, wanted, limits, options);
    return one === undefined || one.error !== undefined ? [] : [{ ...one, nextOffset: 3n, highWatermark: 3n }];
  };
  const { consumer } = await joined(log);
  const loop = loopOver(consumer);
  await take(loop, 2);
  const waiting = loop.next();
  await pass(1_000);
  expect(placeOf(log)).toBe(3n);
  await settled(consumer.close());
  await waiting;
});
