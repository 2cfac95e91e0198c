import type { Kafka } from "@dataqueues/tooling-kafka";
import { Kafka as Client, logLevel } from "kafkajs";

import type { Fault } from "../fault.ts";
import { kafkaLog } from "../kafka-log.ts";
import { allInSync } from "../three-nodes.ts";
import { Traffic } from "../traffic.ts";
import { until } from "../until.ts";

/** Every partition moves to other nodes, its leader too, as when a cluster is rebalanced: two replicas that wander. */
export const leaderReassigned: Fault = {
  name: "leader-reassigned",
  cycles: { gate: 3, usual: 15, long: 50 },
  async run(context) {
    const kafka = await context.threeNodes();
    const traffic = await Traffic.start(kafkaLog(kafka), this.name, context.random);
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      context.say(`move ${cycle} of ${context.cycles}`);
      await move(kafka, traffic.topics, [(cycle % 3) + 1, ((cycle + 1) % 3) + 1]);
      await traffic.progress(500);
    }
    await move(kafka, traffic.topics, [1, 2, 3]);
    await allInSync(kafka, traffic.topics);
    return traffic.finish(context, this.name, ["a cycle moves all nine partitions"]);
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
  await until(moved, 60_000, "the move");
  await admin.disconnect();
}
