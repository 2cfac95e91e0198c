import type { TopicMetadata, TopicPartition } from "@dataqueues/core";

import { check, checkError } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import type { DefineInGroup } from "./group-cases.ts";
import type { Trial } from "./trial.ts";

/** The offsets that a group keeps. */
export function committedOffsetCases(define: DefineInGroup): ConformanceCase[] {
  return [
    define("a committed offset is fetched again; where none was committed there is none", async (groups) => {
      const topic = await groups.trial.topic(15);
      const member = await groups.owner(topic, 15);
      await groups.commit(member, topic, 0n, 0);
      await groups.commit(member, topic, 5n, 2);
      await groups.commit(member, topic, 7n, 2);
      const places: TopicPartition[] = [0, 1, 2].map((partition) => [topic, partition]);
      const kept = await groups.committed(member, places);
      check(kept.map(String).join() === "0,undefined,7", `the offsets 0, none and 7 are ${kept.map(String).join()}`);
    }),
    define(
      "commitOffsets and fetchOffsets have an answer for each, in order; what is unknown is that answer's",
      async (groups) => {
        const [topic, other, missing] = [
          await groups.trial.topic(2),
          await groups.trial.topic(),
          groups.trial.freshName(),
        ];
        const member = await groups.owner(topic, 2);
        const places: TopicPartition[] = [
          [topic, 1],
          [other, 0],
          [missing, 0],
          [topic, 99],
          [topic, 0],
        ];
        const connection = await groups.connection();
        const answers = await groups.trial.retried("a commit", () =>
          connection.commitOffsets(
            member.state,
            places.map(([name, partition]) => ({ topic: name, partition, offset: 3n })),
          ),
        );
        const told = answers.map((one) => `${one.topic}/${one.partition}`).join();
        check(told === places.map((one) => one.join("/")).join(), `the answers are those of ${told}`);
        for (const index of [0, 1, 4])
          check(
            answers[index]?.error === undefined,
            `commitOffsets returned ${String(answers[index]?.error)}`,
            answers[index]?.error,
          );
        for (const index of [2, 3])
          checkError("the unknown partition", answers[index]?.error, "UNKNOWN_TOPIC_OR_PARTITION");
        const kept = (await groups.committed(member, places)).map(String).join();
        check(kept === "3,3,undefined,undefined,3", `the committed offsets are ${kept}, not 3,3,undefined,undefined,3`);
      },
    ),
    define("committed offsets stay when all members have left", async (groups) => {
      const topic = await groups.trial.topic();
      const member = await groups.owner(topic, 1);
      await groups.commit(member, topic, 5n);
      await member.leave();
      const [kept] = await groups.committed(await groups.owner(topic, 1), [[topic, 0]]);
      check(kept === 5n, `the offset that the member before committed is 5, and now ${kept}`);
    }),
    define("each group has offsets of its own", async (groups) => {
      const topic = await groups.trial.topic();
      const [member, other] = [
        await groups.owner(topic, 1),
        await groups.owner(topic, 1, { group: groups.trial.freshName() }),
      ];
      await groups.commit(member, topic, 5n);
      const [kept] = await groups.committed(other, [[topic, 0]]);
      check(kept === undefined, `the group that committed nothing has the offset ${kept}`);
    }),
    define("a topic that is created again has no committed offsets", async (groups) => {
      const topic = await groups.trial.topic();
      const member = await groups.owner(topic, 1);
      await groups.commit(member, topic, 5n);
      await recreate(groups.trial, topic);
      for (;;) {
        const [kept] = await groups.committed(member, [[topic, 0]]);
        if (kept === undefined) return;
        await groups.trial.pause(`the offset ${kept} to be forgotten`);
      }
    }),
    define(
      "a commit with the id of a topic before is UNKNOWN_TOPIC_ID and keeps nothing, where metadata tells ids",
      async (groups) => {
        const topic = await groups.trial.topic();
        const member = await groups.owner(topic, 1);
        const [reader, connection] = [await groups.trial.reader(), await groups.connection()];
        const topicId = idOf(await groups.trial.known(reader, topic));
        await recreate(groups.trial, topic);
        if (topicId === undefined || topicId === idOf(await groups.trial.known(reader, topic))) return;
        for (;;) {
          const [answer] = await groups.trial.retried("a commit", () =>
            connection.commitOffsets(member.state, [{ topic, topicId, partition: 0, offset: 5n }]),
          );
          // A node may not know the new topic yet.
          if (answer?.error?.code !== "UNKNOWN_TOPIC_OR_PARTITION") {
            checkError("commitOffsets", answer?.error, "UNKNOWN_TOPIC_ID");
            break;
          }
          await groups.trial.pause(`a late commit to be refused; ${answer.error.message}`);
        }
        const [kept] = await groups.committed(member, [[topic, 0]]);
        check(kept === undefined, `the offset ${kept} was kept all the same`);
      },
    ),
  ];
}

function idOf(metadata: TopicMetadata): string | undefined {
  return metadata.error === undefined ? metadata.topicId : undefined;
}

/** Deletes a topic and creates it again. */
async function recreate(trial: Trial, topic: string): Promise<void> {
  const admin = await trial.admin();
  await admin.deleteTopics([topic]);
  await trial.gone(topic);
  await admin.createTopics([{ topic, partitions: 1 }]);
  await trial.endOf(topic);
}
