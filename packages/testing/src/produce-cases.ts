import type { LogRecord, ProducerRecord } from "@dataqueues/core";

import type { ConformanceCase } from "./conformance-case.ts";
import { check } from "./conformance-error.ts";
import { sameValue } from "./same-value.ts";
import type { DefineTrial } from "./transport-cases.ts";
import { checkError } from "./refusals.ts";
import { produceOptions, recordOf } from "./requests.ts";

const unknown = "UNKNOWN_TOPIC_OR_PARTITION";
const text = new TextEncoder();

/** Batches that are written, once. */
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
      const base = await trial.append(connection, topic, unusualRecords());
      const sent = unusualRecords().map((record, index) => ({ ...record, offset: base + BigInt(index) }));
      const read = await trial.read(connection, topic, base, base + BigInt(sent.length));
      for (const [index, record] of sent.entries()) {
        const found = read[index];
        check(found !== undefined, `of ${sent.length} records ${read.length} came back`);
        check(
          sameValue(plainOf(found), plainOf(record)),
          `record ${index} came back as ${JSON.stringify(plainOf(found), bigintAsText)}`,
        );
      }
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
    define("every producer id is given once", async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      const ids = [];
      for (const connection of [one, other, one]) ids.push((await trial.producerIdentity(connection)).producerId);
      check(new Set(ids).size === 3, `the ids are ${ids.join()}`);
    }),
    define("a batch that is sent again is written once", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection);
      const identity = await trial.producerIdentity(connection);
      const records = [recordOf("once"), recordOf("only")];
      const batch = { topic, partition: 0, records, identity, baseSequence: 0 };
      const first = await trial.produce(connection, batch);
      check(first.error === undefined, `produce answered ${String(first.error)}`);
      const again = await trial.produce(connection, batch);
      if (again.error === undefined)
        check(again.baseOffset === first.baseOffset, `at ${first.baseOffset}, then at ${again.baseOffset}`);
      else checkError("the batch that was sent again", again.error, "DUPLICATE_SEQUENCE_NUMBER");
      const end = await trial.endOf(connection, topic);
      check(
        end === first.baseOffset + 2n,
        `after two records from ${first.baseOffset} on, sent twice, the log ends at ${end}`,
      );
    }),
    define("a batch out of sequence is refused", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection);
      const identity = await trial.producerIdentity(connection);
      const batch = { topic, partition: 0, records: [recordOf("one")], identity, baseSequence: 0 };
      await trial.produce(connection, batch);
      const end = await trial.endOf(connection, topic);
      const leader = await trial.leaderOf(connection, topic);
      const [answer] = await connection.produce(leader, [{ ...batch, baseSequence: 7 }], produceOptions);
      checkError("sequence 7 after 0", answer?.error, "OUT_OF_ORDER_SEQUENCE_NUMBER");
      check((await trial.endOf(connection, topic)) === end, "it was written all the same");
    }),
  ];
}

function unusualRecords(): ProducerRecord[] {
  const middle = Uint8Array.from([9, 9, 9, 1, 2, 3, 9]).subarray(3, 6);
  return [
    { key: text.encode("key"), value: middle, headers: [], timestamp: 1_600_000_000_001 },
    { key: null, value: new Uint8Array(), headers: [["name", text.encode("é")]], timestamp: 2 },
    {
      key: new Uint8Array(),
      value: null,
      headers: [
        ["twice", middle],
        ["twice", null],
      ],
      timestamp: 1_600_000_000_000,
    },
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
