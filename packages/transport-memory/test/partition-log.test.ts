import type { ProduceBatch, ProducerIdAndEpoch, ProducerRecord } from "@dataqueues/core";
import { describe, expect, test } from "vitest";

import { PartitionLog } from "../src/partition-log.ts";

/** A record whose value has so many bytes. */
function record(bytes = 1, rest: Partial<ProducerRecord> = {}): ProducerRecord {
  return { key: null, value: new Uint8Array(bytes), headers: [], timestamp: 0, ...rest };
}

function batch(count: number, baseSequence = 0, identity?: ProducerIdAndEpoch): ProduceBatch {
  return { topic: "a", partition: 0, records: Array.from({ length: count }, () => record()), baseSequence, identity };
}

/** A partition with records of so many bytes each, from an offset on. */
function logOf(sizes: readonly number[], firstOffset = 0n): PartitionLog {
  const log = new PartitionLog(1, firstOffset);
  log.append({ ...batch(0), records: sizes.map((bytes) => record(bytes)) });
  return log;
}

const offsetsOf = (log: PartitionLog, from = log.logStartOffset, maxBytes = 1_000): bigint[] =>
  log.read(from, maxBytes).map(({ offset }) => offset);

describe("records of a partition", () => {
  test("have consecutive offsets, from the first offset on", () => {
    const log = new PartitionLog(1, 1_000n);
    expect([log.leader, log.logStartOffset, log.logEndOffset]).toEqual([1, 1_000n, 1_000n]);
    expect(log.append(batch(2))).toEqual({ baseOffset: 1_000n });
    expect(log.append(batch(1))).toEqual({ baseOffset: 1_002n });
    expect([log.logStartOffset, log.logEndOffset, offsetsOf(log)]).toEqual([1_000n, 1_003n, [1_000n, 1_001n, 1_002n]]);
  });

  test("are read from any of their offsets on", () => {
    const log = logOf([1, 1, 1], 10n);
    expect([10n, 11n, 12n, 13n].map((from) => offsetsOf(log, from).length)).toEqual([3, 2, 1, 0]);
    expect(offsetsOf(log, 11n)).toEqual([11n, 12n]);
  });

  test.each([
    [8, 2],
    [9, 2],
    [11, 2],
    [12, 3],
    [7, 1],
    [4, 1],
    // The first comes whole, whatever the limit.
    [3, 1],
    [1, 1],
    [0, 1],
  ])("of 4 bytes each are read up to a limit of %d: %d", (maxBytes, count) => {
    expect(logOf([4, 4, 4]).read(0n, maxBytes)).toHaveLength(count);
  });

  test("count with their keys and values towards the limit", () => {
    const log = new PartitionLog(1, 0n);
    const key = new Uint8Array(3);
    log.append({ ...batch(0), records: [record(1, { key }), record(0, { key, value: null }), record(1)] });
    expect([4, 6, 7, 8].map((maxBytes) => log.read(0n, maxBytes).length)).toEqual([1, 1, 2, 3]);
  });

  test("that do not fit wait for the next fetch, even those without bytes", () => {
    expect(logOf([4, 0, 0]).read(0n, 4)).toHaveLength(1);
    expect(logOf([4, 0, 0]).read(0n, 5)).toHaveLength(3);
  });

  test("come back as they were sent, in bytes that belong to the reader", () => {
    const log = new PartitionLog(1, 0n);
    const sent = {
      key: Uint8Array.of(1),
      value: Uint8Array.of(2),
      headers: [
        ["a", Uint8Array.of(3)],
        ["a", null],
      ] as const,
      timestamp: 5,
    };
    log.append({ ...batch(0), records: [sent] });
    const [read] = log.read(0n, 100);
    expect(read).toEqual({ ...sent, offset: 0n });
    read?.key?.fill(9);
    read?.value?.fill(9);
    read?.headers[0]?.[1]?.fill(9);
    expect(log.read(0n, 100)).toEqual([{ ...sent, offset: 0n }]);
  });

  test("may have neither key nor value", () => {
    const log = new PartitionLog(1, 0n);
    log.append({ ...batch(0), records: [record(0, { value: null })] });
    expect(log.read(0n, 100)).toEqual([{ key: null, value: null, headers: [], timestamp: 0, offset: 0n }]);
  });

  test("are found by time: the first at or after it", () => {
    const log = new PartitionLog(1, 7n);
    log.append({ ...batch(0), records: [10, 30, 20].map((timestamp) => record(1, { timestamp })) });
    expect([0, 10, 11, 30, 31].map((time) => log.offsetAt(time))).toEqual([7n, 7n, 8n, 8n, -1n]);
  });
});

describe("what is dropped", () => {
  test.each([
    [9n, 10n, 13n],
    [10n, 10n, 13n],
    [11n, 11n, 13n],
    [13n, 13n, 13n],
    // Kafka's log, too, may start again at any offset.
    [20n, 20n, 20n],
  ])("before offset %d of 10 to 12 leaves %d up to %d", (before, first, end) => {
    const log = logOf([1, 1, 1], 10n);
    log.dropBefore(before);
    expect([log.logStartOffset, log.logEndOffset]).toEqual([first, end]);
    expect(log.append(batch(1))).toEqual({ baseOffset: end });
    expect(offsetsOf(log)[0]).toBe(first);
  });

  test.each([
    [14n, 13n],
    [13n, 13n],
    [12n, 12n],
    [10n, 10n],
    [5n, 10n],
  ])("from offset %d on leaves 10 up to %d", (from, end) => {
    const log = logOf([1, 1, 1], 10n);
    log.dropFrom(from);
    expect([log.logStartOffset, log.logEndOffset]).toEqual([10n, end]);
    expect(log.append(batch(1))).toEqual({ baseOffset: end });
  });
});

describe("a producer's batches", () => {
  const me = { producerId: 7n, producerEpoch: 1 };
  const refused = { code: "OUT_OF_ORDER_SEQUENCE_NUMBER" };

  test("follow each other without a gap", () => {
    const log = new PartitionLog(1, 0n);
    expect(log.append(batch(3, 0, me))).toEqual({ baseOffset: 0n });
    expect(log.append(batch(1, 4, me))).toEqual(refused);
    expect(log.append(batch(1, 2, me))).toEqual(refused);
    expect(log.append(batch(1, 3, me))).toEqual({ baseOffset: 3n });
    expect(log.logEndOffset).toBe(4n);
  });

  test("are recognised when they are sent again, each of the last five, and not written twice", () => {
    const log = new PartitionLog(1, 100n);
    for (let sequence = 0; sequence < 12; sequence += 2) log.append(batch(2, sequence, me));
    expect(log.logEndOffset).toBe(112n);
    // Six were written: the first is forgotten.
    expect(log.append(batch(2, 0, me))).toEqual(refused);
    expect([2, 4, 6, 8, 10].map((sequence) => log.append(batch(2, sequence, me)))).toEqual(
      [102n, 104n, 106n, 108n, 110n].map((baseOffset) => ({ baseOffset })),
    );
    expect(log.logEndOffset).toBe(112n);
    // The same sequence with another count is another batch.
    expect(log.append(batch(1, 10, me))).toEqual(refused);
  });

  test("count on from 0 after 2 ** 31 - 1", () => {
    const log = new PartitionLog(1, 0n);
    log.append(batch(4, 2 ** 31 - 2, me));
    expect(log.append(batch(1, 1, me))).toEqual(refused);
    expect(log.append(batch(1, 2, me))).toEqual({ baseOffset: 4n });
    const full = new PartitionLog(1, 0n);
    full.append(batch(2, 2 ** 31 - 2, me));
    expect(full.append(batch(1, 0, me))).toEqual({ baseOffset: 2n });
  });

  test("of an older epoch are refused", () => {
    const log = new PartitionLog(1, 0n);
    log.append(batch(1, 0, me));
    expect(log.append(batch(1, 1, { ...me, producerEpoch: 0 }))).toEqual({ code: "INVALID_PRODUCER_EPOCH" });
    expect(log.append(batch(1, 1, me))).toEqual({ baseOffset: 1n });
  });

  test("of a newer epoch start again at 0, and are new batches", () => {
    const log = new PartitionLog(1, 0n);
    log.append(batch(1, 0, me));
    const next = { ...me, producerEpoch: 2 };
    expect(log.append(batch(1, 1, next))).toEqual(refused);
    expect(log.append(batch(1, 0, next))).toEqual({ baseOffset: 1n });
    expect(log.append(batch(1, 0, next))).toEqual({ baseOffset: 1n });
    expect(log.append(batch(1, 1, next))).toEqual({ baseOffset: 2n });
    expect(log.append(batch(1, 1, me))).toEqual({ code: "INVALID_PRODUCER_EPOCH" });
  });

  test("are each producer's own", () => {
    const log = new PartitionLog(1, 0n);
    const other = { ...me, producerId: 8n };
    expect(log.append(batch(1, 0, me))).toEqual({ baseOffset: 0n });
    expect(log.append(batch(1, 0, other))).toEqual({ baseOffset: 1n });
    expect(log.append(batch(1, 1, me))).toEqual({ baseOffset: 2n });
  });

  test("without an identity are all written", () => {
    const log = new PartitionLog(1, 0n);
    expect([batch(1), batch(1)].map((one) => log.append(one))).toEqual([{ baseOffset: 0n }, { baseOffset: 1n }]);
  });

  test("may start at any sequence once the log has forgotten the producer", () => {
    const log = new PartitionLog(1, 0n);
    log.append(batch(1, 0, me));
    log.forgetProducers();
    expect(log.append(batch(1, 5, me))).toEqual({ baseOffset: 1n });
    expect(log.append(batch(1, 6, { ...me, producerEpoch: 0 }))).toEqual({ code: "INVALID_PRODUCER_EPOCH" });
  });
});
