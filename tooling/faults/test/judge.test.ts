import type { RecordMetadata } from "@dataqueues/core";
import { expect, test, vi } from "vitest";

import { brokenInLog, judgeRecords } from "../src/judge-log.ts";
import { Ledger } from "../src/ledger.ts";

// The first use of Python makes its environment.
vi.setConfig({ testTimeout: 120_000 });

interface Written {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly value: Uint8Array;
}

/** Messages that were acknowledged at their places, and the records of a log that holds just these. */
async function written(count: number): Promise<{ readonly ledger: Ledger; readonly records: Written[] }> {
  const ledger = new Ledger();
  const records: Written[] = [];
  const send = ledger.sender({
    topic: "a",
    send: async (value, sequence): Promise<RecordMetadata> => {
      const [partition, offset] = [sequence % 2, BigInt(sequence >> 1)];
      records.push({ topic: "a", partition, offset, value });
      return { topic: "a", partition, offset, timestamp: 0 };
    },
  });
  for (let sent = 0; sent < count; sent += 1) await send();
  return { ledger, records };
}

function lines(records: readonly Written[]): string {
  return records
    .map(({ topic, partition, offset, value }) =>
      [topic, partition, offset, Buffer.from(value).toString("hex")].join(","),
    )
    .join("\n");
}

const at = (records: readonly Written[], index: number): Written => {
  const record = records[index];
  if (record === undefined) throw new RangeError(`no record ${index}`);
  return record;
};

const crimes: Readonly<Record<string, (records: Written[]) => Written[]>> = {
  lost: (records) => records.toSpliced(4, 1),
  duplicated: (records) => [...records, { ...at(records, 4), offset: 100n }],
  outOfOrder: (records) => {
    // Two records of one partition change places; their acknowledgements say otherwise too.
    const [first, second] = [at(records, 4), at(records, 6)];
    return records.with(4, { ...first, value: second.value }).with(6, { ...second, value: first.value });
  },
  corrupt: (records) => records.with(4, { ...at(records, 4), value: at(records, 4).value.map((byte) => byte ^ 1) }),
  misplaced: (records) => records.with(4, { ...at(records, 4), offset: 50n }),
};

test("a log that holds what was acknowledged is blameless", async () => {
  const { ledger, records } = await written(20);
  const verdict = await judgeRecords(ledger, lines(records));
  expect(verdict).toMatchObject({ records: 20, lost: 0, duplicated: 0, outOfOrder: 0, corrupt: 0, misplaced: 0 });
  expect(verdict.ends).toEqual({ a: { 0: 10, 1: 10 } });
  expect(brokenInLog(verdict)).toEqual([]);
});

test.for(Object.keys(crimes))("a record that is %s is found", async (kind) => {
  const { ledger, records } = await written(20);
  const verdict = await judgeRecords(ledger, lines(crimes[kind]?.(records) ?? []));
  expect(verdict).toMatchObject({ [kind]: kind === "misplaced" ? 1 : expect.toSatisfy((count: number) => count > 0) });
  expect(brokenInLog(verdict)[0]).toMatch(/^[12] messages /);
  expect(verdict.examples.join()).toContain(kind);
});

test("a message in the topic of another is found", async () => {
  const { ledger, records } = await written(20);
  const verdict = await judgeRecords(ledger, lines(records.with(4, { ...at(records, 4), topic: "b" })));
  expect(verdict).toMatchObject({ corrupt: 1, lost: 1 });
});

test("a message whose sender does not know what became of it may be in the log, or not", async () => {
  const ledger = new Ledger();
  const values: Uint8Array[] = [];
  const send = ledger.sender({
    topic: "a",
    send: (value) => {
      values.push(value);
      return Promise.reject(new Error("no answer"));
    },
  });
  await send();
  await send();
  const [value = new Uint8Array()] = values;
  const verdict = await judgeRecords(ledger, lines([{ topic: "a", partition: 0, offset: 0n, value }]));
  expect(verdict).toMatchObject({ lost: 0, unknownWritten: 1, unknownMissing: 1 });
  expect([ledger.rejected, ledger.sent]).toEqual([2, 2]);
});
