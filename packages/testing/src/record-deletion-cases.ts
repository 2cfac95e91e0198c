import type { DeletedRecords } from "@dataqueues/core";

import { check, checkError } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import type { TransportSubject } from "./transport-subject.ts";
import { recordOf } from "./trial.ts";
import type { Trial } from "./trial.ts";

const records = ["a", "b", "c"].map((value) => recordOf(value));

/** Records that an admin deletes. A log without the request `deleteRecords` has nothing to show. */
export function recordDeletionCases({ capabilities, define }: TransportSubject): ConformanceCase[] {
  if (!capabilities.admin) return [];
  return [
    define("deleteRecords deletes what is before an offset and nothing else, where the log has it", async (trial) => {
      const topic = await trial.topic(2);
      const [base, other] = [await trial.append(topic, records), await trial.append(topic, records, 1)];
      const deleted = await deleteBefore(trial, topic, base + 2n);
      if (deleted === undefined) return;
      check(deleted.error === undefined, `deleteRecords returned ${String(deleted.error)}`, deleted.error);
      check(
        deleted.lowWatermark === base + 2n,
        `without the records before ${base + 2n} the first is told to be ${deleted.lowWatermark}`,
      );
      const starts = [await startOf(trial, topic, 0), await startOf(trial, topic, 1)];
      check(
        starts.join() === [base + 2n, other].join(),
        `the first offsets of the partition and the one beside it are ${starts.join()}, not ${base + 2n},${other}`,
      );
      const end = await trial.endOf(topic);
      check(end === base + 3n, `the next offset was ${base + 3n} before and is ${end} now`);
    }),
    define("a deleted record is not read again, where the log can delete it", async (trial) => {
      const topic = await trial.topic();
      const base = await trial.append(topic, records);
      if ((await deleteBefore(trial, topic, base + 1n)) === undefined) return;
      const fetched = await trial.fetch(topic, base, { maxWaitMs: 0 });
      const again = fetched?.error === undefined && fetched?.records.some(({ offset }) => offset === base);
      check(again !== true, `the record at ${base}, which was deleted, is read`);
    }),
    define(
      "deleteRecords before the latest offset deletes all, and offsets go on, where the log has it",
      async (trial) => {
        const topic = await trial.topic();
        const base = await trial.append(topic, records);
        const deleted = await deleteBefore(trial, topic, "latest");
        if (deleted === undefined) return;
        check(deleted.error === undefined, `deleteRecords returned ${String(deleted.error)}`, deleted.error);
        const next = await trial.endOf(topic);
        const start = await startOf(trial, topic, 0);
        const expected = base + 3n;
        check(
          deleted.lowWatermark === expected && start === expected && next === expected,
          `after ${expected} the low watermark is ${deleted.lowWatermark}, the first offset ${start}, the next one ${next}`,
        );
      },
    ),
    define("deleteRecords has a result for each; what cannot be deleted is that partition's error", async (trial) => {
      const topic = await trial.topic();
      const base = await trial.append(topic, records);
      const admin = await trial.admin();
      const leader = await trial.leaderOf(admin, topic);
      const specs = [
        { topic, partition: 99, beforeOffset: "latest" },
        { topic, partition: 0, beforeOffset: base + 4n },
      ] as const;
      const results = await admin.deleteRecords?.(leader, specs);
      if (results === undefined) return;
      const told = results.map(({ partition }) => partition).join();
      check(told === "99,0", `the results of the partitions 99 and 0 are those of ${told}`);
      checkError("the unknown partition", results[0]?.error, "UNKNOWN_TOPIC_OR_PARTITION");
      checkError("an offset after the end", results[1]?.error, "OFFSET_OUT_OF_RANGE");
      check((await startOf(trial, topic, 0)) === base, "records were deleted all the same");
    }),
    define("deleteRecords at a node that does not lead is NOT_LEADER_OR_FOLLOWER, where several do", async (trial) => {
      const topic = await trial.topic(4);
      const admin = await trial.admin();
      const { partitions = [] } = await trial.known(admin, topic, 4);
      const first = partitions.find(({ partition }) => partition === 0);
      const other = partitions.find(({ leader }) => leader !== first?.leader)?.leader;
      if (other === undefined) return;
      const results = await admin.deleteRecords?.(other, [{ topic, partition: 0, beforeOffset: 0n }]);
      if (results !== undefined) checkError("deleteRecords", results[0]?.error, "NOT_LEADER_OR_FOLLOWER");
    }),
  ];
}

/** Deletes records of a topic's first partition, once its leader is ready; undefined where the log cannot. */
async function deleteBefore(
  trial: Trial,
  topic: string,
  beforeOffset: bigint | "latest",
): Promise<DeletedRecords | undefined> {
  const admin = await trial.admin();
  for (;;) {
    const leader = await trial.leaderOf(admin, topic);
    const results = await admin.deleteRecords?.(leader, [{ topic, partition: 0, beforeOffset }]);
    if (results === undefined) return undefined;
    const [result] = results;
    check(result !== undefined, "deleteRecords returned no result");
    if (result.error?.retriable !== true) return result;
    await trial.pause(`records of ${topic} to be deleted; ${result.error.message}`);
  }
}

/** The first offset of a partition. */
async function startOf(trial: Trial, topic: string, partition: number): Promise<bigint> {
  const reader = await trial.reader();
  const leader = await trial.leaderOf(reader, topic, partition);
  const [result] = await reader.listOffsets(leader, [{ topic, partition, at: "earliest" }]);
  check(result?.error === undefined, `listOffsets returned ${String(result?.error)}`, result?.error);
  check(result !== undefined, "listOffsets returned no result");
  return result.offset;
}
