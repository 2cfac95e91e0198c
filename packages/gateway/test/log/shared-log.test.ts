import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

import { atOnce, limits, sharedLog, textsOf, Viewer, writerTo } from "./viewer.ts";

const from = (offset: bigint, partition = 0, topic = "gains") => ({ topic, partition, offset });

test("records that were there before the first viewer are read from the log", async () => {
  const transport = memory();
  const write = await writerTo(transport, [["gains", 1]]);
  await write("gains", ["a", "b", "c"]);
  const viewer = new Viewer(sharedLog(transport));
  const [fetched] = await viewer.fetch([from(1n)]);
  expect(textsOf(fetched)).toEqual(["b", "c"]);
  expect(fetched).toMatchObject({ index: 0, nextOffset: 3n, highWatermark: 3n, skipped: 0 });
});

test("records that come while viewers wait go to all of them, from one fetch", async () => {
  const transport = memory();
  const write = await writerTo(transport, [["gains", 1]]);
  const log = sharedLog(transport);
  const viewers = Array.from({ length: 20 }, () => new Viewer(log));
  await Promise.all(viewers.map((viewer) => viewer.fetch([from(0n)], atOnce)));
  const waiting = viewers.map((viewer) => viewer.fetch([from(0n)]));
  await write("gains", ["a"]);
  for (const [fetched] of await Promise.all(waiting)) expect(textsOf(fetched)).toEqual(["a"]);
  expect(log.counters).toMatchObject({ oldReads: 1, cachedRecords: 20, feeds: 1 });
  expect(log.counters.upstreamFetches).toBeLessThanOrEqual(2);
});

test("a viewer reads on, record by record, over the seam between old reads and the feed", async () => {
  const transport = memory({ nodes: 3 });
  const write = await writerTo(transport, [["gains", 3]]);
  for (const partition of [0, 1, 2]) await write("gains", ["old 1", "old 2"], partition);
  const viewer = new Viewer(sharedLog(transport));
  const seen = ["", "", ""];
  const positions = [0n, 0n, 0n];
  for (let round = 0; round < 5; round++) {
    for (const partition of [0, 1, 2]) await write("gains", [`new ${round}`], partition);
    while (positions.some((position) => position < BigInt(round + 3))) {
      const fetched = await viewer.fetch(
        positions.map((offset, partition) => from(offset, partition)),
        limits,
      );
      for (const one of fetched) {
        if (one.error !== undefined) throw one.error;
        seen[one.index] += textsOf(one).join() + ";";
        positions[one.index] = one.nextOffset;
      }
    }
  }
  const expected = "old 1,old 2,new 0;new 1;new 2;new 3;new 4;";
  expect(seen).toEqual([expected, expected, expected]);
});
