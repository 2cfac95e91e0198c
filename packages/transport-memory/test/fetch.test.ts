import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { fetch, opened, produce, recordsOf, valuesOf, within } from "./requests.ts";

describe("a fetch", () => {
  test("gives records from the offset on, where to read on, and the end of the log", async () => {
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

  test("answers for each partition, an unknown one by its error", async () => {
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

  test("takes as much as maxBytes in all: the first partition with records gives at least one", async () => {
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

  test("gives bytes of the reader's own", async () => {
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

  test("answers with nothing when its time is up, not before", async () => {
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

  test("answers with a record as soon as it is there, also one without bytes", async () => {
    const { connection } = await opened();
    const waiting = fetch(connection, [[0, 0n]], { maxWaitMs: 60_000 });
    await vi.advanceTimersByTimeAsync(100);
    await produce(connection, recordsOf(null));
    expect(valuesOf(await within(0, waiting))).toEqual([[null]]);
  });

  test("waits for minBytes, keys and values and one for each record, of all its partitions", async () => {
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

  test("answers when its time is up with what there is, though it is less than minBytes", async () => {
    const { connection } = await opened();
    await produce(connection, recordsOf("x"));
    const waiting = fetch(connection, [[0, 0n]], { maxWaitMs: 50, minBytes: 1_000 });
    await vi.advanceTimersByTimeAsync(50);
    expect(valuesOf(await within(0, waiting))).toEqual([["x"]]);
  });

  test("does not wait for 0 bytes, nor for no time", async () => {
    const { connection } = await opened();
    expect(valuesOf(await within(0, fetch(connection, [[0, 0n]], { maxWaitMs: 60_000, minBytes: 0 })))).toEqual([[]]);
    expect(valuesOf(await within(0, fetch(connection, [[0, 0n]], { maxWaitMs: 0, minBytes: 1_000 })))).toEqual([[]]);
  });

  test("answers at once with an error, beside what there is", async () => {
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

  test("ends with its connection, and leaves nothing behind", async () => {
    const { connection } = await opened();
    const failed = fetch(connection, [[0, 0n]], { maxWaitMs: 60_000 });
    await vi.advanceTimersByTimeAsync(100);
    connection.close();
    await expect(within(0, failed)).rejects.toMatchObject({ code: "NETWORK_EXCEPTION" });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is told of a topic that is deleted", async () => {
    const { connection } = await opened();
    const waiting = fetch(connection, [[0, 0n]], { maxWaitMs: 60_000 });
    await connection.deleteTopics(["a"]);
    expect(valuesOf(await within(0, waiting))).toEqual(["UNKNOWN_TOPIC_OR_PARTITION"]);
  });
});
