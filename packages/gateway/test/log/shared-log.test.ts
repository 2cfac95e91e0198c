import { memory } from "@dataqueues/transport-memory";
import { expect, test, vi } from "vitest";

import { SharedLog } from "../../src/log/shared-log.ts";
import { atOnce, counted, limits, sharedLog, textsOf, Viewer, writerTo } from "./viewer.ts";

const from = (offset: bigint, partition = 0, topic = "gains") => ({ topic, partition, offset });

/** Waits long enough that only new records, or an error, end it. */
const patient = { ...limits, maxWaitMs: 20_000 };

test("records that were there before the first viewer are read from the log", async () => {
  const transport = memory();
  const write = await writerTo(transport, [["gains", 1]]);
  await write("gains", ["a", "b", "c"]);
  const viewer = new Viewer(sharedLog(transport));
  const [fetched] = await viewer.fetch([from(1n)]);
  expect(textsOf(fetched)).toEqual(["b", "c"]);
  expect(fetched).toMatchObject({ index: 0, nextOffset: 3n, highWatermark: 3n, skipped: 0 });
  expect(viewer.readBytes).toBe(fetched?.error === undefined ? fetched?.records.bytes : 0);
});

test("records that come while viewers wait go to all of them, from one fetch", async () => {
  const transport = memory();
  const write = await writerTo(transport, [["gains", 1]]);
  const log = sharedLog(transport);
  const viewers = Array.from({ length: 20 }, () => new Viewer(log));
  await Promise.all(viewers.map((viewer) => viewer.fetch([from(0n)], atOnce)));
  const waiting = viewers.map((viewer) => viewer.fetch([from(0n)], patient));
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
      const fetched = await viewer.fetch(positions.map((offset, partition) => from(offset, partition)));
      for (const one of fetched) {
        if (one.error !== undefined) throw one.error;
        seen[one.index] += `${textsOf(one).join()};`;
        positions[one.index] = one.nextOffset;
      }
    }
  }
  const expected = "old 1,old 2,new 0;new 1;new 2;new 3;new 4;";
  expect(seen).toEqual([expected, expected, expected]);
});

test("a partition that is added while the log waits for others is read at once", async () => {
  const transport = memory();
  const write = await writerTo(transport, [["gains", 2]]);
  const log = sharedLog(transport, { maxWaitMs: 600_000 });
  const waiting = new Viewer(log).fetch([from(0n, 0)], { ...limits, maxWaitMs: 300 });
  const second = new Viewer(log).fetch([from(0n, 1)], patient);
  await vi.waitFor(() => expect(log.counters.feeds).toBe(2), { timeout: 10_000 });
  await write("gains", ["a"], 1);
  expect(textsOf((await second)[0])).toEqual(["a"]);
  expect(textsOf((await waiting)[0])).toEqual([]);
});

test("a fetch that is cancelled is answered at once, with what there is", async () => {
  const transport = memory();
  const write = await writerTo(transport, [["gains", 1]]);
  await write("gains", ["a"]);
  const viewer = new Viewer(sharedLog(transport));
  const fetching = viewer.fetch([from(0n)], { ...patient, minBytes: 1_000_000 });
  await vi.waitFor(() => expect(viewer.readBytes).toBeGreaterThan(0), { timeout: 10_000 });
  viewer.cancel();
  expect(textsOf((await fetching)[0])).toEqual(["a"]);
});

test("only the newest record is given where a viewer wants no others, and the rest is counted", async () => {
  const transport = memory();
  const write = await writerTo(transport, [["gains", 1]]);
  await write("gains", ["a"]);
  const log = sharedLog(transport, { cacheBytesPartition: 4_096 });
  const viewer = new Viewer(log);
  await viewer.fetch([from(0n)]);
  for (const text of ["b", "c", "d"]) await write("gains", [text]);
  await vi.waitFor(async () => expect((await viewer.fetch([from(4n)], atOnce))[0]).toMatchObject({ nextOffset: 4n }), {
    timeout: 10_000,
  });
  const [fetched] = await viewer.fetch([from(1n)], { ...limits, latest: "partition" });
  expect(textsOf(fetched)).toEqual(["d"]);
  expect(fetched).toMatchObject({ nextOffset: 4n, skipped: 2 });
  expect(log.counters.skippedRecords).toBe(2);
  const none = await viewer.fetch([from(4n)], { ...atOnce, latest: "partition" });
  expect(none).toMatchObject([{ nextOffset: 4n, skipped: 0, records: { count: 0 } }]);
});

test("who wants the newest record only is not sent back to what the cache has forgotten", async () => {
  const transport = memory();
  const write = await writerTo(transport, [["gains", 1]]);
  const log = sharedLog(transport, { cacheBytesPartition: 1_000 });
  const viewer = new Viewer(log);
  await viewer.fetch([from(0n)], atOnce);
  const texts = Array.from({ length: 50 }, (_, index) => `record ${index}`);
  await write("gains", texts);
  await vi.waitFor(
    async () => expect((await viewer.fetch([from(50n)], atOnce))[0]).toMatchObject({ nextOffset: 50n }),
    { timeout: 10_000 },
  );
  const before = log.counters.oldReads;
  const [fetched] = await viewer.fetch([from(3n)], { ...limits, latest: "partition" });
  expect(textsOf(fetched)).toEqual(["record 49"]);
  expect(fetched).toMatchObject({ nextOffset: 50n, skipped: 46 });
  expect(log.counters.oldReads).toBe(before);
});

test("a partition whose old records take long does not hold up one that has new ones", async () => {
  const transport = memory();
  const write = await writerTo(transport, [["gains", 2]]);
  await write("gains", ["old"], 1);
  const viewer = new Viewer(sharedLog(transport));
  await viewer.fetch([from(0n)], atOnce);
  const release = transport.faults.hang({ request: "fetch", partition: 1 });
  const fetching = viewer.fetch([from(0n, 1), from(0n, 0)], patient);
  await write("gains", ["new"], 0);
  const fetched = await fetching;
  expect(fetched.map((one) => [one.index, ...textsOf(one)])).toEqual([[1, "new"]]);
  release();
});

test("a loop over one old record reaches the log once, whoever asks", async () => {
  const transport = memory();
  const write = await writerTo(transport, [["gains", 1]]);
  await write("gains", ["a", "b", "c"]);
  const log = sharedLog(transport);
  const one = { ...limits, maxBytesPerPartition: 1 };
  for (let round = 0; round < 50; round++) {
    const both = await Promise.all([new Viewer(log).fetch([from(1n)], one), new Viewer(log).fetch([from(1n)], one)]);
    for (const [fetched] of both) {
      expect(textsOf(fetched)).toEqual(["b"]);
      expect(fetched).toMatchObject({ nextOffset: 2n });
    }
  }
  expect(log.counters).toMatchObject({ oldReads: 1, cachedRecords: 99 });
});

test("an offset that is not there any more is told, and asking for it again costs nothing", async () => {
  const inner = memory();
  const { transport, counts } = counted(inner);
  const write = await writerTo(inner, [["gains", 1]]);
  await write("gains", ["a", "b", "c"]);
  inner.truncate("gains", 0, { before: 2n });
  const viewer = new Viewer(sharedLog(transport));
  for (let round = 0; round < 20; round++) {
    expect(await viewer.fetch([from(0n)])).toMatchObject([{ index: 0, error: { code: "OFFSET_OUT_OF_RANGE" } }]);
  }
  expect(counts.get("fetch")).toBe(1);
  expect(counts.get("listOffsets")).toBe(1);
  expect(textsOf((await viewer.fetch([from(2n)]))[0])).toEqual(["c"]);
});

test("an offset after the end is told, and found once a record has it", async () => {
  const transport = memory();
  const write = await writerTo(transport, [["gains", 1]]);
  const viewer = new Viewer(sharedLog(transport));
  expect(await viewer.fetch([from(1n)])).toMatchObject([{ error: { code: "OFFSET_OUT_OF_RANGE" } }]);
  await write("gains", ["a", "b"]);
  expect(textsOf((await viewer.fetch([from(1n)]))[0])).toEqual(["b"]);
});

test("viewers who wait are told when the log has lost what it had, and read on from where they say", async () => {
  const transport = memory();
  const write = await writerTo(transport, [["gains", 1]]);
  await write("gains", ["a", "b", "lost 1", "lost 2"]);
  const viewer = new Viewer(sharedLog(transport));
  await viewer.fetch([from(0n)]);
  const waiting = viewer.fetch([from(4n)], patient);
  await vi.waitFor(() => expect(viewer.log.counters.feeds).toBe(1), { timeout: 10_000 });
  transport.truncate("gains", 0, { from: 2n });
  expect(await waiting).toMatchObject([{ error: { code: "OFFSET_OUT_OF_RANGE" } }]);
  await write("gains", ["c", "d", "e"]);
  // What was read before is forgotten with the leader that had it.
  transport.moveLeader("gains", 0, 1);
  await vi.waitFor(async () => expect(textsOf((await viewer.fetch([from(2n)]))[0])).toEqual(["c", "d", "e"]), {
    timeout: 10_000,
  });
});

test("a feed that goes on under another leader does not tell what the one before had", async () => {
  const transport = memory({ nodes: 2 });
  const write = await writerTo(transport, [["gains", 1]]);
  const log = sharedLog(transport, { metadataMaxAgeMs: 600_000 });
  const viewer = new Viewer(log);
  await viewer.fetch([from(0n)], atOnce);
  await write("gains", ["a", "b lost"]);
  expect(textsOf((await viewer.fetch([from(0n)]))[0])).toEqual(["a", "b lost"]);
  transport.moveLeader("gains", 0, 2);
  transport.truncate("gains", 0, { from: 1n });
  await write("gains", ["b", "c"]);
  expect(textsOf((await viewer.fetch([from(2n)], patient))[0])).toEqual(["c"]);
  expect(textsOf((await viewer.fetch([from(0n)], patient))[0])).toEqual(["a", "b", "c"]);
});

test("a topic that was deleted and made again is another one: nothing of the old one is told", async () => {
  const transport = memory();
  const write = await writerTo(transport, [["gains", 1]]);
  const log = sharedLog(transport, { metadataMaxAgeMs: 50, questionIntervalMs: 10 });
  const viewer = new Viewer(log);
  await write("gains", ["old a", "old b"]);
  await viewer.fetch([from(0n)]);
  const waiting = viewer.fetch([from(2n)], patient);
  const admin = await transport.open("admin");
  await admin.deleteTopics(["gains"]);
  const [told] = await waiting;
  expect(told?.error?.code).toBe("UNKNOWN_TOPIC_OR_PARTITION");
  await admin.createTopics([{ topic: "gains", partitions: 1 }]);
  await write("gains", ["new a", "new b", "new c"]);
  await vi.waitFor(
    async () => expect(textsOf((await viewer.fetch([from(0n)]))[0])).toEqual(["new a", "new b", "new c"]),
    { timeout: 10_000 },
  );
});

test("a topic that is made again unseen, with as many records, is noticed by its id", async () => {
  const transport = memory();
  const write = await writerTo(transport, [["gains", 1]]);
  const log = sharedLog(transport, { metadataMaxAgeMs: 50, questionIntervalMs: 10 });
  const viewer = new Viewer(log);
  await viewer.fetch([from(0n)], atOnce);
  await write("gains", ["old a", "old b"]);
  expect(textsOf((await viewer.fetch([from(0n)]))[0])).toEqual(["old a", "old b"]);
  const admin = await transport.open("admin");
  const recreated = [admin.deleteTopics(["gains"]), admin.createTopics([{ topic: "gains", partitions: 1 }])];
  await Promise.all(recreated);
  await write("gains", ["new a", "new b", "new c"]);
  await vi.waitFor(
    async () => expect(textsOf((await viewer.fetch([from(0n)]))[0])).toEqual(["new a", "new b", "new c"]),
    { timeout: 10_000 },
  );
});

test("a partition without a leader is told as such, and read on when it has one", async () => {
  const transport = memory();
  const write = await writerTo(transport, [["gains", 2]]);
  const viewer = new Viewer(sharedLog(transport));
  await viewer.fetch([from(0n)], atOnce);
  const waiting = viewer.fetch([from(0n)], patient);
  transport.moveLeader("gains", 0, -1);
  expect(await waiting).toMatchObject([{ error: { code: "LEADER_NOT_AVAILABLE" } }]);
  await write("gains", ["a"], 1);
  const [other] = await viewer.fetch([from(0n, 1)]);
  expect(textsOf(other)).toEqual(["a"]);
  transport.moveLeader("gains", 0, 1);
  await write("gains", ["b"], 0);
  await vi.waitFor(async () => expect(textsOf((await viewer.fetch([from(0n)], patient))[0])).toEqual(["b"]), {
    timeout: 10_000,
  });
});

test("offsets that are out of range, another one each time, reach the log no more than its two ends do", async () => {
  const transport = memory({ firstOffset: 5n });
  const write = await writerTo(transport, [["gains", 1]]);
  await write("gains", ["a", "b"]);
  const log = sharedLog(transport, { questionIntervalMs: 1 });
  const viewers = Array.from({ length: 8 }, () => new Viewer(log));
  const fetchFrom = (first: bigint): Promise<unknown[]> =>
    Promise.all(viewers.map((viewer, at) => viewer.fetch([from(first + BigInt(at % 4))], patient)));
  const outOfRange = viewers.map(() => [{ error: { code: "OFFSET_OUT_OF_RANGE" } }]);
  expect(await fetchFrom(100n)).toMatchObject(outOfRange);
  const reads = log.counters.oldReads;
  for (const first of [110n, 0n, 120n, 1n]) expect(await fetchFrom(first)).toMatchObject(outOfRange);
  expect(log.counters.oldReads).toBe(reads);
  await write("gains", ["c"]);
  const [viewer] = viewers;
  expect(textsOf((await viewer?.fetch([from(5n)], patient))?.[0])).toEqual(["a", "b", "c"]);
});

test("a lost connection is opened again, and viewers who wait get what comes then", async () => {
  const transport = memory();
  const write = await writerTo(transport, [["gains", 1]]);
  const viewer = new Viewer(sharedLog(transport, { reconnectBackoffMs: 1 }));
  await viewer.fetch([from(0n)], atOnce);
  const waiting = viewer.fetch([from(0n)], patient);
  await vi.waitFor(() => expect(viewer.log.counters.upstreamFetches).toBe(1), { timeout: 10_000 });
  const refused = transport.faults.refuse({ times: 3 });
  transport.faults.disconnect();
  refused();
  const write2 = await transport.open("write");
  const record = { key: null, value: new TextEncoder().encode("a"), headers: [], timestamp: 0 };
  const batch = { topic: "gains", partition: 0, records: [record], baseSequence: 0 };
  await write2.produce(1, [batch], { acks: -1, timeoutMs: 1_000, compression: "none" });
  expect(textsOf((await waiting)[0])).toEqual(["a"]);
  await expect(write("gains", ["b"])).rejects.toThrow();
});

test("an error that lasts is told to those who wait", async () => {
  const transport = memory();
  await writerTo(transport, [["gains", 1]]);
  const viewer = new Viewer(sharedLog(transport));
  await viewer.fetch([from(0n)], atOnce);
  transport.faults.fail("TOPIC_AUTHORIZATION_FAILED", { request: "fetch" });
  expect(await viewer.fetch([from(0n)], patient)).toMatchObject([{ error: { code: "TOPIC_AUTHORIZATION_FAILED" } }]);
});

test("a fetch that ended while it waited for its budget reads nothing", async () => {
  const transport = memory();
  const write = await writerTo(transport, [
    ["gains", 1],
    ["other", 1],
  ]);
  await write("gains", ["a"]);
  await write("other", ["b"]);
  const log = sharedLog(transport);
  const leave = new AbortController();
  const allowed = Promise.withResolvers<void>();
  const asking = vi.fn<() => Promise<void>>(() => allowed.promise);
  const oldReads = { allow: asking, read: vi.fn<(bytes: number) => void>() };
  const fetched = log.fetch([from(0n)], patient, { signal: leave.signal, oldReads });
  await vi.waitFor(() => expect(asking).toHaveBeenCalled(), { timeout: 10_000 });
  leave.abort();
  expect(await fetched).toEqual([]);
  allowed.resolve();
  // Whatever it would ask the log for has been asked for once another viewer has an answer.
  expect(textsOf((await new Viewer(log).fetch([{ topic: "other", partition: 0, offset: 0n }]))[0])).toEqual(["b"]);
  expect(log.counters.oldReads).toBe(1);
});

test("what is read from the log is within what the viewer is allowed, and he is told how much it was", async () => {
  const transport = memory();
  const write = await writerTo(transport, [["gains", 1]]);
  await write("gains", ["a"]);
  const log = sharedLog(transport);
  const refused = new Error("over its budget");
  const signal = new AbortController().signal;
  const read = vi.fn<(bytes: number) => void>();
  const oldReads = { allow: () => Promise.reject(refused), read };
  await expect(log.fetch([from(0n)], limits, { signal, oldReads })).rejects.toBe(refused);
  expect(log.counters.oldReads).toBe(0);
  expect(read).not.toHaveBeenCalled();
});

test("the caches keep to their bounds, and what they lost is read from the log again", async () => {
  const transport = memory();
  const write = await writerTo(transport, [["gains", 4]]);
  const bounds = { cacheBytesPartition: 20_000, cacheBytes: 50_000, cacheBytesOldReads: 10_000 };
  const log = sharedLog(transport, { ...bounds, feedLingerMs: 600_000 });
  const viewer = new Viewer(log);
  const partitions = [0, 1, 2, 3];
  await viewer.fetch(
    partitions.map((partition) => from(0n, partition)),
    atOnce,
  );
  expect(log.counters.feeds).toBe(4);
  for (let round = 0; round < 20; round++) {
    for (const partition of partitions) await write("gains", Array(10).fill("x".repeat(300)), partition);
    expect(log.counters.cachedBytes).toBeLessThanOrEqual(60_000);
  }
  // All has arrived, and the caches are full.
  await vi.waitFor(() => expect(log.counters.upstreamBytes).toBeGreaterThan(4 * 200 * 300), { timeout: 10_000 });
  expect(log.counters.cachedBytes).toBeGreaterThan(40_000);
  expect(log.counters.cachedBytes).toBeLessThanOrEqual(60_000);
  for (const partition of partitions) {
    let count = 0;
    for (let offset = 0n; offset < 200n;) {
      const [fetched] = await viewer.fetch([from(offset, partition)], { ...limits, maxBytesPerPartition: 5_000 });
      if (fetched === undefined || fetched.error !== undefined) throw fetched?.error ?? new Error("no answer");
      count += fetched.records.count;
      offset = fetched.nextOffset;
      expect(log.counters.cachedBytes).toBeLessThanOrEqual(60_000);
    }
    expect(count).toBe(200);
  }
});

test("a partition is not read any more a while after the last viewer has gone", async () => {
  const transport = memory();
  const write = await writerTo(transport, [["gains", 1]]);
  const log = sharedLog(transport, { feedLingerMs: 30, maxWaitMs: 10 });
  await new Viewer(log).fetch([from(0n)], atOnce);
  await vi.waitFor(() => expect(log.counters.feeds).toBe(0), { timeout: 10_000 });
  const before = log.counters.upstreamFetches;
  await write("gains", ["a"]);
  expect(textsOf((await new Viewer(log).fetch([from(0n)]))[0])).toEqual(["a"]);
  expect(before).toBeGreaterThan(0);
});

test("closing ends the fetches that wait, and all that comes later", async () => {
  const transport = memory();
  await writerTo(transport, [["gains", 1]]);
  const log = new SharedLog(transport);
  const viewer = new Viewer(log);
  const waiting = viewer.fetch([from(0n)], patient).catch((error: unknown) => error);
  log.close();
  expect(await waiting).toMatchObject({ code: "CLOSED" });
  log.close();
  const closed = { code: "CLOSED" };
  await expect(viewer.fetch([from(0n)])).rejects.toMatchObject(closed);
  await expect(log.metadata(["gains"])).rejects.toMatchObject(closed);
  await expect(log.listOffsets([{ topic: "gains", partition: 0, at: "latest" }])).rejects.toMatchObject(closed);
  await expect(log.initProducerId()).rejects.toMatchObject(closed);
  await expect(log.admin({ request: "deleteTopics", specs: ["gains"] })).rejects.toMatchObject(closed);
  const produced = log.produce([], { acks: -1, timeoutMs: 1_000, compression: "none" });
  await expect(produced).rejects.toMatchObject(closed);
});

test("isReachable says whether the log answered last time", async () => {
  const transport = memory();
  const end = transport.faults.refuse();
  const log = sharedLog(transport, { reconnectBackoffMs: 1, reconnectBackoffMaxMs: 1 });
  await expect(log.metadata(["gains"])).rejects.toMatchObject({ code: "NETWORK_EXCEPTION" });
  expect(log.isReachable).toBe(false);
  end();
  await log.metadata(["gains"]);
  expect(log.isReachable).toBe(true);
});

test.each([
  ["cacheBytes", 0],
  ["cacheBytesPartition", 1.5],
  ["cacheBytesOldReads", -1],
  ["feedLingerMs", Infinity],
  ["metadataMaxAgeMs", 0],
  ["questionIntervalMs", Number.NaN],
  ["maxWaitMs", Infinity],
  ["requestTimeoutMs", "1"],
  ["onEvent", 1],
])("%s of %s is refused by name", (name, value) => {
  const make = (): SharedLog => new SharedLog(memory(), { [name]: value });
  expect(make).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT", message: expect.stringContaining(name) }));
});
