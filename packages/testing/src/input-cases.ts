import { DataQueueProducer } from "@dataqueues/core";
import type { ProducerRecord } from "@dataqueues/core";

import type { ConformanceCase } from "./conformance-case.ts";
import { check } from "./conformance-error.ts";
import { checkError } from "./refusals.ts";
import { produceOptions, recordOf } from "./requests.ts";
import type { DefineTrial } from "./transport-cases.ts";

/** What makes no sense hurts nothing beside it. */
export function inputCases(define: DefineTrial): ConformanceCase[] {
  return [
    define("a record that no log can hold is its batch's error; the batch beside it is written", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection);
      const leader = await trial.leaderOf(connection, topic);
      for (const [what, record] of impossibleRecords()) {
        const end = await trial.endOf(connection, topic);
        const batches = [record, recordOf("good")].map((one) => ({
          topic,
          partition: 0,
          records: [recordOf("beside"), one],
          baseSequence: 0,
        }));
        const [bad, good] = await connection.produce(leader, batches, produceOptions);
        checkError(`a record with ${what}`, bad?.error, "INVALID_RECORD");
        check(good?.error === undefined, `the batch beside one with ${what}: ${String(good?.error)}`, good?.error);
        const written = (await trial.endOf(connection, topic)) - end;
        check(written === 2n, `beside a record with ${what} ${written} records were written, not 2`);
      }
    }),
    define("listOffsets of a time that is no number hurts no other query", async (trial) => {
      const connection = await trial.open("read");
      const topic = await trial.topic(connection);
      const [bad, good] = await connection.listOffsets([
        { topic, partition: 0, at: { timestamp: Number.NaN } },
        { topic, partition: 0, at: "latest" },
      ]);
      check(bad !== undefined, "listOffsets left out the query with the time NaN");
      if (bad.error !== undefined) checkError("the time NaN", bad.error);
      check(good?.error === undefined, `the query beside it: ${String(good?.error)}`, good?.error);
    }),
    define("what a producer refuses touches no other send, and it tells the time that is written", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection);
      const start = await trial.endOf(connection, topic);
      await using producer = new DataQueueProducer(trial.transport, { topic });
      const timestamp = 1_600_000_000_000;
      const value = (text: string): Uint8Array => new TextEncoder().encode(text);
      const outcomes = await Promise.allSettled([
        producer.send(value("first"), { timestamp }),
        producer.send(value("refused"), { timestamp: Number.NaN }),
        producer.send(value("second"), { timestamp: timestamp + 0.5 }),
      ]);
      const statuses = outcomes.map(({ status }) => status).join();
      check(statuses === "fulfilled,rejected,fulfilled", `the sends around a refused one are ${statuses}`);
      const told = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value.timestamp] : []));
      const written = (await trial.read(connection, topic, start, start + 2n)).map((record) => record.timestamp);
      check(told.join() === written.join(), `the times told are ${told.join()}, those written ${written.join()}`);
    }),
  ];
}

/** Records as callers without a compiler may make them; a transport may be used without core, which refuses these. */
function impossibleRecords(): (readonly [what: string, record: ProducerRecord])[] {
  const withField = (field: object): ProducerRecord => Object.assign({}, recordOf("bad"), field);
  return [
    ["the time NaN", withField({ timestamp: Number.NaN })],
    ["the time Infinity", withField({ timestamp: Infinity })],
    ["a time with a fraction", withField({ timestamp: 1_600_000_000_000.5 })],
    ["a number for a key", withField({ key: 42 })],
    ["a text for a value", withField({ value: "text" })],
    ["an undefined header", withField({ headers: [["name", undefined]] })],
  ];
}
