import { expect, test } from "vitest";

import { pass, useFakeClock } from "../fake-clock.ts";
import { ScriptedLog } from "../scripted-log.ts";
import { consuming, loopOver, take, text } from "./consuming.ts";

useFakeClock({ atMs: 5_000 });

const done = { done: true, value: undefined };

test.each(["messages", "batches"])(
  "a codec that calls the consumer while it decodes loses nothing: %s",
  async (kind) => {
    const log = new ScriptedLog({ a: 2, b: 1 });
    const decode = ((bytes: Uint8Array) => {
      // As a program does that holds a partition back by what it reads.
      consumer.pause([["b", 0]]);
      consumer.resume([["b", 0]]);
      return text.decode(bytes);
    }) as typeof text.decode;
    const { consumer } = consuming(log, { topics: ["a", "b"], encoding: { ...text, decode } });
    const [messages, batches] = [loopOver(consumer), loopOver(consumer.batches())];
    const next = async (): Promise<unknown> =>
      kind === "messages"
        ? (await messages.next()).value?.value
        : (await batches.next()).value?.map(({ value }) => value);
    const waiting = [next(), next()];
    await pass(0);
    log.append("a", 0, "0");
    log.append("a", 1, "1");
    const wanted = kind === "messages" ? ["0", "1"] : [["0"], ["1"]];
    expect((await Promise.all(waiting)).toSorted()).toEqual(wanted);
    await consumer.close();
  },
);

test("a listener that ends a loop while another one is served ends that loop only", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { consumer } = consuming(log, {
    onBadRecord: "skip",
    onEvent: ({ type }) => {
      if (type === "badRecord") void one.return();
    },
  });
  const [one, two] = [loopOver(consumer), loopOver(consumer)];
  const first = one.next();
  const second = take(two, 1);
  await pass(0);
  log.append("a", 0, "bad 0", "1");
  expect(await second).toEqual(["a/0 1 1"]);
  expect(await first).toEqual(done);
  await consumer.close();
});

test("a loop that ended by itself, or was left, stays ended; a new one goes on", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0", "1");
  const { consumer } = consuming(log, { until: "end" });
  const loop = loopOver(consumer);
  await take(loop, 2);
  expect([await loop.next(), await loop.next()]).toEqual([done, done]);
  await consumer.seek([["a", 0, "earliest"]]);
  await pass(0);
  expect(await loop.next()).toEqual(done);
  const again = loopOver(consumer);
  expect(await take(again, 1)).toEqual(["a/0 0 0"]);
  await again.return();
  expect(await again.next()).toEqual(done);
  expect(await take(loopOver(consumer), 1)).toEqual(["a/0 1 1"]);
  await consumer.close();
});

test("all loops that wait end together when all was read, and errors come first", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0", "bad 1");
  const { consumer } = consuming(log, { until: "end" });
  const loops = [loopOver(consumer), loopOver(consumer), loopOver(consumer.batches())];
  const results = await Promise.allSettled(loops.map((loop) => loop.next()));
  expect(results).toMatchObject([{ value: { value: { value: "0" } } }, { reason: { offset: 1n } }, { value: done }]);
  await consumer.close();
});

test("a bad record rejects the loop that took it, not another one that waits", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { consumer } = consuming(log);
  const [batches, messages] = [loopOver(consumer.batches()), loopOver(consumer)];
  const first = batches.next();
  const second = take(messages, 1);
  await pass(0);
  log.append("a", 0, "bad 0");
  await expect(first).rejects.toMatchObject({ offset: 0n });
  log.append("a", 0, "1");
  expect(await second).toEqual(["a/0 1 1"]);
  await consumer.close();
});

test("what a transport left out counts as skipped, with the offset that was asked for as the first", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0", "1", "2", "3");
  log.on.fetch = async (leader, wanted, limits, options) =>
    (await log.plain.fetch(leader, wanted, limits, options)).map((one) =>
      one.error === undefined && limits.latest === "key" && one.records.length > 0
        ? { ...one, records: one.records.slice(-1), skipped: one.records.length - 1 }
        : one,
    );
  const { consumer, events } = consuming(log, { latest: "key" });
  expect((await loopOver(consumer).next()).value).toMatchObject({ offset: 3n, skipped: 3 });
  expect(events).toContainEqual({ type: "skipped", topic: "a", partition: 0, from: 0n, to: 3n, count: 3 });
  await consumer.close();
});
