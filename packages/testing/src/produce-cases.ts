import type { LogRecord, ProduceBatch, ProducerRecord } from "@dataqueues/core";

import { check, checkError } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { sameValue } from "./same-value.ts";
import type { TransportSubject } from "./transport-subject.ts";
import { produceOptions, recordOf } from "./trial.ts";
import type { Trial } from "./trial.ts";

const unknown = "UNKNOWN_TOPIC_OR_PARTITION";
const text = new TextEncoder();

/** Batches that are written, and what their records hold. */
export function produceCases({ capabilities, largestValueBytes, define }: TransportSubject): ConformanceCase[] {
  const cases = [
    define("keys, values, headers and timestamps come back as they were sent", (trial) =>
      checkComesBack(trial, unusualRecords()),
    ),
    define("null and empty are kept apart, in keys, values and headers", (trial) =>
      checkComesBack(trial, emptyRecords()),
    ),
  ];
  if (!capabilities.write) return cases;
  cases.push(
    define("produce tells the offset of a batch's first record", async (trial) => {
      const topic = await trial.topic();
      const first = await trial.append(topic, [recordOf("a"), recordOf("b")]);
      const second = await trial.append(topic, [recordOf("c")]);
      check(second === first + 2n, `after two records from ${first} on the next is at ${second}`);
    }),
    define("the log keeps bytes of its own", async (trial) => {
      const [topic, writer] = [await trial.topic(), await trial.writer()];
      const leader = await trial.leaderOf(writer, topic);
      const end = await trial.endOf(topic);
      const values = [text.encode("as it was"), text.encode("as it was")];
      const batches = values.map((value) => batchOf(topic, recordOf("", { value })));
      const pending = writer.produce(leader, batches, produceOptions);
      // The sender may do this: its send may have failed because it took too long.
      for (const value of values) value.fill(0);
      for (const { error } of await pending) check(error === undefined, `produce returned ${String(error)}`, error);
      for (const found of await trial.read(topic, end, end + 2n)) {
        check(textOf(found) === "as it was", "writing to a value while it was sent changed the log");
      }
    }),
    define("produce has its results in the order of the batches; an unknown partition is an error", async (trial) => {
      const [topic, writer] = [await trial.topic(), await trial.writer()];
      const leader = await trial.leaderOf(writer, topic);
      await trial.append(topic, [recordOf("ready")]);
      const batches = [{ ...batchOf(topic, recordOf("lost")), partition: 99 }, batchOf(topic, recordOf("written"))];
      const results = await writer.produce(leader, batches, produceOptions);
      check(results.map(({ partition }) => partition).join() === "99,0", "the results are in another order");
      checkError("the unknown partition", results[0]?.error, unknown);
      check(results[1]?.error === undefined, `the partition beside it: ${String(results[1]?.error)}`);
    }),
    define("producing to a topic does not create it", async (trial) => {
      const writer = await trial.writer();
      const leader = await trial.leaderOf(writer, await trial.topic());
      const topic = trial.freshName();
      const [result] = await writer.produce(leader, [batchOf(topic, recordOf("lost"))], produceOptions);
      checkError("producing to a topic that does not exist", result?.error, unknown);
      check(!(await writer.metadata()).some((one) => one.topic === topic), `produce created ${topic}`);
    }),
  );
  if (largestValueBytes === undefined) return cases;
  return [
    ...cases,
    define("the largest value is written; one byte more is that batch's RECORD_TOO_LARGE", async (trial) => {
      const [topic, writer] = [await trial.topic(), await trial.writer()];
      const leader = await trial.leaderOf(writer, topic);
      const end = await trial.endOf(topic);
      const batches = [largestValueBytes + 1, largestValueBytes].map((length) =>
        batchOf(topic, recordOf("", { value: new Uint8Array(length) })),
      );
      const [over, largest] = await writer.produce(leader, batches, produceOptions);
      checkError(`a value of ${largestValueBytes + 1} bytes`, over?.error, "RECORD_TOO_LARGE");
      const what = `a value of ${largestValueBytes} bytes`;
      check(largest !== undefined && largest.error === undefined, `${what}: ${String(largest?.error)}`, largest?.error);
      const [found] = await trial.read(topic, end, end + 1n);
      check(found?.value?.length === largestValueBytes, `${what} came back with ${found?.value?.length}`);
    }),
  ];
}

/** A batch of one record for a topic's first partition. */
function batchOf(topic: string, record: ProducerRecord): ProduceBatch {
  return { topic, partition: 0, records: [record], baseSequence: 0 };
}

/** Checks that records come back as they were sent. */
async function checkComesBack(trial: Trial, records: readonly ProducerRecord[]): Promise<void> {
  const topic = await trial.topic();
  const base = await trial.append(topic, records);
  const read = await trial.read(topic, base, base + BigInt(records.length));
  for (const [index, record] of records.entries()) {
    const found = read[index];
    check(found !== undefined, `of ${records.length} records ${read.length} came back`);
    check(
      sameValue(plainOf(found), plainOf({ ...record, offset: base + BigInt(index) })),
      `record ${index} came back as ${JSON.stringify(plainOf(found), bigintAsText)}`,
    );
  }
}

function unusualRecords(): ProducerRecord[] {
  const middle = Uint8Array.from([9, 9, 9, 1, 2, 3, 9]).subarray(3, 6);
  return [
    { key: text.encode("key"), value: middle, headers: [], timestamp: 1_600_000_000_001 },
    { key: middle, value: text.encode("é"), headers: [["name", text.encode("é")]], timestamp: 2 },
    {
      key: text.encode("other"),
      value: middle,
      headers: [
        ["twice", middle],
        ["twice", text.encode("again")],
      ],
      timestamp: 1_600_000_000_000,
    },
  ];
}

/** Every way in which there can be nothing. */
function emptyRecords(): ProducerRecord[] {
  const empty = new Uint8Array();
  return [
    { key: null, value: null, headers: [], timestamp: 1 },
    { key: empty, value: null, headers: [["empty", empty]], timestamp: 1 },
    { key: null, value: empty, headers: [["null", null]], timestamp: 1 },
    { key: empty, value: empty, headers: [["", empty]], timestamp: 0 },
  ];
}

/** A record's content as plain arrays, so that array types and further fields make no difference. */
function plainOf({ key, value, headers, timestamp, offset }: LogRecord): unknown {
  const bytesOf = (bytes: Uint8Array | null): unknown => (bytes === null ? null : [...bytes]);
  return {
    key: bytesOf(key),
    value: bytesOf(value),
    headers: headers.map(([name, bytes]) => [name, bytesOf(bytes)]),
    timestamp,
    offset,
  };
}

function textOf(record: LogRecord | undefined): string {
  return new TextDecoder().decode(record?.value ?? undefined);
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
