import { expect, test } from "vitest";

import { TransportError, UnsupportedError } from "../../src/contract/errors.ts";
import { partitionOfKey } from "../../src/producer/murmur2.ts";
import type { RecordMetadata } from "../../src/contract/record.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { producing, refuse, sizesOf, text, valuesOf, watch } from "./producing.ts";
import type { Producing } from "./producing.ts";
import { failure, partitionMetadata } from "../scripted-log.ts";

useFakeClock();
const partitionsOf = (sends: readonly RecordMetadata[]): number[] => sends.map(({ partition }) => partition);

async function oneByOne({ producer }: Producing, count: number): Promise<number[]> {
  const sends: RecordMetadata[] = [];
  for (let index = 0; index < count; index += 1) sends.push(await producer.send(String(index)));
  return partitionsOf(sends);
}

test("sends without a key go to one partition after the other", async () => {
  expect(await oneByOne(producing({}, { a: 3 }), 7)).toEqual([0, 1, 2, 0, 1, 2, 0]);
});

test("sends without a key go from partition to partition by number, however the log lists them", async () => {
  const it = producing();
  it.log.topics.set(
    "a",
    [2, 0, 1].map((partition) => ({ partition, leader: 1 })),
  );
  expect(await oneByOne(it, 4)).toEqual([0, 1, 2, 0]);
});

test.each([
  { leaders: [1, -1, 1], to: [0, 2, 0, 2] },
  { leaders: [-1, 1, 0], to: [1, 2, 1, 2] },
  { leaders: [0, 0, -1], to: [0, 1, 0, 1] },
])("sends without a key leave out partitions without a leader: $leaders", async ({ leaders, to }) => {
  const it = producing();
  it.log.topics.set(
    "a",
    leaders.map((leader, partition) => ({ partition, leader })),
  );
  expect(await oneByOne(it, 4)).toEqual(to);
});

test("sends without a key wait, one partition after the other, when no partition has a leader", async () => {
  const { producer, log } = producing();
  log.topics.set("a", partitionMetadata(2, -1));
  const sends: Promise<RecordMetadata>[] = [];
  for (let index = 0; index < 3; index += 1) {
    sends.push(producer.send(String(index)));
    await pass(1);
  }
  expect(sizesOf(log)).toEqual([]);
  log.topics.set("a", partitionMetadata(2));
  await pass(200);
  expect(partitionsOf(await Promise.all(sends))).toEqual([0, 1, 0]);
});

test("sends of one tick without a key go to one partition, and those of the next tick to the next", async () => {
  const { producer, log } = producing({}, { a: 3 });
  await producer.connect();
  const ticks: number[][] = [];
  for (let tick = 0; tick < 3; tick += 1) {
    ticks.push(partitionsOf(await Promise.all(["0", "1"].map((value) => producer.send(value)))));
  }
  expect(ticks).toEqual([
    [0, 0],
    [1, 1],
    [2, 2],
  ]);
  expect(sizesOf(log)).toEqual([2, 2, 2]);
});

test("a batch for a chosen partition moves sends without a key on to the next partition", async () => {
  const { producer } = producing({}, { a: 3 });
  await producer.send("0", { partition: 1 });
  expect(await producer.send("1")).toMatchObject({ partition: 2 });
});

test("the partition is the one that the send names, else that of the key, which may be empty", async () => {
  const { producer } = producing({}, { a: 10 });
  const key = "mast-4";
  const ofKey = partitionOfKey(text.encode(key) as Uint8Array, 10);
  const other = (ofKey + 1) % 10;
  expect(await producer.send("0", { key })).toMatchObject({ partition: ofKey });
  expect(await producer.send("1", { key })).toMatchObject({ partition: ofKey });
  expect(await producer.send("2", { key, partition: other })).toMatchObject({ partition: other });
  // Java's murmur2 of no bytes is 275646681, so the partition of 10 is 1.
  for (let index = 0; index < 2; index += 1) {
    expect(await producer.send("3", { key: "" })).toMatchObject({ partition: 1 });
  }
  // A send can name partition 0.
  expect(await producer.send("4", { key, partition: 0 })).toMatchObject({ partition: 0 });
});

test("sends wait in order for the topic's partitions, with one request for all", async () => {
  const { producer, log } = producing();
  let respond = (): void => undefined;
  log.on.metadata = async (...args) => {
    await new Promise<void>((resolve) => (respond = resolve));
    return log.plain.metadata(...args);
  };
  const sends = ["0", "1"].map((value) => producer.send(value));
  await pass(10);
  sends.push(producer.send("2", { partition: 0 }));
  await pass(10);
  respond();
  expect((await Promise.all(sends)).map(({ offset }) => offset)).toEqual([0n, 1n, 2n]);
  expect(valuesOf(log)).toEqual(["0", "1", "2"]);
  expect(log.calls("metadata")).toHaveLength(1);
  await producer.send("3");
  expect(log.calls("metadata")).toHaveLength(1);
});

test("a send to a known partition makes no metadata request", async () => {
  const { producer, log } = producing({}, { a: 3 });
  for (const partition of [1, 1, 0, 2]) await producer.send("0", { partition });
  expect(log.calls("metadata")).toHaveLength(1);
});

test("a send does not overtake one that waits, also when its partition becomes known meanwhile", async () => {
  const { producer, log, responses } = producing();
  await producer.send("before");
  responses.push(refuse("NOT_LEADER_OR_FOLLOWER"));
  watch(producer.send("retried", { partition: 0 }));
  await pass(50);
  // The first request for partition 1 fails, and the next one is due at 150.
  log.topics.set("a", partitionMetadata(2));
  log.on.metadata = async () => [{ topic: "a", error: failure("LEADER_NOT_AVAILABLE") }];
  const first = watch(producer.send("first", { partition: 1 }));
  await pass(10);
  log.on.metadata = log.plain.metadata;
  // At 100 it becomes known, as partition 0 is tried again.
  await pass(50);
  expect(valuesOf(log)).toEqual(["before", "retried"]);
  const second = watch(producer.send("second", { partition: 1 }));
  await pass(50);
  expect([first.value?.offset, second.value?.offset]).toEqual([0n, 1n]);
  expect(valuesOf(log, "a", 1)).toEqual(["first", "second"]);
});

test("a send to a partition that the topic does not have rejects alone, after one more metadata request", async () => {
  const { producer, log } = producing({}, { a: 2 });
  await producer.send("before", { partition: 0 });
  const sends = [
    watch(producer.send("0", { partition: 2 })),
    watch(producer.send("1", { partition: 1 })),
    watch(producer.send("2", { key: null })),
  ];
  await pass(0);
  expect(sends[0]?.error).toBeInstanceOf(TransportError);
  expect(sends).toMatchObject([
    {
      error: {
        message: "topic a has no partition 2, it has 2",
        code: "UNKNOWN_TOPIC_OR_PARTITION",
        retriable: false,
        topic: "a",
        partition: 2,
      },
    },
    { state: "resolved" },
    { state: "resolved" },
  ]);
  expect(log.calls("metadata")).toHaveLength(2);
});

test("a partition that the topic has by now is written without waiting for metadataMaxAgeMs", async () => {
  const { producer, log } = producing({ metadataMaxAgeMs: Infinity });
  await producer.send("0");
  log.topics.set("a", partitionMetadata(2));
  expect(await producer.send("1", { partition: 1 })).toMatchObject({ partition: 1, offset: 0n });
});

test("new partitions are used after metadataMaxAgeMs", async () => {
  const it = producing({ metadataMaxAgeMs: 20 });
  expect(await oneByOne(it, 2)).toEqual([0, 0]);
  it.log.topics.set("a", partitionMetadata(2));
  await pass(21);
  expect(await oneByOne(it, 3)).toEqual([0, 1, 0]);
});

test("a send whose key was transferred while it waited for the topic fails alone", async () => {
  const { producer, log } = producing({}, { a: 2 });
  const key = new Uint8Array([1, 2, 3]);
  const sends = [watch(producer.send("0", { key })), watch(producer.send("1"))];
  structuredClone(key.buffer, { transfer: [key.buffer] });
  await pass(0);
  expect(sends).toMatchObject([{ state: "rejected" }, { state: "resolved", value: { offset: 0n } }]);
  expect(sends[0]?.error).toBeInstanceOf(TypeError);
  expect(sizesOf(log)).toEqual([1]);
});

test("flush sends what lingers in every partition of every topic", async () => {
  const { producer, log } = producing({ lingerMs: 10_000 }, { a: 2, b: 1 });
  await producer.connect();
  const sends = [producer.send("0", { partition: 0 }), producer.send("1", { partition: 1 })];
  sends.push(producer.send("2", { topic: "b" }));
  await pass(0);
  expect(sizesOf(log)).toEqual([]);
  await producer.flush();
  expect(await Promise.all(sends)).toMatchObject([{ topic: "a" }, { topic: "a" }, { topic: "b" }]);
});

test("an error that is not the log's own is passed on as it is", async () => {
  const { producer, log } = producing();
  const reason = new UnsupportedError("no metadata here");
  log.on.metadata = async () => Promise.reject(reason);
  await expect(producer.send("0")).rejects.toBe(reason);
});
