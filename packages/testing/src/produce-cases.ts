import type { Connection, LogRecord, ProducerRecord } from "@dataqueues/core";

import type { ConformanceCase } from "./conformance-case.ts";
import { check } from "./conformance-error.ts";
import { sameValue } from "./same-value.ts";
import type { DefineTrial } from "./transport-cases.ts";
import type { Trial } from "./trial.ts";
import { checkError } from "./refusals.ts";
import { produceOptions, recordOf } from "./requests.ts";

const unknown = "UNKNOWN_TOPIC_OR_PARTITION";
const text = new TextEncoder();

/** Batches that are written, and what they hold. */
export function produceCases(define: DefineTrial): ConformanceCase[] {
  return [
    define("produce tells the offset of a batch's first record", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection);
      const first = await trial.append(connection, topic, [recordOf("a"), recordOf("b")]);
      const second = await trial.append(connection, topic, [recordOf("c")]);
      check(second === first + 2n, `after two records from ${first} on the next is at ${second}`);
    }),
    define("keys, values, headers and timestamps come back as they were sent", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection);
      await checkKept(trial, connection, topic, unusualRecords());
    }),
    define("null and empty are kept apart, in keys, values and headers", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection);
      await checkKept(trial, connection, topic, emptyRecords());
    }),
    define("the log keeps bytes of its own", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection);
      const leader = await trial.leaderOf(connection, topic);
      const end = await trial.endOf(connection, topic);
      const values = [text.encode("as it was"), text.encode("as it was")];
      const batches = values.map((value) => ({
        topic,
        partition: 0,
        records: [recordOf("", { value })],
        baseSequence: 0,
      }));
      const answering = connection.produce(leader, batches, produceOptions);
      // A sender that was told that its send is too late may do so.
      for (const value of values) value.fill(0);
      for (const { error } of await answering) check(error === undefined, `produce answered ${String(error)}`, error);
      for (const found of await trial.read(connection, topic, end, end + 2n)) {
        check(textOf(found) === "as it was", "writing to a value while it was sent changed the log");
      }
    }),
    define("produce answers in the order of its batches, an unknown partition by its error", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection);
      const leader = await trial.leaderOf(connection, topic);
      await trial.append(connection, topic, [recordOf("ready")]);
      const batches = [
        { topic, partition: 99, records: [recordOf("lost")], baseSequence: 0 },
        { topic, partition: 0, records: [recordOf("written")], baseSequence: 0 },
      ];
      const answers = await connection.produce(leader, batches, produceOptions);
      check(answers.map(({ partition }) => partition).join() === "99,0", "the answers are in another order");
      checkError("the unknown partition", answers[0]?.error, unknown);
      check(answers[1]?.error === undefined, `the partition beside it: ${String(answers[1]?.error)}`);
    }),
    define("producing to a topic does not create it", async (trial) => {
      const connection = await trial.open();
      const leader = await trial.leaderOf(connection, await trial.topic(connection));
      const topic = trial.freshName();
      const batch = { topic, partition: 0, records: [recordOf("lost")], baseSequence: 0 };
      const [answer] = await connection.produce(leader, [batch], produceOptions);
      checkError("producing to a topic that is not there", answer?.error, unknown);
      check(!(await connection.metadata()).some((one) => one.topic === topic), `produce created ${topic}`);
    }),
  ];
}

/** That records come back as they were sent. */
async function checkKept(
  trial: Trial,
  connection: Connection,
  topic: string,
  records: readonly ProducerRecord[],
): Promise<void> {
  const base = await trial.append(connection, topic, records);
  const read = await trial.read(connection, topic, base, base + BigInt(records.length));
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

/** A record's content, whatever array types and further fields it came with. */
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
