import type { ConformanceCase } from "./conformance-case.ts";
import { check } from "./conformance-error.ts";
import type { DefineTrial } from "./transport-cases.ts";
import { checkError } from "./refusals.ts";
import { recordOf } from "./requests.ts";

/** Offsets by place and by time. */
export function offsetCases(define: DefineTrial): ConformanceCase[] {
  return [
    define("listOffsets tells the first offset and the one after the last", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection);
      const base = await trial.append(connection, topic, [recordOf("a"), recordOf("b")]);
      const places = ["earliest", "latest"] as const;
      const answers = await connection.listOffsets(places.map((at) => ({ topic, partition: 0, at })));
      const offsets = answers.map((answer) => (answer.error === undefined ? answer.offset : answer.error));
      check(
        offsets.join() === [base, base + 2n].join(),
        `of offsets ${base} and ${base + 1n} it tells ${offsets.join(" and ")}`,
      );
    }),
    define("listOffsets tells the first record at or after a time, -1 when there is none", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection);
      const times = [10_000, 20_000, 30_000];
      const base = await trial.append(
        connection,
        topic,
        times.map((timestamp) => recordOf("at", { timestamp })),
      );
      const asked = [9_999, 20_000, 20_001, 30_001];
      const answers = await connection.listOffsets(
        asked.map((timestamp) => ({ topic, partition: 0, at: { timestamp } })),
      );
      const offsets = answers.map((answer) => (answer.error === undefined ? answer.offset : answer.error));
      const expected = [base, base + 1n, base + 2n, -1n];
      check(
        offsets.join() === expected.join(),
        `asked for ${asked.join()} it tells ${offsets.join()}, not ${expected.join()}`,
      );
    }),
    define("listOffsets answers in the order of its queries, an unknown partition by its error", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection, 2);
      const queries = [
        { topic, partition: 1, at: "latest" },
        { topic, partition: 99, at: "latest" },
        { topic: trial.freshName(), partition: 0, at: "earliest" },
        { topic, partition: 0, at: "earliest" },
      ] as const;
      const answers = await connection.listOffsets(queries);
      const asked = queries.map(({ topic, partition }) => `${topic}[${partition}]`);
      const told = answers.map(({ topic, partition }) => `${topic}[${partition}]`);
      check(told.join() === asked.join(), `asked for ${asked.join()} it tells ${told.join()}`);
      checkError("the unknown partition", answers[1]?.error, "UNKNOWN_TOPIC_OR_PARTITION");
      checkError("the unknown topic", answers[2]?.error, "UNKNOWN_TOPIC_OR_PARTITION");
      check(
        answers[0]?.error === undefined && answers[3]?.error === undefined,
        "the partitions beside them have errors, too",
      );
    }),
  ];
}
