import { expect, test } from "vitest";

import { pass, useFakeClock } from "../fake-clock.ts";
import { failure, ScriptedLog } from "../scripted-log.ts";
import { consuming, loopOver } from "./consuming.ts";

useFakeClock({ atMs: 5_000 });

test("positions are those of the next record to deliver, with end and lag, and without a request", async () => {
  const log = new ScriptedLog({ a: 2 });
  log.append("a", 0, "0", "1", "2");
  const { consumer } = consuming(log);
  expect(consumer.positions()).toEqual([]);
  const loop = loopOver(consumer);
  await loop.next();
  await pass(0);
  const requests = log.requests.length;
  expect(consumer.positions()).toEqual([
    { topic: "a", partition: 0, position: 1n, end: 3n, lag: 2n },
    { topic: "a", partition: 1, position: 0n, end: 0n, lag: 0n },
  ]);
  await loop.next();
  await loop.next();
  expect(consumer.positions()[0]).toEqual({ topic: "a", partition: 0, position: 3n, end: 3n, lag: 0n });
  expect(log.requests).toHaveLength(requests);
  await consumer.close();
});

test("before the first fetch there is a position but no end", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0");
  log.on.fetch = () => new Promise(() => undefined);
  const { consumer } = consuming(log);
  await consumer.connect();
  expect(consumer.positions()).toEqual([{ topic: "a", partition: 0, position: 0n, end: undefined, lag: undefined }]);
  await consumer.close();
});

test("a partition whose start is not known yet has no position and no lag", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.on.listOffsets = async (_leader, queries) =>
    queries.map(({ topic, partition }) => ({ topic, partition, error: failure("LEADER_NOT_AVAILABLE") }));
  const { consumer } = consuming(log);
  await consumer.connect();
  expect(consumer.positions()).toEqual([
    { topic: "a", partition: 0, position: undefined, end: undefined, lag: undefined },
  ]);
  await consumer.close();
});

test("a position beyond the end, as after records were cut off, has no negative lag", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.on.fetch = async (_leader, [query]) => [
    { topic: "a", partition: 0, records: [], nextOffset: query?.offset ?? 0n, highWatermark: 4n },
  ];
  const { consumer } = consuming(log, { from: [["a", 0, 9n]] });
  await consumer.connect();
  await pass(0);
  expect(consumer.positions()).toEqual([{ topic: "a", partition: 0, position: 9n, end: 4n, lag: 0n }]);
  await consumer.close();
});
