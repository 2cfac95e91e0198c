import { getEventListeners } from "node:events";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { fetch, opened, produce, recordsOf, valuesOf, within } from "./requests.ts";

describe("a fetch", () => {
  test("returns records from the offset on, where to read on, and the end of the log", async () => {
    const { connection } = await opened(1, { firstOffset: 10n });
    await produce(connection, recordsOf("x", "y", "z"));
    const [found] = await fetch(connection, [[0, 11n]], { maxBytes: 1 });
    expect(found).toMatchObject({ topic: "a", partition: 0, nextOffset: 12n, highWatermark: 13n });
    expect(valuesOf(await fetch(connection, [[0, 11n]]))).toEqual([["y", "z"]]);
    expect(await fetch(connection, [[0, 13n]])).toEqual([
      { topic: "a", partition: 0, records: [], nextOffset: 13n, highWatermark: 13n },
    ]);
  });

  test.each([[9n], [14n]])("from %d on of a log of 10 to 12 is out of its range", async (offset) => {
    const { connection } = await opened(1, { firstOffset: 10n });
    await produce(connection, recordsOf("x", "y", "z"));
    expect(await fetch(connection, [[0, offset]])).toMatchObject([
      { topic: "a", partition: 0, error: { code: "OFFSET_OUT_OF_RANGE", retriable: false, topic: "a", partition: 0 } },
    ]);
  });

  test("has a result for each partition; that of an unknown one is an error", async () => {
    const { connection } = await opened(2);
    await produce(connection, recordsOf("x"), 1);
    expect(
      valuesOf(
        await fetch(connection, [
          [2, 0n],
          [1, 0n],
          [0, 0n],
        ]),
      ),
    ).toEqual(["UNKNOWN_TOPIC_OR_PARTITION", ["x"], []]);
  });

  test("returns up to maxBytes in all; the first partition with records gives at least one", async () => {
    const { connection } = await opened(3);
    const key = new Uint8Array(2);
    for (const partition of [1, 2]) {
      await produce(
        connection,
        recordsOf("aa", "bb", "cc").map((record) => ({ ...record, key })),
        partition,
      );
    }
    const all = [
      [0, 0n],
      [1, 0n],
      [2, 0n],
    ] as const;
    const counts = async (limits: object): Promise<number[]> =>
      (await fetch(connection, all, limits)).map((one) => (one.error === undefined ? one.records.length : -1));
    // Each record takes four bytes, two of them its key's.
    expect(await counts({ maxBytes: 1 })).toEqual([0, 1, 0]);
    expect(await counts({ maxBytes: 12 })).toEqual([0, 3, 0]);
    expect(await counts({ maxBytes: 13 })).toEqual([0, 3, 1]);
    expect(await counts({ maxBytes: 20 })).toEqual([0, 3, 2]);
    expect(await counts({ maxBytesPerPartition: 8 })).toEqual([0, 2, 2]);
    expect(await counts({ maxBytes: 16, maxBytesPerPartition: 9 })).toEqual([0, 2, 2]);
  });

  test("returns bytes that belong to the reader", async () => {
    const { connection } = await opened();
    await produce(connection, recordsOf("as it was"));
    const [first] = await fetch(connection, [[0, 0n]]);
    if (first?.error === undefined) first?.records[0]?.value?.fill(0);
    expect(valuesOf(await fetch(connection, [[0, 0n]]))).toEqual([["as it was"]]);
  });
});

describe("a fetch that waits", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  });

  afterEach(() => {
    const left = vi.getTimerCount();
    vi.useRealTimers();
    if (left > 0) throw new Error(`${left} timers are left behind`);
  });

  test("returns no records when its time is up, not before", async () => {
    const { connection } = await opened();
    const answered = vi.fn();
    const waiting = fetch(connection, [[0, 0n]], { maxWaitMs: 300 }).then(answered);
    await vi.advanceTimersByTimeAsync(299);
    expect(answered).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await within(0, waiting);
    expect(answered).toHaveBeenCalledWith([
      { topic: "a", partition: 0, records: [], nextOffset: 0n, highWatermark: 0n },
    ]);
  });

  test("returns a record as soon as there is one, even one without bytes", async () => {
    const { connection } = await opened();
    const waiting = fetch(connection, [[0, 0n]], { maxWaitMs: 60_000 });
    await vi.advanceTimersByTimeAsync(100);
    await produce(connection, recordsOf(null));
    expect(valuesOf(await within(0, waiting))).toEqual([[null]]);
  });

  test("waits for minBytes in all its partitions: keys, values and one byte for each record", async () => {
    const { connection } = await opened(2);
    const answered = vi.fn();
    const limits = { maxWaitMs: 60_000, minBytes: 12 };
    const waiting = fetch(
      connection,
      [
        [0, 0n],
        [1, 0n],
      ],
      limits,
    ).then(answered);
    await produce(connection, [{ key: new Uint8Array(3), value: new Uint8Array(2), headers: [], timestamp: 0 }]);
    await produce(connection, recordsOf("1234"), 1);
    // Six and five.
    await vi.advanceTimersByTimeAsync(1_000);
    expect(answered).not.toHaveBeenCalled();
    await produce(connection, recordsOf(null), 1);
    await within(0, waiting);
    expect(answered).toHaveBeenCalledOnce();
  });

  test("returns what there is when its time is up, even if it is less than minBytes", async () => {
    const { connection } = await opened();
    await produce(connection, recordsOf("x"));
    const waiting = fetch(connection, [[0, 0n]], { maxWaitMs: 50, minBytes: 1_000 });
    await vi.advanceTimersByTimeAsync(50);
    expect(valuesOf(await within(0, waiting))).toEqual([["x"]]);
  });

  test("does not wait for 0 bytes or for 0 ms", async () => {
    const { connection } = await opened();
    expect(valuesOf(await within(0, fetch(connection, [[0, 0n]], { maxWaitMs: 60_000, minBytes: 0 })))).toEqual([[]]);
    expect(valuesOf(await within(0, fetch(connection, [[0, 0n]], { maxWaitMs: 0, minBytes: 1_000 })))).toEqual([[]]);
  });

  test("returns an error at once, beside the records that there are", async () => {
    const { log, connection } = await opened(2);
    const limits = { maxWaitMs: 60_000, minBytes: 1_000 };
    await produce(connection, recordsOf("x"), 1);
    expect(
      valuesOf(
        await fetch(
          connection,
          [
            [7, 0n],
            [1, 0n],
          ],
          limits,
        ),
      ),
    ).toEqual(["UNKNOWN_TOPIC_OR_PARTITION", ["x"]]);
    log.faults.fail("KAFKA_STORAGE_ERROR", { request: "fetch", partition: 0 });
    expect(
      valuesOf(
        await fetch(
          connection,
          [
            [0, 0n],
            [1, 0n],
          ],
          limits,
        ),
      ),
    ).toEqual(["KAFKA_STORAGE_ERROR", ["x"]]);
  });

  test("rejects when its connection is closed, and leaves nothing behind", async () => {
    const { connection } = await opened();
    const failed = fetch(connection, [[0, 0n]], { maxWaitMs: 60_000 });
    await vi.advanceTimersByTimeAsync(100);
    connection.close();
    await expect(within(0, failed)).rejects.toMatchObject({ code: "NETWORK_EXCEPTION" });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("ends when its topic is deleted", async () => {
    const { connection } = await opened();
    const waiting = fetch(connection, [[0, 0n]], { maxWaitMs: 60_000 });
    await connection.deleteTopics(["a"]);
    expect(valuesOf(await within(0, waiting))).toEqual(["UNKNOWN_TOPIC_OR_PARTITION"]);
  });

  test("rejects with its signal's reason when that aborts, and leaves its connection open", async () => {
    const { connection } = await opened();
    const abort = new AbortController();
    const reason = new Error("enough");
    const limits = { maxWaitMs: 60_000, minBytes: 1, maxBytes: 1_000, maxBytesPerPartition: 1_000 };
    const wanted = [{ topic: "a", partition: 0, offset: 0n }];
    const aborted = connection.fetch(1, wanted, limits, { signal: abort.signal });
    const other = connection.fetch(1, wanted, limits, { signal: new AbortController().signal });
    await vi.advanceTimersByTimeAsync(100);
    abort.abort(reason);
    await expect(within(0, aborted)).rejects.toBe(reason);
    expect(getEventListeners(abort.signal, "abort")).toEqual([]);
    await produce(connection, recordsOf("x"));
    expect(valuesOf(await within(0, other))).toEqual([["x"]]);
    expect(valuesOf(await within(0, connection.fetch(1, wanted, limits)))).toEqual([["x"]]);
  });

  test("rejects with its signal's reason when that has aborted before, and touches no fault", async () => {
    const { log, connection } = await opened();
    log.faults.fail("KAFKA_STORAGE_ERROR", { request: "fetch", times: 1 });
    const reason = new Error("enough");
    const limits = { maxWaitMs: 60_000, minBytes: 1, maxBytes: 1_000, maxBytesPerPartition: 1_000 };
    const wanted = [{ topic: "a", partition: 0, offset: 0n }];
    const signal = AbortSignal.abort(reason);
    await expect(within(0, connection.fetch(1, wanted, limits, { signal }))).rejects.toBe(reason);
    expect(valuesOf(await within(0, connection.fetch(1, wanted, limits)))).toEqual(["KAFKA_STORAGE_ERROR"]);
  });

  test("rejects with its signal's reason also while a fault keeps back the response", async () => {
    const { log, connection } = await opened();
    log.faults.hang({ request: "fetch", times: 1 });
    const abort = new AbortController();
    const limits = { maxWaitMs: 0, minBytes: 1, maxBytes: 1_000, maxBytesPerPartition: 1_000 };
    const hung = connection.fetch(1, [{ topic: "a", partition: 0, offset: 0n }], limits, { signal: abort.signal });
    abort.abort("enough");
    await expect(within(0, hung)).rejects.toBe("enough");
  });
});
