import { setTimeout as wait } from "node:timers/promises";
import { DataQueueConsumer, DataQueueProducer, kafkajs } from "dataqueues";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { mersenne } from "pure-rand/generator/mersenne";

import { Sampler } from "./measured-process.ts";
import { soakTopics } from "./soak-topics.ts";
import type { SoakTask } from "./soak.ts";

/** Between two bursts of a producer, so that the changes of topics get time on a core. */
const restMs = 20;

const task: SoakTask = JSON.parse(process.argv[2] ?? "");
const generator = mersenne(task.seed);
const sampler = new Sampler();
const transport = kafkajs(task.servers);
const result = { acknowledged: 0, read: 0, changes: 0, changed: 0 };

/** Stops the producers and consumers, of which each encoding has one. */
const stop = new AbortController();
const work = soakTopics.map(async ({ topic, encoding, value }) => {
  const producer = new DataQueueProducer(transport, { topic, encoding });
  const consumer = new DataQueueConsumer(transport, { topics: [topic], encoding, from: "latest" });
  await consumer.connect();
  const reading = (async () => {
    for await (const { offset } of consumer) if (offset >= 0n) result.read += 1;
  })();
  while (!stop.signal.aborted) {
    await Promise.all(Array.from({ length: 10 }, () => producer.send(value)));
    result.acknowledged += 10;
    await wait(restMs);
  }
  await producer.close();
  await consumer.close();
  await reading;
});

/** One more consumer, of raw bytes, whose topics keep changing. */
const names = soakTopics.map(({ topic }) => topic);
const changing = new DataQueueConsumer(transport, { topics: names, from: "latest" });
const reading = (async () => {
  for await (const { offset } of changing) if (offset >= 0n) result.changed += 1;
})();
while (result.changes < task.changes) {
  await changing.updateTopics(names.filter(() => uniformFloat64(generator) < 0.6));
  result.changes += 1;
  if (result.changes === Math.floor(task.changes / 3)) sampler.phase = "measured";
}
stop.abort();
await Promise.all(work);
await changing.close();
await reading;
sampler.phase = "closed";
sampler.end(result);
