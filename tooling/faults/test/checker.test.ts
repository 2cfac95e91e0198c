import type { RecordMetadata } from "@dataqueues/core";
import { expect, test, vi } from "vitest";

import { brokenInLog, checkRecords } from "../src/checker.ts";
import { History } from "../src/history.ts";

// The first use of Python makes its environment.
vi.setConfig({ testTimeout: 120_000 });

interface Written {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly value: Uint8Array;
}

/** Acknowledged messages, and the records of a log that holds exactly these. */
async function written(count: number): Promise<{ readonly history: History; readonly records: Written[] }> {
  const history = new History();
  const records: Written[] = [];
  const send = history.sender({
    topic: "a",
    send: async (value, sequence): Promise<RecordMetadata> => {
      const [partition, offset] = [sequence % 2, BigInt(sequence >> 1)];
      records.push({ topic: "a", partition, offset, value });
      return { topic: "a", partition, offset, timestamp: 0 };
    },
  });
  for (let sent = 0; sent < count; sent += 1) await send();
  return { history, records };
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

const damages: Readonly<Record<string, (records: Written[]) => Written[]>> = {
  lost: (records) => records.toSpliced(4, 1),
  duplicated: (records) => [...records, { ...at(records, 4), offset: 100n }],
  outOfOrder: (records) => {
    // Two records of one partition change places. They are misplaced as well then.
    const [first, second] = [at(records, 4), at(records, 6)];
    return records.with(4, { ...first, value: second.value }).with(6, { ...second, value: first.value });
  },
  corrupt: (records) => records.with(4, { ...at(records, 4), value: at(records, 4).value.map((byte) => byte ^ 1) }),
  misplaced: (records) => records.with(4, { ...at(records, 4), offset: 50n }),
};

test("a log that holds exactly the acknowledged messages passes", async () => {
  const { history, records } = await written(20);
  const checked = await checkRecords(history, lines(records));
  expect(checked).toMatchObject({ records: 20, lost: 0, duplicated: 0, outOfOrder: 0, corrupt: 0, misplaced: 0 });
  expect(checked.ends).toEqual({ a: { 0: 10, 1: 10 } });
  expect(brokenInLog(checked)).toEqual([]);
});

test.for(Object.keys(damages))("a record that is %s is found", async (kind) => {
  const { history, records } = await written(20);
  const checked = await checkRecords(history, lines(damages[kind]?.(records) ?? []));
  expect(checked).toMatchObject({ [kind]: kind === "misplaced" ? 1 : expect.toSatisfy((count: number) => count > 0) });
  expect(brokenInLog(checked)[0]).toMatch(/^[12] messages /);
  expect(checked.examples.join()).toContain(kind);
});

test("a message in the wrong topic is found", async () => {
  const { history, records } = await written(20);
  const checked = await checkRecords(history, lines(records.with(4, { ...at(records, 4), topic: "b" })));
  expect(checked).toMatchObject({ corrupt: 1, lost: 1 });
});

test("a message whose send has an unknown outcome may be in the log or not", async () => {
  const history = new History();
  const values: Uint8Array[] = [];
  const send = history.sender({
    topic: "a",
    send: (value) => {
      values.push(value);
      return Promise.reject(new Error("no response"));
    },
  });
  await send();
  await send();
  const [value = new Uint8Array()] = values;
  const checked = await checkRecords(history, lines([{ topic: "a", partition: 0, offset: 0n, value }]));
  expect(checked).toMatchObject({ lost: 0, unknownWritten: 1, unknownMissing: 1 });
  expect([history.rejected, history.sent]).toEqual([2, 2]);
});
