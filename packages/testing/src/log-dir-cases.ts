import type { LogDirSize } from "@dataqueues/core";

import { check } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import type { TransportSubject } from "./transport-subject.ts";
import { recordOf } from "./trial.ts";
import type { Trial } from "./trial.ts";

/** Sizes of partitions. A log without the request `describeLogDirs` has nothing to show. */
export function logDirCases({ capabilities, define }: TransportSubject): ConformanceCase[] {
  if (!capabilities.admin) return [];
  return [
    define(
      "describeLogDirs tells a partition's size, which grows with its records, where the log has it",
      async (trial) => {
        const topic = await trial.topic(2);
        const before = await sizeOf(trial, topic, 0);
        if (before === undefined) return;
        await trial.append(topic, [recordOf("x".repeat(1_000))]);
        const [after, other] = [await sizeOf(trial, topic, 0), await sizeOf(trial, topic, 1)];
        check(
          after !== undefined && after >= before + 1_000,
          `with 1,000 bytes more the size went from ${before} to ${after}`,
        );
        check(other === before, `the partition beside it, without records, has ${other} bytes and not ${before}`);
      },
    ),
    define(
      "describeLogDirs has a result for each; an unknown partition is its own error, where the log has it",
      async (trial) => {
        const topic = await trial.topic();
        const admin = await trial.admin();
        const leader = await trial.leaderOf(admin, topic);
        const results = await admin.describeLogDirs?.(
          leader,
          [7, 0].map((partition) => ({ topic, partition })),
        );
        if (results === undefined) return;
        const told = results.map(({ partition, error }) => `${partition} ${error === undefined ? "size" : "error"}`);
        check(
          told.join() === "7 error,0 size",
          `describeLogDirs of partitions 7, which does not exist, and 0 returned ${told.join()}`,
        );
      },
    ),
  ];
}

/** The size of a partition, once its leader is ready; undefined where the log does not tell it. */
async function sizeOf(trial: Trial, topic: string, partition: number): Promise<number | undefined> {
  const admin = await trial.admin();
  for (;;) {
    const leader = await trial.leaderOf(admin, topic, partition);
    const results: LogDirSize[] | undefined = await admin.describeLogDirs?.(leader, [{ topic, partition }]);
    if (results === undefined) return undefined;
    const [result] = results;
    check(result !== undefined, "describeLogDirs returned no result");
    if (result.error === undefined) return result.size;
    check(result.error.retriable, `describeLogDirs returned ${String(result.error)}`, result.error);
    await trial.pause(`the size of ${topic} to be known; ${result.error.message}`);
  }
}
