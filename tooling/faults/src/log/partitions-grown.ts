import { DataQueueAdmin, kafkajs } from "dataqueues";

import type { Fault } from "../fault.ts";
import { kafkaLog } from "../kafka-log.ts";
import { Traffic } from "../traffic.ts";
import { until } from "../until.ts";

/** How soon a new partition must be written and read: the age of the clients' metadata twice over, on a busy machine. */
const patienceMs = 30_000;

/** Topics get more partitions while they are written and read; no record of a new one may be missed. */
export const partitionsGrown: Fault = {
  name: "partitions-grown",
  cycles: { gate: 2, usual: 10, long: 50 },
  async run(context) {
    const kafka = await context.threeNodes();
    const traffic = await Traffic.start(kafkaLog(kafka), this.name, context.random);
    await using admin = new DataQueueAdmin(kafkajs(kafka.bootstrapServers));
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      context.say(`${3 + cycle} partitions`);
      await admin.createTopics(traffic.topics.map((topic) => [topic, 3 + cycle]));
      const watches = traffic.watch([2 + cycle], traffic.topics[2]);
      await until(() => watches.every(({ ticks }) => ticks > 0), patienceMs, "use of the new partition");
      await traffic.progress(100);
    }
    return traffic.finish(context, this.name, ["a cycle adds one partition to each of three topics"]);
  },
};
