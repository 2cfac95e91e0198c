import type { Kafka } from "@dataqueues/tooling-kafka";
import { Kafka as Client, logLevel } from "kafkajs";

import { waitUntil } from "./wait-until.ts";

/** Moves the replicas of all partitions of topics to these nodes, and resolves when one of them leads each partition. */
export async function moveReplicas(kafka: Kafka, topics: readonly string[], replicas: number[]): Promise<void> {
  const admin = new Client({ brokers: [...kafka.bootstrapServers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const described = async (): ReturnType<typeof admin.fetchTopicMetadata> =>
    admin.fetchTopicMetadata({ topics: [...topics] });
  const assignments = (await described()).topics.map(({ name, partitions }) => ({
    topic: name,
    partitionAssignment: partitions.map(({ partitionId }) => ({ partition: partitionId, replicas })),
  }));
  await admin.alterPartitionReassignments({ topics: assignments });
  const moved = async (): Promise<boolean> =>
    (await described()).topics.every((topic) =>
      topic.partitions.every(
        ({ leader, isr }) => replicas.includes(leader) && isr.toSorted().join() === replicas.toSorted().join(),
      ),
    );
  await waitUntil(moved, 60_000, "the reassignment");
  await admin.disconnect();
}
