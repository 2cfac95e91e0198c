import type { FetchLimits, Transport } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

import type { SharedLog } from "../../src/log/shared-log.ts";
import { recordsOf, sharedLog, Viewer, writerTo } from "./viewer.ts";

const partitions = [0, 1, 2, 3];

/** Random whole numbers from 0 on, the same for the same seed (Lehmer). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => (state = (state * 48_271) % 2_147_483_647) % below;
}

/** The log as compaction and transactions leave it: every third offset has no record. */
function withGaps(transport: Transport): Transport {
  return {
    ...transport,
    async open(role, options) {
      const connection = await transport.open(role, options);
      if (!("fetch" in connection)) return connection;
      const fetch = connection.fetch.bind(connection);
      connection.fetch = async (...args) => {
        const fetched = await fetch(...args);
        return fetched.map((one) => {
          if (one.error !== undefined) return one;
          return { ...one, records: one.records.filter(({ offset }) => hasRecord(offset)) };
        });
      };
      return connection;
    },
  };
}

function hasRecord(offset: bigint): boolean {
  return offset % 3n !== 2n;
}

/** Reads a partition from random offsets on, and checks each record; resolves once it has read up to `end`. */
async function readAll(
  log: SharedLog,
  random: (below: number) => number,
  isThere: (offset: bigint) => boolean,
  ends: readonly (() => bigint)[],
  isOver: () => boolean,
): Promise<void> {
  const viewer = new Viewer(log);
  const positions = partitions.map(() => BigInt(random(20)));
  for (;;) {
    if (isOver() && positions.every((position, partition) => position >= (ends[partition]?.() ?? 0n))) return;
    // Sometimes back to what has been read before.
    const back = random(30);
    if (back < partitions.length) positions[back] = BigInt(random(Number(positions[back] ?? 0n) + 1));
    const first = random(partitions.length);
    const asked = partitions.map((partition) => (partition + first) % partitions.length).slice(0, 1 + random(4));
    const limits: FetchLimits = {
      maxWaitMs: random(30),
      minBytes: random(3) * 40,
      maxBytes: 1 + random(2_000),
      maxBytesPerPartition: 1 + random(600),
    };
    const wanted = asked.map((partition) => ({ topic: "gains", partition, offset: positions[partition] ?? 0n }));
    const fetching = viewer.fetch(wanted, limits);
    if (random(10) === 0) viewer.cancel();
    for (const one of await fetching) {
      // Leaders that fail are told, and the same offset is asked for again.
      if (one.error !== undefined) continue;
      const { partition, offset } = wanted[one.index] ?? { partition: -1, offset: -1n };
      let expected = offset;
      for (const record of recordsOf(one)) {
        while (expected < record.offset && !isThere(expected)) expected += 1n;
        expect(record.offset, `the next record of partition ${partition} from ${offset} on`).toBe(expected);
        expect(new TextDecoder().decode(record.value ?? undefined)).toBe(`${partition}:${record.offset}`);
        expected += 1n;
      }
      while (expected < one.nextOffset && !isThere(expected)) expected += 1n;
      expect(one.nextOffset, `where to read on in partition ${partition}`).toBe(expected);
      positions[partition] = one.nextOffset;
    }
  }
}

for (const seed of [1, Date.now() % 2_147_483_646 || 1]) {
  for (const isGappy of [false, true]) {
    const what = isGappy ? "with gaps" : "without gaps";
    test(`viewers at random offsets get each record once and in order, ${what}, whatever leaders do (seed ${seed})`, async () => {
      const random = randomFrom(seed);
      const transport = memory({ nodes: 3 });
      const write = await writerTo(transport, [["gains", partitions.length]]);
      const written = partitions.map(() => 0n);
      const append = async (partition: number, count: number): Promise<void> => {
        const base = Number(written[partition]);
        // Another node may lead meanwhile; then nothing was written.
        const texts = Array.from({ length: count }, (_, index) => `${partition}:${base + index}`);
        await write("gains", texts, partition);
        written[partition] = BigInt(base + count);
      };
      for (const partition of partitions) await append(partition, 50);
      const log = sharedLog(isGappy ? withGaps(transport) : transport, {
        cacheBytesPartition: 6_000,
        cacheBytes: 15_000,
        cacheBytesOldReads: 4_000,
        maxWaitMs: 50,
        metadataMaxAgeMs: 20,
        questionIntervalMs: 5,
        feedLingerMs: 20,
        reconnectBackoffMs: 1,
        reconnectBackoffMaxMs: 5,
      });
      let isOver = false;
      const ends = partitions.map((partition) => () => written[partition] ?? 0n);
      const isThere = isGappy ? hasRecord : (): boolean => true;
      const viewers = Array.from({ length: 12 }, () => readAll(log, random, isThere, ends, () => isOver));
      const trouble = (async () => {
        for (let round = 0; round < 40; round++) {
          const partition = random(partitions.length);
          await append(partition, 1 + random(12));
          const event = random(12);
          if (event === 0) transport.moveLeader("gains", partition, 1 + random(3));
          if (event === 1) transport.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "fetch", times: 2 });
          if (event === 2) transport.faults.fail("UNKNOWN_TOPIC_OR_PARTITION", { request: "fetch", times: 1 });
          await new Promise((resolve) => setTimeout(resolve, random(8)));
          expect(log.counters.cachedBytes).toBeLessThanOrEqual(19_000);
        }
        isOver = true;
      })();
      await Promise.all([trouble, ...viewers]);
    });
  }
}
