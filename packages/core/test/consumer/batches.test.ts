import { expect, test, vi } from "vitest";

import type { BatchOptions } from "../../src/consumer/consumer-options.ts";
import type { DecodeError } from "../../src/contract/errors.ts";
import type { Message } from "../../src/contract/record.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { ScriptedLog } from "../scripted-log.ts";
import { consuming, loopOver, take, text } from "./consuming.ts";

useFakeClock({ atMs: 5_000 });

const done = { done: true, value: undefined };
type Batches = Pick<AsyncIterator<Message<string | null>[], undefined>, "next">;

/** A batch as "topic/partition: values". */
const shown = (batch: readonly Message<string | null>[]): string => {
  const [first] = batch;
  return `${first?.topic}/${first?.partition}: ${batch.map(({ value }) => value).join(" ")}`;
};

/** The next batches. */
async function takeBatches(from: Batches, count: number): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) {
    const { value } = await from.next();
    if (value === undefined) throw new Error("ended");
    taken.push(shown(value));
  }
  return taken;
}

/** The texts "0", "1", … */
const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

/** A log of topic a with these values in each of its partitions. */
function logOf(...partitions: readonly (readonly string[])[]): ScriptedLog {
  const log = new ScriptedLog({ a: partitions.length });
  partitions.forEach((values, partition) => log.append("a", partition, ...values));
  return log;
}

/** A codec that decodes when it is told to; "slow" values only. */
function slowText(): { encoding: typeof text; release: () => void } {
  let release = (): void => undefined;
  const released = (): Promise<void> => new Promise((resolve) => (release = resolve));
  const encoding = {
    ...text,
    decode: ((bytes: Uint8Array) => {
      const value = text.decode(bytes);
      return typeof value === "string" && value.startsWith("slow") ? released().then(() => value) : value;
    }) as typeof text.decode,
  };
  return { encoding, release: () => release() };
}

test("a batch is of one partition, in its order, has all fields of its messages, and no more than maxMessages", async () => {
  const log = logOf(["0", "1", "2", "3", "4"]);
  const { consumer } = consuming(log, { until: "end" });
  const loop = loopOver(consumer.batches({ maxMessages: 2 }));
  const { value: first } = await loop.next();
  expect(first?.[1]).toEqual({
    topic: "a",
    partition: 0,
    offset: 1n,
    value: "1",
    timestamp: 0,
    key: null,
    headers: [],
  });
  expect(await takeBatches(loop, 2)).toEqual(["a/0: 2 3", "a/0: 4"]);
  expect([await loop.next(), await loop.next()]).toEqual([done, done]);
  await consumer.close();
});

test("by default a batch has what there is, up to 1,000", async () => {
  const log = logOf(numbers(2_500));
  const { consumer } = consuming(log, { until: "end" });
  const sizes: number[] = [];
  for await (const batch of consumer.batches()) sizes.push(batch.length);
  expect(sizes).toEqual([1_000, 1_000, 500]);
  await consumer.close();
});

test("with maxMessages: Infinity a batch has all that was fetched of a partition", async () => {
  const { consumer } = consuming(logOf(numbers(2_500)), { until: "end" });
  expect((await loopOver(consumer.batches({ maxMessages: Infinity })).next()).value).toHaveLength(2_500);
  await consumer.close();
});

test("a batch goes over several fetches of its partition", async () => {
  const log = logOf(["0"]);
  const { consumer } = consuming(log);
  await consumer.connect();
  for (const value of ["1", "2"]) {
    await pass(0);
    log.append("a", 0, value);
  }
  await pass(0);
  expect(await takeBatches(loopOver(consumer.batches()), 1)).toEqual(["a/0: 0 1 2"]);
  await consumer.close();
});

test("with maxWaitMs a batch is given when it is full, or else after that time", async () => {
  const log = logOf([]);
  const { consumer } = consuming(log);
  const loop = loopOver(consumer.batches({ maxMessages: 3, maxWaitMs: 100 }));
  let settled = 0;
  const next = (): Promise<string[]> => takeBatches(loop, 1).finally(() => (settled += 1));
  const first = next();
  await pass(1_000);
  log.append("a", 0, "0", "1");
  await pass(99);
  log.append("a", 0, "2");
  await pass(0);
  expect(await first).toEqual(["a/0: 0 1 2"]);
  const second = next();
  await pass(50);
  log.append("a", 0, "3");
  await pass(99);
  expect(settled).toBe(1);
  await pass(1);
  expect(await second).toEqual(["a/0: 3"]);
  await consumer.close();
});

test("the wait begins with the first record that waits, not before", async () => {
  const log = logOf([]);
  const { consumer } = consuming(log);
  const [batches, single] = [loopOver(consumer.batches({ maxMessages: 3, maxWaitMs: 100 })), loopOver(consumer)];
  const batch = takeBatches(batches, 1);
  log.append("a", 0, "0");
  await pass(60);
  // Another loop, or a pause of the partition, takes away what was gathered.
  consumer.pause([["a", 0]]);
  await pass(1_000);
  consumer.resume([["a", 0]]);
  await pass(99);
  log.append("a", 0, "1");
  await pass(0);
  let isGiven = false;
  void batch.then(() => (isGiven = true));
  await pass(0);
  expect(isGiven).toBe(false);
  await pass(1);
  expect(await batch).toEqual(["a/0: 0 1"]);
  await single.return();
  await consumer.close();
});

test("with until, the rest is given without a wait", async () => {
  const { consumer } = consuming(logOf(["0", "1"], ["x"]), { until: "end" });
  const loop = loopOver(consumer.batches({ maxMessages: 10, maxWaitMs: 3_600_000 }));
  expect((await takeBatches(loop, 2)).toSorted()).toEqual(["a/0: 0 1", "a/1: x"]);
  expect(await loop.next()).toEqual(done);
  await consumer.close();
});

test.each([0, 100])(
  "a partition that is always full does not keep the others waiting: maxWaitMs %i",
  async (maxWaitMs) => {
    const log = logOf([], []);
    const { consumer } = consuming(log);
    await consumer.connect();
    log.append("a", 0, ...Array.from({ length: 6 }, (_, index) => `first${index}`));
    log.append("a", 1, "quiet");
    await pass(0);
    const loop = loopOver(consumer.batches({ maxMessages: 2, maxWaitMs }));
    const given: string[] = [];
    for (let round = 0; round < 12; round += 1) {
      // As many records come as are taken.
      log.append("a", 0, `${round}a`, `${round}b`);
      await pass(40);
      given.push(...(await takeBatches(loop, 1)));
    }
    expect(given).toContain("a/1: quiet");
    await consumer.close();
  },
);

test.each([
  ["at the beginning", ["bad 0", "1", "2"], ["1 2"], [0n]],
  ["in the middle", ["0", "bad 1", "2"], ["0", "2"], [1n]],
  ["at the end", ["0", "1", "bad 2"], ["0 1"], [2n]],
  ["at both ends", ["bad 0", "1", "bad 2"], ["1"], [0n, 2n]],
  ["two in a row", ["0", "bad 1", "bad 2", "3"], ["0", "3"], [1n, 2n]],
  ["nothing else", ["bad 0", "bad 1"], [], [0n, 1n]],
])(
  "a bad record ends the batch before it, rejects one next, and iteration goes on: %s",
  async (_, values, batches, bad) => {
    for (const encoding of [text, { ...text, decode: async (bytes: Uint8Array) => text.decode(bytes) }]) {
      const { consumer, events } = consuming(logOf(values), { encoding, until: "end" });
      const loop = loopOver(consumer.batches());
      const given: string[] = [];
      const offsets: unknown[] = [];
      for (;;) {
        const next = await loop.next().catch((error: unknown) => error as { offset: bigint });
        if ("offset" in next) offsets.push(next.offset);
        else if (next.value === undefined) break;
        else given.push(next.value.map(({ value }) => value).join(" "));
      }
      expect([given, offsets]).toEqual([batches, bad]);
      // Each bad record is told once, and in the order of the log.
      expect(events.flatMap((one) => (one.type === "badRecord" ? [one.offset] : []))).toEqual(bad);
      await consumer.close();
    }
  },
);

test("bad records are left out of batches with onBadRecord, and do not count", async () => {
  const seen: unknown[] = [];
  const atOnce = ({ offset }: DecodeError): void => void seen.push(offset);
  const later = async ({ offset }: DecodeError): Promise<void> => void seen.push(offset);
  for (const onBadRecord of ["skip" as const, atOnce, later]) {
    seen.length = 0;
    const log = logOf(["bad 0", "1", "bad 2", "3", "4", "bad 5"], ["bad x"]);
    const { consumer } = consuming(log, { onBadRecord, until: "end" });
    const loop = loopOver(consumer.batches({ maxMessages: 2 }));
    expect(await takeBatches(loop, 2)).toEqual(["a/0: 1 3", "a/0: 4"]);
    expect(await loop.next()).toEqual(done);
    expect(seen.toSorted()).toEqual(onBadRecord === "skip" ? [] : [0n, 0n, 2n, 5n]);
    await consumer.close();
  }
});

test("an onBadRecord that throws ends the batch, and its error rejects the next next", async () => {
  const reason = new Error("enough");
  const { consumer } = consuming(logOf(["0", "bad 1", "2"]), {
    onBadRecord: () => {
      throw reason;
    },
  });
  const loop = loopOver(consumer.batches());
  expect(await takeBatches(loop, 1)).toEqual(["a/0: 0"]);
  await expect(loop.next()).rejects.toBe(reason);
  expect(await takeBatches(loop, 1)).toEqual(["a/0: 2"]);
  await consumer.close();
});

test("positions after a batch are behind its last message", async () => {
  const { consumer } = consuming(logOf(["0", "1", "2", "bad 3", "4"]));
  const loop = loopOver(consumer.batches({ maxMessages: 2 }));
  const position = (): unknown => consumer.positions()[0]?.position;
  await loop.next();
  expect(position()).toBe(2n);
  await loop.next();
  // The bad record was read, and rejects next.
  expect(position()).toBe(4n);
  await expect(loop.next()).rejects.toMatchObject({ offset: 3n });
  await loop.next();
  expect(position()).toBe(5n);
  await consumer.close();
});

test("break leaves the rest to the next loop, over batches or single messages", async () => {
  const { consumer } = consuming(logOf(["0", "1", "2", "3", "4", "5"]));
  for await (const batch of consumer.batches({ maxMessages: 2 })) {
    expect(shown(batch)).toBe("a/0: 0 1");
    break;
  }
  expect(await take(loopOver(consumer), 1)).toEqual(["a/0 2 2"]);
  expect(await takeBatches(loopOver(consumer.batches({ maxMessages: 2 })), 1)).toEqual(["a/0: 3 4"]);
  await consumer.close();
});

test("a loop that returns while it gathers takes nothing with it", async () => {
  const log = logOf([]);
  const { consumer } = consuming(log);
  const loop = loopOver(consumer.batches({ maxMessages: 9, maxWaitMs: 1_000 }));
  const next = loop.next();
  log.append("a", 0, "0", "1");
  await pass(500);
  expect(await loop.return()).toEqual(done);
  expect(await next).toEqual(done);
  expect(await take(loopOver(consumer), 2)).toEqual(["a/0 0 0", "a/0 1 1"]);
  await pass(1_000);
  await consumer.close();
});

test("a loop over single messages and one over batches share what comes, in the order in which they ask", async () => {
  const log = logOf([]);
  const { consumer } = consuming(log);
  const [batches, single] = [loopOver(consumer.batches()), loopOver(consumer)];
  const batch = takeBatches(batches, 1);
  const message = take(single, 1);
  log.append("a", 0, "0", "1");
  expect(await batch).toEqual(["a/0: 0 1"]);
  log.append("a", 0, "2", "3");
  expect(await message).toEqual(["a/0 2 2"]);
  expect(await takeBatches(batches, 1)).toEqual(["a/0: 3"]);
  await consumer.close();
});

test("two loops over batches share the messages: nothing is lost, nothing comes twice", async () => {
  const { encoding } = { encoding: { ...text, decode: async (bytes: Uint8Array) => text.decode(bytes) } };
  const { consumer } = consuming(logOf(numbers(100)), { encoding, until: "end" });
  const seen: string[] = [];
  const loop = async (): Promise<void> => {
    for await (const batch of consumer.batches({ maxMessages: 7 })) {
      const values = batch.map(({ value }) => Number(value));
      expect(values).toEqual(values.toSorted((one, other) => one - other));
      seen.push(...values.map(String));
    }
  };
  await Promise.all([loop(), loop()]);
  expect(seen.toSorted((one, other) => Number(one) - Number(other))).toEqual(numbers(100));
  await consumer.close();
});

test("a batch whose codec takes time has what waited when it began, and so it ends", async () => {
  const log = logOf(["slow 0", "1"]);
  const { encoding, release } = slowText();
  const { consumer } = consuming(log, { encoding });
  const loop = loopOver(consumer.batches({ maxMessages: Infinity }));
  const first = takeBatches(loop, 1);
  await pass(0);
  // These come while it decodes.
  log.append("a", 0, "2", "3");
  await pass(0);
  release();
  expect(await first).toEqual(["a/0: slow 0 1"]);
  expect(await takeBatches(loop, 1)).toEqual(["a/0: 2 3"]);
  await consumer.close();
});

test("a seek ends the batch that is being decoded: what follows is another one", async () => {
  const log = logOf(["0", "1", "slow 2", "3", "4"]);
  const { encoding, release } = slowText();
  const { consumer } = consuming(log, { encoding });
  const loop = loopOver(consumer.batches());
  const first = takeBatches(loop, 1);
  await pass(0);
  await consumer.seek([["a", 0, 3]]);
  await consumer.seek([["a", 0, 1]]);
  await pass(0);
  release();
  expect(await first).toEqual(["a/0: 0 1 slow 2"]);
  const second = takeBatches(loop, 1);
  await pass(0);
  release();
  expect(await second).toEqual(["a/0: 1 slow 2 3 4"]);
  await consumer.close();
});

test.each(["updateTopics", "pause"] as const)("%s ends the batch that is being decoded", async (change) => {
  const log = logOf(["0", "slow 1", "2"]);
  log.topics.set("b", [{ partition: 0, leader: 1 }]);
  const { encoding, release } = slowText();
  const { consumer } = consuming(log, { encoding });
  const first = takeBatches(loopOver(consumer.batches()), 1);
  await pass(0);
  if (change === "pause") consumer.pause([["a", 0]]);
  else await consumer.updateTopics("b");
  release();
  expect(await first).toEqual(["a/0: 0 slow 1"]);
  if (change === "pause") consumer.resume([["a", 0]]);
  else await consumer.updateTopics("a");
  const rest = takeBatches(loopOver(consumer.batches()), 1);
  await pass(0);
  if (change === "updateTopics") release();
  expect(await rest).toEqual([change === "pause" ? "a/0: 2" : "a/0: 0 slow 1 2"]);
  await consumer.close();
});

test("close ends a loop that gathers, and leaves no timer", async () => {
  const log = logOf(["0"]);
  const { consumer } = consuming(log);
  const next = loopOver(consumer.batches({ maxMessages: 9, maxWaitMs: 2_147_483_647 })).next();
  await pass(100);
  await consumer.close();
  expect(await next).toEqual(done);
  await pass(0);
  expect(vi.getTimerCount()).toBe(0);
});

test("an abort rejects a loop that gathers with its reason", async () => {
  const stop = new AbortController();
  const { consumer } = consuming(logOf(["0"]), { signal: stop.signal });
  const next = loopOver(consumer.batches({ maxMessages: 9, maxWaitMs: 60_000 })).next();
  await pass(100);
  stop.abort(new Error("stopped"));
  await expect(next).rejects.toThrow("stopped");
});

test("close in the middle of a batch gives what was decoded, and then ends", async () => {
  const { encoding, release } = slowText();
  const { consumer } = consuming(logOf(["0", "slow 1", "2"]), { encoding });
  const loop = loopOver(consumer.batches());
  const first = takeBatches(loop, 1);
  await pass(0);
  await consumer.close();
  release();
  expect(await first).toEqual(["a/0: 0 slow 1"]);
  expect(await loop.next()).toEqual(done);
});

test("with latest: key, a batch has the newest record of each key of a partition", async () => {
  const log = new ScriptedLog({ a: 1 });
  const record = (key: string, value: string): Parameters<typeof log.plain.produce>[1][0]["records"][0] => ({
    key: new TextEncoder().encode(key),
    value: new TextEncoder().encode(value),
    headers: [],
    timestamp: 0,
  });
  const records = [record("x", "0"), record("y", "1"), record("x", "2"), record("z", "3")];
  await log.plain.produce(1, [{ topic: "a", partition: 0, records, baseSequence: 0 }], {
    acks: -1,
    timeoutMs: 1,
    compression: "none",
  });
  const { consumer } = consuming(log, { latest: "key", until: "end" });
  const { value: batch = [] } = await loopOver(consumer.batches()).next();
  expect(batch.map(({ value, skipped }) => [value, skipped])).toEqual([
    ["2", 1],
    ["1", 0],
    ["3", 0],
  ]);
  await consumer.close();
});

test.each([
  [{ maxMessages: 0 }, "maxMessages must be a whole number from 1 to 9007199254740991 or Infinity, not 0"],
  [{ maxWaitMs: -1 }, "maxWaitMs must be a whole number from 0 to 2147483647, not -1"],
  [{ maxWaitMs: Infinity }, "maxWaitMs must be a whole number from 0 to 2147483647, not Infinity"],
  [null, "options must be an object, not null"],
])("options that make no sense are refused at once: %o", async (options, message) => {
  const { consumer } = consuming(logOf(["0"]));
  expect(() => consumer.batches(options as BatchOptions)).toThrow(
    expect.objectContaining({ code: "INVALID_ARGUMENT", message }),
  );
  await consumer.close();
});
