import { check, checkError } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import type { TransportSubject } from "./transport-subject.ts";
import { recordOf } from "./trial.ts";

/** How long a log that creates topics by itself may take to create one. */
const creationMs = 1_000;

const unknown = "UNKNOWN_TOPIC_OR_PARTITION";

/** Metadata, and topics that are created, grown and deleted. */
export function topicCases({ capabilities, define }: TransportSubject): ConformanceCase[] {
  const cases = [
    define("metadata tells a topic's partitions and their leaders", async (trial) => {
      const topic = await trial.topic(3);
      const [found, ...more] = await (await trial.reader()).metadata([topic]);
      check(found?.topic === topic && more.length === 0, "metadata of one topic is not one result for it");
      const numbers = found.partitions?.map(({ partition }) => partition).toSorted((a, b) => a - b);
      check(numbers?.join() === "0,1,2", `the three partitions are ${String(numbers)}`);
      const leaders = found.partitions?.map(({ leader }) => leader) ?? [];
      check(
        leaders.every((leader) => Number.isInteger(leader) && leader >= 0),
        `the leaders are ${String(leaders)}`,
      );
    }),
    define("metadata of an unknown topic is that topic's error", async (trial) => {
      const [topic, missing] = [await trial.topic(), trial.freshName()];
      const found = await (await trial.reader()).metadata([missing, topic]);
      check(found.length === 2, `metadata of two topics is ${found.length} results`);
      checkError("metadata", found.find((one) => one.topic === missing)?.error, unknown);
      check(found.find((one) => one.topic === topic)?.error === undefined, "the topic beside it has an error, too");
    }),
    define("asking for a topic's metadata does not create it", async (trial) => {
      const [reader, missing] = [await trial.reader(), trial.freshName()];
      await reader.metadata([missing]);
      const all = await reader.metadata();
      check(!all.some(({ topic }) => topic === missing), `metadata created ${missing}`);
    }),
    define("metadata without names is that of every topic", async (trial) => {
      const topics = [await trial.topic(), await trial.topic()];
      const all = (await (await trial.reader()).metadata()).map(({ topic }) => topic);
      check(
        topics.every((topic) => all.includes(topic)),
        "metadata leaves out a topic",
      );
    }),
    define("a topic that is created again has another id, where metadata tells ids", async (trial) => {
      const topic = await trial.topic();
      const [reader, admin] = [await trial.reader(), await trial.admin()];
      const before = await trial.known(reader, topic);
      await admin.deleteTopics([topic]);
      await trial.gone(topic);
      await admin.createTopics([{ topic }]);
      const after = await trial.known(reader, topic);
      if (before.error !== undefined || after.error !== undefined || before.topicId === undefined) return;
      check(after.topicId !== before.topicId, `both topics have the id ${before.topicId}`);
    }),
  ];
  if (capabilities.write) {
    cases.push(
      define("a topic that may be created is created and takes records, or is unknown", async (trial) => {
        const [writer, topic] = [await trial.writer(), trial.freshName()];
        const deadline = performance.now() + creationMs;
        for (;;) {
          const [found] = await writer.metadata([topic], { allowAutoTopicCreation: true });
          check(found?.topic === topic, `metadata of ${topic} is that of ${found?.topic}`);
          if (found.partitions?.some(({ leader }) => leader >= 0)) break;
          if (found.error !== undefined) {
            check(found.error.retriable, `metadata returned ${found.error.message}`, found.error);
            // A log that creates no topics goes on saying so.
            if (performance.now() > deadline) return checkError("metadata", found.error, unknown);
          }
          await trial.pause(`${topic} to be created`);
        }
        await trial.append(topic, [recordOf("first")]);
      }),
    );
  }
  if (!capabilities.admin) return cases;
  return [
    ...cases,
    define("createTopics has a result for each; an existing topic is that topic's error", async (trial) => {
      const [one, two, existing] = [trial.freshName(), trial.freshName(), await trial.topic()];
      const admin = await trial.admin();
      const results = await admin.createTopics([{ topic: one, partitions: 2 }, { topic: existing }, { topic: two }]);
      check(
        results.map(({ topic }) => topic).join() === [one, existing, two].join(),
        "the results are in another order",
      );
      check(results[0]?.error === undefined, `${one}: ${String(results[0]?.error)}`);
      checkError("createTopics of an existing topic", results[1]?.error, "TOPIC_ALREADY_EXISTS");
      check(results[2]?.error === undefined, `${two}: ${String(results[2]?.error)}`);
      const { partitions } = await trial.known(admin, one, 2);
      check(partitions?.length === 2, `the topic of 2 partitions has ${partitions?.length}`);
    }),
    define("createPartitions grows topics; an unknown topic is that topic's error", async (trial) => {
      const [topic, missing] = [await trial.topic(), trial.freshName()];
      const admin = await trial.admin();
      const results = await admin.createPartitions([
        { topic: missing, partitions: 3 },
        { topic, partitions: 3 },
      ]);
      check(results.map((one) => one.topic).join() === [missing, topic].join(), "the results are in another order");
      checkError("createPartitions of an unknown topic", results[0]?.error, unknown);
      check(results[1]?.error === undefined, `${topic}: ${String(results[1]?.error)}`);
      const { partitions } = await trial.known(admin, topic, 3);
      check(partitions?.length === 3, `the topic grown to 3 partitions has ${partitions?.length}`);
    }),
    define("createPartitions to no more than there are is an error", async (trial) => {
      const topic = await trial.topic(2);
      const [result] = await (await trial.admin()).createPartitions([{ topic, partitions: 2 }]);
      checkError("createPartitions to 2 of 2", result?.error, "INVALID_PARTITIONS");
    }),
    define("deleteTopics deletes; an unknown topic is that topic's error", async (trial) => {
      const [topic, missing] = [await trial.topic(), trial.freshName()];
      const results = await (await trial.admin()).deleteTopics([missing, topic]);
      check(results.map((one) => one.topic).join() === [missing, topic].join(), "the results are in another order");
      checkError("deleteTopics of an unknown topic", results[0]?.error, unknown);
      check(results[1]?.error === undefined, `${topic}: ${String(results[1]?.error)}`);
      await trial.gone(topic);
    }),
  ];
}
