import { expect, test } from "vitest";

import type { FetchedPartition } from "../../src/contract/transport.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { ScriptedLog } from "../scripted-log.ts";
import { consuming, loopOver, take } from "./consuming.ts";
import { recordAt } from "./fetching.ts";

useFakeClock({ atMs: 5_000 });

/** A log of topic a with six records in each of two partitions. */
function logOfSix(): ScriptedLog {
  const log = new ScriptedLog({ a: 2 });
  for (const partition of [0, 1]) log.append("a", partition, "0", "1", "2", "3", "4", "5");
  return log;
}

const six = (partition: number): string[] => [0, 1, 2, 3, 4, 5].map((one) => `a/${partition} ${one} ${one}`);

test("nothing of a paused partition is delivered or fetched until it is resumed; then it goes on where it was", async () => {
  const log = logOfSix();
  const { consumer } = consuming(log);
  const loop = loopOver(consumer);
  const taken = await take(loop, 8);
  // Partition p was read, the other one in part.
  const paused = taken.filter((one) => one.startsWith("a/0")).length === 6 ? 1 : 0;
  consumer.pause([["a", paused]]);
  log.append("a", 1 - paused, "6");
  expect(await take(loop, 1)).toEqual([`a/${1 - paused} 6 6`]);
  const waiting = take(loop, 4);
  const before = log.calls("fetch").length;
  await pass(5_000);
  const asked = log
    .calls("fetch")
    .slice(before)
    .flatMap(([, wanted]) => wanted.map(({ partition }) => partition));
  expect(new Set(asked)).toEqual(new Set([1 - paused]));
  consumer.resume([["a", paused]]);
  expect([...taken, ...(await waiting)].filter((one) => one.startsWith(`a/${paused}`))).toEqual(six(paused));
  await consumer.close();
});

test("a pause holds for the very next message, whatever was fetched", async () => {
  const { consumer } = consuming(logOfSix(), { until: "end" });
  const taken: string[] = [];
  for await (const { partition, offset } of consumer) {
    taken.push(`a/${partition} ${offset} ${offset}`);
    if (offset === 2n) consumer.pause([["a", partition]]);
    if (taken.length === 6)
      consumer.resume([
        ["a", 0],
        ["a", 1],
      ]);
  }
  expect(taken.slice(0, 6).toSorted()).toEqual([...six(0).slice(0, 3), ...six(1).slice(0, 3)]);
  for (const partition of [0, 1])
    expect(taken.filter((one) => one.startsWith(`a/${partition}`))).toEqual(six(partition));
  await consumer.close();
});

test("what is in flight when a partition is paused is dropped, and fetched again after resume", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { consumer } = consuming(log);
  const respond: ((results: FetchedPartition[]) => void)[] = [];
  log.on.fetch = () => new Promise((resolve) => respond.push(resolve));
  await consumer.connect();
  await pass(0);
  consumer.pause([["a", 0]]);
  log.append("a", 0, "0");
  respond[0]?.([{ topic: "a", partition: 0, records: [recordAt(0n, "0")], nextOffset: 1n, highWatermark: 1n }]);
  const loop = loopOver(consumer);
  const next = take(loop, 1);
  await pass(1_000);
  expect([consumer.positions()[0]?.position, respond.length]).toEqual([0n, 1]);
  delete log.on.fetch;
  consumer.resume([["a", 0]]);
  expect(await next).toEqual(["a/0 0 0"]);
  log.append("a", 0, "1");
  expect(await take(loop, 1)).toEqual(["a/0 1 1"]);
  await consumer.close();
});

test("a pause and a resume at once lose nothing and bring nothing twice, also with a fetch in flight", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0", "1", "2");
  const { consumer } = consuming(log);
  const loop = loopOver(consumer);
  expect(await take(loop, 1)).toEqual(["a/0 0 0"]);
  consumer.pause([["a", 0]]);
  consumer.resume([["a", 0]]);
  expect(await take(loop, 2)).toEqual(["a/0 1 1", "a/0 2 2"]);
  consumer.pause([["a", 0]]);
  consumer.resume([["a", 0]]);
  log.append("a", 0, "3");
  expect(await take(loop, 1)).toEqual(["a/0 3 3"]);
  await consumer.close();
});

test("positions of a paused partition stay", async () => {
  const { consumer } = consuming(logOfSix());
  await take(loopOver(consumer), 8);
  const before = consumer.positions();
  consumer.pause([
    ["a", 0],
    ["a", 1],
  ]);
  expect(consumer.positions()).toEqual(before);
  await consumer.close();
});

test("a paused partition stays paused over a change of topics and a seek", async () => {
  const log = logOfSix();
  log.topics.set("b", [{ partition: 0, leader: 1 }]);
  log.append("b", 0, "b0");
  const { consumer } = consuming(log);
  const loop = loopOver(consumer);
  await consumer.connect();
  consumer.pause([
    ["a", 0],
    ["a", 1],
  ]);
  await consumer.updateTopics(["a", "b"]);
  await consumer.seek([["a", 0, 4]]);
  expect(await take(loop, 1)).toEqual(["b/0 0 b0"]);
  const next = take(loop, 2);
  await pass(2_000);
  consumer.resume([["a", 0]]);
  expect(await next).toEqual(["a/0 4 4", "a/0 5 5"]);
  // One that was removed and comes back is a new one.
  await consumer.updateTopics("b");
  await consumer.updateTopics("a");
  expect(await take(loop, 12)).toHaveLength(12);
  await consumer.close();
});

test("with until, the loop does not end while a partition is paused that did not get there", async () => {
  const { consumer } = consuming(logOfSix(), { until: "end" });
  const loop = loopOver(consumer);
  await consumer.connect();
  await pass(100);
  consumer.pause([["a", 1]]);
  expect(await take(loop, 6)).toEqual(six(0));
  let isOver = false;
  const rest = loop.next().finally(() => (isOver = true));
  await pass(30_000);
  expect(isOver).toBe(false);
  consumer.resume([["a", 1]]);
  expect((await rest).value).toMatchObject({ partition: 1, offset: 0n });
  await consumer.close();
});

test("a topic that is created again while what was read of the old one waits is read from its first record after a pause", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.topicIds.set("a", "old");
  log.append("a", 0, "o0", "o1", "o2");
  const { consumer } = consuming(log, { metadataMaxAgeMs: 100 });
  const loop = loopOver(consumer);
  expect(await take(loop, 1)).toEqual(["a/0 0 o0"]);
  log.reset("a");
  log.topicIds.set("a", "new");
  log.append("a", 0, "n0", "n1", "n2", "n3");
  await pass(1_000);
  // o1 and o2 wait, and the new records behind them.
  consumer.pause([["a", 0]]);
  consumer.resume([["a", 0]]);
  expect(await take(loop, 4)).toEqual(["a/0 0 n0", "a/0 1 n1", "a/0 2 n2", "a/0 3 n3"]);
  await consumer.close();
});

test("with latest, a pause forgets nothing that was left out, and no key comes twice", async () => {
  const log = new ScriptedLog({ a: 1 });
  const send = (...pairs: readonly (readonly [string, string])[]): Promise<unknown> => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    const records = pairs.map(([key, value]) => ({ key: bytes(key), value: bytes(value), headers: [], timestamp: 0 }));
    return log.plain.produce(1, [{ topic: "a", partition: 0, records, baseSequence: 0 }], {
      acks: -1,
      timeoutMs: 1,
      compression: "none",
    });
  };
  await send(["x", "x0"], ["y", "y0"], ["z", "z0"], ["x", "x1"], ["y", "y1"]);
  const { consumer } = consuming(log, { latest: "key" });
  const loop = loopOver(consumer);
  const next = async (): Promise<unknown> => {
    const { value } = await loop.next();
    return [value?.value, value?.skipped];
  };
  expect(await next()).toEqual(["x1", 1]);
  consumer.pause([["a", 0]]);
  await pass(1_000);
  await send(["z", "z1"]);
  await pass(1_000);
  consumer.resume([["a", 0]]);
  await pass(0);
  expect([await next(), await next()]).toEqual([
    ["y1", 1],
    ["z1", 1],
  ]);
  await consumer.close();
});

test.each(["pause", "resume"] as const)("%s refuses what is not read, by name, and changes nothing", async (name) => {
  const { consumer } = consuming(logOfSix());
  const refused = (partitions: unknown, message: string): void =>
    expect(() => Reflect.apply(consumer[name], consumer, [partitions])).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT", message }),
    );
  const why = "the consumer does not read it, or has not connected yet";
  refused([["a", 0]], `cannot ${name} a[0]: ${why}`);
  await consumer.connect();
  refused(
    [
      ["a", 0],
      ["b", 0],
    ],
    `cannot ${name} b[0]: ${why}`,
  );
  refused([["a", 2]], `cannot ${name} a[2]: ${why}`);
  refused("a", 'partitions must be a list of pairs of topic and partition, not "a"');
  refused([["a"]], "partitions[0][1] must be a whole number from 0 to 2147483647, not undefined");
  // a[0] was named together with b[0], and is not paused.
  expect(await take(loopOver(consumer), 12)).toHaveLength(12);
  await consumer.close();
});
