import type { ConformanceCase } from "./conformance-case.ts";
import { check } from "./conformance-error.ts";
import type { DefineTrial } from "./transport-cases.ts";
import { checkError } from "./refusals.ts";
import { recordOf } from "./requests.ts";

/** How long a log that creates topics by itself may take to create one. */
const creationMs = 1_000;
const pauseMs = 50;

const unknown = "UNKNOWN_TOPIC_OR_PARTITION";

/** Metadata, and topics that are made, grown and deleted. */
export function topicCases(define: DefineTrial): ConformanceCase[] {
  return [
    define("metadata tells a topic's partitions and their leaders", async (trial) => {
      const connection = await trial.open("read");
      const topic = await trial.topic(connection, 3);
      const [found, ...more] = await connection.metadata([topic]);
      check(found?.topic === topic && more.length === 0, "metadata of one topic is not one answer for it");
      const numbers = found.partitions?.map(({ partition }) => partition).toSorted((a, b) => a - b);
      check(numbers?.join() === "0,1,2", `the three partitions are ${String(numbers)}`);
      const leaders = found.partitions?.map(({ leader }) => leader) ?? [];
      check(
        leaders.every((leader) => Number.isInteger(leader) && leader >= 0),
        `the leaders are ${String(leaders)}`,
      );
    }),
    define("metadata of an unknown topic is that topic's error", async (trial) => {
      const connection = await trial.open("read");
      const [topic, missing] = [await trial.topic(connection), trial.freshName()];
      const found = await connection.metadata([missing, topic]);
      check(found.length === 2, `metadata of two topics is ${found.length} answers`);
      checkError("metadata", found.find((one) => one.topic === missing)?.error, unknown);
      check(found.find((one) => one.topic === topic)?.error === undefined, "the topic beside it has an error, too");
    }),
    define("asking for a topic's metadata does not create it", async (trial) => {
      const connection = await trial.open();
      const missing = trial.freshName();
      await connection.metadata([missing]);
      const all = await connection.metadata();
      check(!all.some(({ topic }) => topic === missing), `metadata created ${missing}`);
    }),
    define(
      "a topic that may be created is created or unknown, and where it is created it takes records",
      async (trial) => {
        const connection = await trial.open();
        const topic = trial.freshName();
        const until = performance.now() + creationMs;
        for (;;) {
          const [found] = await connection.metadata([topic], { allowAutoTopicCreation: true });
          check(found?.topic === topic, `metadata of ${topic} is that of ${found?.topic}`);
          if (found.partitions?.some(({ leader }) => leader >= 0)) break;
          if (found.error !== undefined)
            check(found.error.retriable, `metadata answered ${found.error.message}`, found.error);
          // A log that creates no topics says so as often as it is asked.
          if (performance.now() > until) return checkError("metadata", found.error, unknown);
          await new Promise((resolve) => setTimeout(resolve, pauseMs));
        }
        await trial.append(connection, topic, [recordOf("first")]);
      },
    ),
    define("metadata without names is that of every topic", async (trial) => {
      const connection = await trial.open("read");
      const topics = [await trial.topic(connection), await trial.topic(connection)];
      const all = (await connection.metadata()).map(({ topic }) => topic);
      check(
        topics.every((topic) => all.includes(topic)),
        "metadata leaves out a topic",
      );
    }),
    define("createTopics has an outcome for each; a topic that exists is that topic's error", async (trial) => {
      const connection = await trial.open("admin");
      const [one, two, existing] = [trial.freshName(), trial.freshName(), await trial.topic(connection)];
      const outcomes = await connection.createTopics([
        { topic: one, partitions: 2 },
        { topic: existing },
        { topic: two },
      ]);
      check(
        outcomes.map(({ topic }) => topic).join() === [one, existing, two].join(),
        "the outcomes are in another order",
      );
      check(outcomes[0]?.error === undefined, `${one}: ${String(outcomes[0]?.error)}`);
      checkError("createTopics of a topic that exists", outcomes[1]?.error, "TOPIC_ALREADY_EXISTS");
      check(outcomes[2]?.error === undefined, `${two}: ${String(outcomes[2]?.error)}`);
      const { partitions } = await trial.known(connection, one, 2);
      check(partitions?.length === 2, `the topic of 2 partitions has ${partitions?.length}`);
    }),
    define("createPartitions grows topics; an unknown topic is that topic's error", async (trial) => {
      const connection = await trial.open("admin");
      const [topic, missing] = [await trial.topic(connection), trial.freshName()];
      const outcomes = await connection.createPartitions([
        { topic: missing, partitions: 3 },
        { topic, partitions: 3 },
      ]);
      check(outcomes.map((one) => one.topic).join() === [missing, topic].join(), "the outcomes are in another order");
      checkError("createPartitions of an unknown topic", outcomes[0]?.error, unknown);
      check(outcomes[1]?.error === undefined, `${topic}: ${String(outcomes[1]?.error)}`);
      const { partitions } = await trial.known(connection, topic, 3);
      check(partitions?.length === 3, `the topic grown to 3 partitions has ${partitions?.length}`);
    }),
    define("createPartitions to no more than there are is an error", async (trial) => {
      const connection = await trial.open("admin");
      const topic = await trial.topic(connection, 2);
      const [outcome] = await connection.createPartitions([{ topic, partitions: 2 }]);
      checkError("createPartitions to 2 of 2", outcome?.error, "INVALID_PARTITIONS");
    }),
    define("deleteTopics deletes; an unknown topic is that topic's error", async (trial) => {
      const connection = await trial.open("admin");
      const [topic, missing] = [await trial.topic(connection), trial.freshName()];
      const outcomes = await connection.deleteTopics([missing, topic]);
      check(outcomes.map((one) => one.topic).join() === [missing, topic].join(), "the outcomes are in another order");
      checkError("deleteTopics of an unknown topic", outcomes[0]?.error, unknown);
      check(outcomes[1]?.error === undefined, `${topic}: ${String(outcomes[1]?.error)}`);
      await trial.gone(connection, topic);
    }),
    define("a topic made again has another id, where the log tells ids", async (trial) => {
      const connection = await trial.open("admin");
      const topic = await trial.topic(connection);
      const before = await trial.known(connection, topic);
      await connection.deleteTopics([topic]);
      await trial.gone(connection, topic);
      await connection.createTopics([{ topic }]);
      const after = await trial.known(connection, topic);
      if (before.error !== undefined || after.error !== undefined || before.topicId === undefined) return;
      check(after.topicId !== before.topicId, `both topics have the id ${before.topicId}`);
    }),
  ];
}
