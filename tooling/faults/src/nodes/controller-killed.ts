import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Kafka, KafkaNode } from "@dataqueues/tooling-kafka";

import type { Nemesis } from "../nemesis.ts";
import { kafkaLog } from "../log-under-test.ts";
import { allInSync } from "../cluster-state.ts";
import { Workload } from "../workload.ts";

/** Kills the active controller with SIGKILL and restarts it. */
export const controllerKilled: Nemesis = {
  name: "controller-killed",
  cycles: { gate: 1, usual: 5, long: 20 },
  async run(context) {
    const kafka = await context.threeNodes();
    const workload = await Workload.start(kafkaLog(kafka), this.name, context.random);
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      await allInSync(kafka, workload.topics);
      const node = await activeController(kafka);
      context.say(`kill ${cycle} of ${context.cycles}: node ${node.id}`);
      await node.kill();
      await workload.progress(500);
      await node.start();
    }
    return workload.finish(context, this.name);
  },
};

/** The directory of KRaft's metadata log, which had another name in its first version. */
function metadataLog(version: string): string {
  return version === "2.8.1" ? "@metadata-0" : "__cluster_metadata-0";
}

/**
 * The controller that the nodes elected last, read from the file in which each node keeps its vote. Clients cannot be
 * asked, because Kafka tells them a random node as the controller.
 */
async function activeController(kafka: Kafka): Promise<KafkaNode> {
  const votes = await Promise.all(
    kafka.nodes.map(async ({ id, logFile }) => {
      const file = join(dirname(logFile), `data-${id}`, metadataLog(kafka.version), "quorum-state");
      const vote: { leaderId: number; leaderEpoch: number } = JSON.parse(await readFile(file, "utf8"));
      return vote;
    }),
  );
  const [latest] = votes
    .filter(({ leaderId }) => leaderId > 0)
    .sort((one, other) => other.leaderEpoch - one.leaderEpoch);
  const node = kafka.nodes.find(({ id }) => id === latest?.leaderId);
  if (node === undefined) throw new Error(`no controller among ${JSON.stringify(votes)}`);
  return node;
}
