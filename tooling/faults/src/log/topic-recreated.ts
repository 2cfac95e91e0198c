import { setTimeout as wait } from "node:timers/promises";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, kafkajs } from "dataqueues";

import type { Fault } from "../fault.ts";
import { judgeLog } from "../judge-log.ts";
import { kafkaLog } from "../kafka-log.ts";
import { Ledger } from "../ledger.ts";
import { readPayload } from "../payload.ts";
import { allInSync } from "../three-nodes.ts";
import { Traffic } from "../traffic.ts";
import { until } from "../until.ts";

/**
 * A topic is deleted and made again under its writer and its reader, at once or a while later: both go on with the new
 * one, what was acknowledged after it was there is in it and was read, and other topics notice nothing.
 */
export const topicRecreated: Fault = {
  name: "topic-recreated",
  cycles: { gate: 2, usual: 15, long: 50 },
  async run(context) {
    const kafka = await context.threeNodes();
    const traffic = await Traffic.start(kafkaLog(kafka), this.name, context.random);
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
    const ledger = new Ledger();
    const send = ledger.sender({ topic, send: (payload) => producer.send(payload) });
    const stop = new AbortController();
    const sending = (async () => {
      for (; !stop.signal.aborted; await wait(5)) await send();
    })();
    const progress = async (): Promise<void> => {
      const [acknowledged, delivered] = [ledger.acknowledged + 50, read.size + 50];
      await until(() => ledger.acknowledged >= acknowledged && read.size >= delivered, 60_000, "reading the new topic");
    };
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      await progress();
      context.say(`delete ${cycle} of ${context.cycles}`);
      await admin.deleteTopics([topic]);
      if (cycle % 2 === 0) await wait(2_000 * context.random());
      await admin.createTopics([[topic, 1]]);
      ledger.forgive(topic);
    }
    await progress();
    stop.abort();
    await sending;
    await allInSync(kafka, [topic]);
    const { examples, ends, lost, duplicated, outOfOrder } = await judgeLog(kafka.bootstrapServers, ledger);
    const end = ends[topic]?.["0"] ?? 0;
    const newest = ledger.sent - 1;
    const broken = await until(() => read.has(newest), 30_000, `reading the last of ${end} records`).then(
      () => examples,
      (error: unknown) => [String(error), ...examples],
    );
    await consumer.close();
    await reading;
    const rest = await traffic.finish(context, this.name, [
      `${ledger.acknowledged} sends to the deleted topic acknowledged, ${ledger.rejected} rejected`,
      "the counts of the table are of the other topics, plus what is wrong in the last of the topics made again",
    ]);
    return {
      ...rest,
      lost: rest.lost + lost,
      duplicated: rest.duplicated + duplicated,
      outOfOrder: rest.outOfOrder + outOfOrder,
      broken: [...rest.broken, ...broken],
    };
  },
};
