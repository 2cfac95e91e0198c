import { DataQueueAdmin, kafkajs } from "dataqueues";

import type { Nemesis } from "../nemesis.ts";
import { kafkaLog } from "../log-under-test.ts";
import { Workload } from "../workload.ts";
import { waitUntil } from "../wait-until.ts";

/** How soon a new partition must be written and read: clients refresh their metadata every 5 s. */
const deadlineMs = 30_000;

/** Adds partitions to topics while they are written and read. No record of a new partition may be missed. */
export const partitionsGrown: Nemesis = {
  name: "partitions-grown",
  cycles: { gate: 2, usual: 10, long: 50 },
  async run(context) {
    const kafka = await context.threeNodes();
    const workload = await Workload.start(kafkaLog(kafka), this.name, context.random);
    await using admin = new DataQueueAdmin(kafkajs(kafka.bootstrapServers));
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      context.say(`${3 + cycle} partitions`);
      await admin.createTopics(workload.topics.map((topic) => [topic, 3 + cycle]));
      const watches = workload.watch([2 + cycle], workload.topics[2]);
      await waitUntil(() => watches.every(({ ticks }) => ticks > 0), deadlineMs, "use of the new partition");
      await workload.progress(100);
    }
    return workload.finish(context, this.name, ["each cycle adds one partition to each of three topics"]);
  },
};
