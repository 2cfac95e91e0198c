import type { PartitionMetadata } from "@dataqueues/core";

import { check, checkError } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import type { TransportSubject } from "./transport-cases.ts";
import { noLimits, produceOptions, recordOf } from "./trial.ts";
import type { Trial } from "./trial.ts";

/** Nodes that lead partitions, and the epochs in which they do. */
export function leaderCases({ capabilities, moveLeader, define }: TransportSubject): ConformanceCase[] {
  const cases = [
    define("where several nodes lead, one that does not lead a partition is NOT_LEADER_OR_FOLLOWER", async (trial) => {
      const topic = await trial.topic(4);
      const reader = await trial.reader();
      const leaders = (await partitionsOf(trial, topic, 4)).map(({ leader }) => leader);
      const other = leaders.find((leader) => leader !== leaders[0]);
      if (other === undefined) return;
      const place = { topic, partition: 0 };
      const [listed] = await reader.listOffsets(other, [{ ...place, at: "latest" }]);
      checkError("listOffsets", listed?.error, "NOT_LEADER_OR_FOLLOWER");
      const [fetched] = await reader.fetch(other, [{ ...place, offset: 0n }], noLimits);
      checkError("fetch", fetched?.error, "NOT_LEADER_OR_FOLLOWER");
      if (!capabilities.write) return;
      const batch = { ...place, records: [recordOf("lost")], baseSequence: 0 };
      const [written] = await (await trial.writer()).produce(other, [batch], produceOptions);
      checkError("produce", written?.error, "NOT_LEADER_OR_FOLLOWER");
    }),
    define("fetch and listOffsets accept the leader epoch that metadata tells, where it tells one", async (trial) => {
      const topic = await trial.topic();
      const [partition] = await partitionsOf(trial, topic);
      if (partition?.leaderEpoch === undefined) return;
      for (const [request, error] of await errorsAt(trial, topic, partition.leaderEpoch)) {
        check(error === undefined, `${request} with epoch ${partition.leaderEpoch} returned ${String(error)}`, error);
      }
    }),
    define("a newer leader epoch is UNKNOWN_LEADER_EPOCH, where metadata tells epochs", async (trial) => {
      const topic = await trial.topic();
      const [partition] = await partitionsOf(trial, topic);
      if (partition?.leaderEpoch === undefined) return;
      for (const [request, error] of await errorsAt(trial, topic, partition.leaderEpoch + 1)) {
        checkError(`${request} with a newer epoch`, error, "UNKNOWN_LEADER_EPOCH");
      }
    }),
  ];
  if (moveLeader === undefined) return cases;
  return [
    ...cases,
    define("once a leader has been elected anew, the epoch before is FENCED_LEADER_EPOCH", async (trial) => {
      const topic = await trial.topic();
      const [before] = await partitionsOf(trial, topic);
      const old = before?.leaderEpoch;
      check(old !== undefined, "metadata tells no leader epoch");
      await moveLeader(topic, 0);
      for (;;) {
        const [after] = await partitionsOf(trial, topic);
        if ((after?.leaderEpoch ?? old) > old) break;
        await trial.pause(`metadata to tell an epoch after ${old}`);
      }
      for (const [request, error] of await errorsAt(trial, topic, old)) {
        checkError(`${request} with the older epoch`, error, "FENCED_LEADER_EPOCH");
      }
    }),
  ];
}

/** A topic's partitions by number, once each has a leader. */
async function partitionsOf(trial: Trial, topic: string, count = 1): Promise<PartitionMetadata[]> {
  const { partitions = [] } = await trial.known(await trial.reader(), topic, count);
  return partitions.toSorted((a, b) => a.partition - b.partition);
}

/** What a partition's leader says to requests that are sent with an epoch. */
async function errorsAt(
  trial: Trial,
  topic: string,
  leaderEpoch: number,
): Promise<(readonly [request: string, error: unknown])[]> {
  const reader = await trial.reader();
  const query = { topic, partition: 0, leaderEpoch };
  const offset = await trial.endOf(topic);
  const leader = await trial.leaderOf(reader, topic);
  const [listed] = await reader.listOffsets(leader, [{ ...query, at: "latest" }]);
  const [fetched] = await reader.fetch(leader, [{ ...query, offset }], { ...noLimits, minBytes: 0 });
  return [
    ["listOffsets", listed?.error],
    ["fetch", fetched?.error],
  ];
}
