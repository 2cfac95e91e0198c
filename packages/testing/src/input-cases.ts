import { DataQueueProducer } from "@dataqueues/core";
import type { ProducerRecord } from "@dataqueues/core";

import { check, checkError } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import type { TransportSubject } from "./transport-subject.ts";
import { produceOptions, recordOf } from "./trial.ts";

/** Input that makes no sense, which must affect nothing beside it. */
export function inputCases({ capabilities, define }: TransportSubject): ConformanceCase[] {
  const cases = [
    define("listOffsets of a time that is no number affects no other query", async (trial) => {
      const [topic, reader] = [await trial.topic(), await trial.reader()];
      const [bad, good] = await reader.listOffsets(await trial.leaderOf(reader, topic), [
        { topic, partition: 0, at: { timestamp: Number.NaN } },
        { topic, partition: 0, at: "latest" },
      ]);
      check(bad !== undefined, "listOffsets left out the query with the time NaN");
      if (bad.error !== undefined) checkError("the time NaN", bad.error);
      check(good?.error === undefined, `the query beside it: ${String(good?.error)}`, good?.error);
    }),
  ];
  if (!capabilities.write) return cases;
  return [
    ...cases,
    define("a record that no log can hold is its batch's error; the batch beside it is written", async (trial) => {
      const [topic, writer] = [await trial.topic(), await trial.writer()];
      const leader = await trial.leaderOf(writer, topic);
      for (const [what, record] of impossibleRecords()) {
        const end = await trial.endOf(topic);
        const batches = [record, recordOf("good")].map((one) => ({
          topic,
          partition: 0,
          records: [recordOf("beside"), one],
          baseSequence: 0,
        }));
        const [bad, good] = await writer.produce(leader, batches, produceOptions);
        checkError(`a record with ${what}`, bad?.error, "INVALID_RECORD");
        check(good?.error === undefined, `the batch beside one with ${what}: ${String(good?.error)}`, good?.error);
        const written = (await trial.endOf(topic)) - end;
        check(written === 2n, `beside a record with ${what} ${written} records were written, not 2`);
      }
    }),
    define("a refused send affects no other, and producers tell the time that is written", async (trial) => {
      const topic = await trial.topic();
      const start = await trial.endOf(topic);
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
      const written = (await trial.read(topic, start, start + 2n)).map((record) => record.timestamp);
      check(told.join() === written.join(), `the times told are ${told.join()}, those written ${written.join()}`);
    }),
  ];
}

/** Records that core refuses. A transport may be used without core, by a caller without a compiler. */
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
