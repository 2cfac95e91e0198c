import { setTimeout as wait } from "node:timers/promises";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, kafkajs } from "dataqueues";

import type { Nemesis } from "../nemesis.ts";
import { checkLog } from "../checker.ts";
import { kafkaLog } from "../log-under-test.ts";
import { History } from "../history.ts";
import { readPayload } from "../payload.ts";
import { allInSync } from "../cluster-state.ts";
import { Workload } from "../workload.ts";
import { waitUntil } from "../wait-until.ts";

/**
 * Deletes a topic while it is written and read, and creates it again, at once or a little later. Producer and consumer
 * must continue with the new topic: messages acknowledged after its creation are in it and are read. Other topics are
 * not affected.
 */
export const topicRecreated: Nemesis = {
  name: "topic-recreated",
  cycles: { gate: 2, usual: 15, long: 50 },
  async run(context) {
    const kafka = await context.threeNodes();
    const workload = await Workload.start(kafkaLog(kafka), this.name, context.random);
    const topic = `${this.name}-deleted`;
    const transport = kafkajs(kafka.bootstrapServers);
    await using admin = new DataQueueAdmin(transport);
    await admin.createTopics([[topic, 1]]);
    await using producer = new DataQueueProducer(transport, { topic });
    await using consumer = new DataQueueConsumer(transport, { topics: [topic] });
    const read = new Set<number>();
    const reading = (async () => {
      for await (const { value } of consumer) read.add(readPayload(value)?.sequence ?? -1);
    })();
    const history = new History();
    const send = history.sender({ topic, send: (payload) => producer.send(payload) });
    const stop = new AbortController();
    const sending = (async () => {
      for (; !stop.signal.aborted; await wait(5)) await send();
    })();
    const progress = async (): Promise<void> => {
      const [acknowledged, delivered] = [history.acknowledged + 50, read.size + 50];
      await waitUntil(
        () => history.acknowledged >= acknowledged && read.size >= delivered,
        60_000,
        "reading the new topic",
      );
    };
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      await progress();
      context.say(`delete ${cycle} of ${context.cycles}`);
      await admin.deleteTopics([topic]);
      if (cycle % 2 === 0) await wait(2_000 * context.random());
      await admin.createTopics([[topic, 1]]);
      history.excludeTopic(topic);
    }
    await progress();
    stop.abort();
    await sending;
    await allInSync(kafka, [topic]);
    const { examples, ends, lost, duplicated, outOfOrder } = await checkLog(kafka.bootstrapServers, history);
    const end = ends[topic]?.["0"] ?? 0;
    const newest = history.sent - 1;
    const broken = await waitUntil(() => read.has(newest), 30_000, `reading the last of ${end} records`).then(
      () => examples,
      (error: unknown) => [String(error), ...examples],
    );
    await consumer.close();
    await reading;
    const others = await workload.finish(context, this.name, [
      `${history.acknowledged} sends to the deleted topic acknowledged, ${history.rejected} rejected`,
      "the table counts the other topics, and the errors found in the last recreated topic",
    ]);
    return {
      ...others,
      lost: others.lost + lost,
      duplicated: others.duplicated + duplicated,
      outOfOrder: others.outOfOrder + outOfOrder,
      broken: [...others.broken, ...broken],
    };
  },
};
