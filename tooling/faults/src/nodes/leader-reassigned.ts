import type { Kafka } from "@dataqueues/tooling-kafka";
import { Kafka as Client, logLevel } from "kafkajs";

import type { Nemesis } from "../nemesis.ts";
import { kafkaLog } from "../log-under-test.ts";
import { allInSync } from "../cluster-state.ts";
import { Workload } from "../workload.ts";
import { waitUntil } from "../wait-until.ts";

/** Moves both replicas of every partition, its leader too, to other nodes, as when a cluster is rebalanced. */
export const leaderReassigned: Nemesis = {
  name: "leader-reassigned",
  cycles: { gate: 3, usual: 15, long: 50 },
  async run(context) {
    const kafka = await context.threeNodes();
    const workload = await Workload.start(kafkaLog(kafka), this.name, context.random);
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      context.say(`move ${cycle} of ${context.cycles}`);
      await move(kafka, workload.topics, [(cycle % 3) + 1, ((cycle + 1) % 3) + 1]);
      await workload.progress(500);
    }
    await move(kafka, workload.topics, [1, 2, 3]);
    await allInSync(kafka, workload.topics);
    return workload.finish(context, this.name, ["each cycle moves all nine partitions"]);
  },
};

async function move(kafka: Kafka, topics: readonly string[], replicas: number[]): Promise<void> {
  const admin = new Client({ brokers: [...kafka.bootstrapServers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const partitionAssignment = [0, 1, 2].map((partition) => ({ partition, replicas }));
  await admin.alterPartitionReassignments({ topics: topics.map((topic) => ({ topic, partitionAssignment })) });
  const moved = async (): Promise<boolean> => {
    const { topics: described } = await admin.fetchTopicMetadata({ topics: [...topics] });
    return described.every((topic) =>
      topic.partitions.every(
        ({ leader, isr }) => replicas.includes(leader) && isr.toSorted().join() === replicas.toSorted().join(),
      ),
    );
  };
  await waitUntil(moved, 60_000, "the reassignment");
  await admin.disconnect();
}
