import type { OffsetResult } from "@dataqueues/core";

import { check, checkError } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import type { TransportSubject } from "./transport-subject.ts";
import { recordOf } from "./trial.ts";

/** Offsets of the first record, after the last record, and by time. */
export function offsetCases({ define }: TransportSubject): ConformanceCase[] {
  return [
    define("listOffsets tells the first offset and the one after the last", async (trial) => {
      const topic = await trial.topic();
      const base = await trial.append(topic, [recordOf("a"), recordOf("b")]);
      const reader = await trial.reader();
      const queries = (["earliest", "latest"] as const).map((at) => ({ topic, partition: 0, at }));
      const results = await reader.listOffsets(await trial.leaderOf(reader, topic), queries);
      const told = offsetsOf(results);
      check(
        told === [base, base + 2n].join(),
        `with records at ${base} and ${base + 1n} the first and next offset are ${told}`,
      );
    }),
    define("listOffsets tells the first record at or after a time, -1 when there is none", async (trial) => {
      const topic = await trial.topic();
      const times = [10_000, 20_000, 30_000];
      const records = times.map((timestamp) => recordOf("at", { timestamp }));
      const base = await trial.append(topic, records);
      const asked = [9_999, 20_000, 20_001, 30_001];
      const reader = await trial.reader();
      const queries = asked.map((timestamp) => ({ topic, partition: 0, at: { timestamp } }));
      const told = offsetsOf(await reader.listOffsets(await trial.leaderOf(reader, topic), queries));
      const expected = [base, base + 1n, base + 2n, -1n].join();
      check(told === expected, `asked for the times ${asked.join()} it tells ${told}, not ${expected}`);
    }),
    define(
      "listOffsets has its results in the order of the queries; an unknown partition is an error",
      async (trial) => {
        const topic = await trial.topic(2);
        const reader = await trial.reader();
        const leader = await trial.leaderOf(reader, topic);
        const queries = [
          { topic, partition: 0, at: "latest" },
          { topic, partition: 99, at: "latest" },
          { topic: trial.freshName(), partition: 0, at: "earliest" },
          { topic, partition: 0, at: "earliest" },
        ] as const;
        const results = await reader.listOffsets(leader, queries);
        const asked = queries.map(({ topic, partition }) => `${topic}[${partition}]`);
        const told = results.map(({ topic, partition }) => `${topic}[${partition}]`);
        check(told.join() === asked.join(), `asked for ${asked.join()} it tells ${told.join()}`);
        checkError("the unknown partition", results[1]?.error, "UNKNOWN_TOPIC_OR_PARTITION");
        checkError("the unknown topic", results[2]?.error, "UNKNOWN_TOPIC_OR_PARTITION");
        check(
          results[0]?.error === undefined && results[3]?.error === undefined,
          "the partitions beside them have errors, too",
        );
      },
    ),
  ];
}

function offsetsOf(results: readonly OffsetResult[]): string {
  return results.map((result) => (result.error === undefined ? result.offset : result.error)).join();
}
