import { check, checkError } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import type { TransportSubject } from "./transport-subject.ts";
import { noLimits, produceOptions, recordOf } from "./trial.ts";
import type { Trial } from "./trial.ts";

/** Nodes that lead partitions, and the epochs in which they do. */
export function leaderCases(subject: TransportSubject): ConformanceCase[] {
  return [
    subject.define(
      "listOffsets and produce at a node that does not lead are NOT_LEADER_OR_FOLLOWER, where several do",
      async (trial) => {
        const topic = await trial.topic(4);
        const reader = await trial.reader();
        const { partitions = [] } = await trial.known(reader, topic, 4);
        const first = partitions.find(({ partition }) => partition === 0);
        const other = partitions.find(({ leader }) => leader !== first?.leader)?.leader;
        if (other === undefined) return;
        // A fetch may also be served by a follower, as in Kafka since 2.4.
        const [listed] = await reader.listOffsets(other, [{ topic, partition: 0, at: "latest" }]);
        checkError("listOffsets", listed?.error, "NOT_LEADER_OR_FOLLOWER");
        if (!subject.capabilities.write) return;
        const batch = { topic, partition: 0, records: [recordOf("lost")], baseSequence: 0 };
        const [written] = await (await trial.writer()).produce(other, [batch], produceOptions);
        checkError("produce", written?.error, "NOT_LEADER_OR_FOLLOWER");
      },
    ),
    ...(["fetch", "listOffsets"] as const).flatMap((request) => epochCases(request, subject)),
  ];
}

/** What a leader does with the leader epoch of a request. */
function epochCases(request: "fetch" | "listOffsets", { moveLeader, define }: TransportSubject): ConformanceCase[] {
  const cases = [
    define(`${request} accepts the leader epoch that metadata tells, where it tells one`, async (trial) => {
      const topic = await trial.topic();
      const epoch = await leaderEpochOf(trial, topic);
      if (epoch === undefined) return;
      const error = await errorAt(trial, request, topic, epoch);
      check(error === undefined, `${request} with the epoch ${epoch} returned ${String(error)}`, error);
    }),
    define(
      `${request} with a newer leader epoch is UNKNOWN_LEADER_EPOCH, where metadata tells epochs`,
      async (trial) => {
        const topic = await trial.topic();
        const epoch = await leaderEpochOf(trial, topic);
        if (epoch === undefined) return;
        checkError(
          `${request} with a newer epoch`,
          await errorAt(trial, request, topic, epoch + 1),
          "UNKNOWN_LEADER_EPOCH",
        );
      },
    ),
  ];
  if (moveLeader === undefined) return cases;
  return [
    ...cases,
    define(`${request} with an older leader epoch is FENCED_LEADER_EPOCH, once the leader has moved`, async (trial) => {
      const topic = await trial.topic();
      const epoch = await leaderEpochOf(trial, topic);
      check(epoch !== undefined, "metadata tells no leader epoch");
      await moveLeader(topic, 0);
      while (((await leaderEpochOf(trial, topic)) ?? epoch) <= epoch) {
        await trial.pause(`metadata to tell an epoch after ${epoch}`);
      }
      const error = await errorAt(trial, request, topic, epoch);
      checkError(`${request} with the older epoch`, error, "FENCED_LEADER_EPOCH");
    }),
  ];
}

/** The epoch of the leader of a topic's first partition, if metadata tells it. */
async function leaderEpochOf(trial: Trial, topic: string): Promise<number | undefined> {
  const { partitions = [] } = await trial.known(await trial.reader(), topic);
  return partitions.find(({ partition }) => partition === 0)?.leaderEpoch;
}

/** The error of a request that is sent with an epoch to the leader of a topic's first partition. */
async function errorAt(
  trial: Trial,
  request: "fetch" | "listOffsets",
  topic: string,
  leaderEpoch: number,
): Promise<unknown> {
  const reader = await trial.reader();
  const query = { topic, partition: 0, leaderEpoch };
  const offset = await trial.endOf(topic);
  const leader = await trial.leaderOf(reader, topic);
  const [result] =
    request === "fetch"
      ? await reader.fetch(leader, [{ ...query, offset }], { ...noLimits, minBytes: 0 })
      : await reader.listOffsets(leader, [{ ...query, at: "latest" }]);
  return result?.error;
}
