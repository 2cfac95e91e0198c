import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Kafka, KafkaNode } from "@dataqueues/tooling-kafka";

import type { Fault } from "../fault.ts";
import { kafkaLog } from "../kafka-log.ts";
import { allInSync } from "../three-nodes.ts";
import { Traffic } from "../traffic.ts";

/** SIGKILL of the active controller, and its restart. */
export const controllerKilled: Fault = {
  name: "controller-killed",
  cycles: { gate: 1, usual: 5, long: 20 },
  async run(context) {
    const kafka = await context.threeNodes();
    const traffic = await Traffic.start(kafkaLog(kafka), this.name, context.random);
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      await allInSync(kafka, traffic.topics);
      const node = await activeController(kafka);
      context.say(`kill ${cycle} of ${context.cycles}: node ${node.id}`);
      await node.kill();
      await traffic.progress(500);
      await node.start();
    }
    return traffic.finish(context, this.name);
  },
};

/** The log in which KRaft keeps what it knows; its first version had another name for it. */
function metadataLog(version: string): string {
  return version === "2.8.1" ? "@metadata-0" : "__cluster_metadata-0";
}

/**
 * The controller that the nodes elected last, from the file in which each keeps its vote: to clients Kafka names any
 * node as the controller.
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
