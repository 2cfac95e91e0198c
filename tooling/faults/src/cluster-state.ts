import type { Kafka, KafkaNode } from "@dataqueues/tooling-kafka";
import { DataQueueAdmin, kafkajs } from "dataqueues";

import { waitUntil } from "./wait-until.ts";

/** The node that leads a partition now. */
export async function leaderOf(kafka: Kafka, topic: string, partition = 0): Promise<KafkaNode> {
  await using admin = new DataQueueAdmin(kafkajs(kafka.bootstrapServers));
  const [described] = await admin.describeTopics([topic]);
  const leader = described?.partitions?.find((one) => one.partition === partition)?.leader;
  const node = kafka.nodes.find(({ id }) => id === leader);
  if (node === undefined) throw new Error(`no node leads ${topic}[${partition}]`);
  return node;
}

/** Resolves when every partition of the topics has a leader and every replica is in sync: the cluster can lose its next node. */
export async function allInSync(kafka: Kafka, topics: readonly string[]): Promise<void> {
  await using admin = new DataQueueAdmin(kafkajs(kafka.bootstrapServers, { requestTimeout: 5_000 }));
  const inSync = async (): Promise<boolean> => {
    const described = await admin.describeTopics(topics).catch(() => []);
    return (
      described.length === topics.length &&
      described.every(({ partitions }) =>
        partitions?.every(
          ({ leader, replicas, inSyncReplicas }) => leader >= 0 && replicas?.length === inSyncReplicas?.length,
        ),
      )
    );
  };
  await waitUntil(inSync, 120_000, "every replica being in sync");
}
