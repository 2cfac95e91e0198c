import { DataQueueAdmin } from "@dataqueues/admin";
import { json } from "@dataqueues/codec-json";
import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";
import { sqlite } from "dataqueues-transport-sqlite";

// The file is still there next time: each run reads one message more.
const log = sqlite(process.argv[2] ?? "log.db");
const admin = new DataQueueAdmin(log);
await admin.createTopics(["weather"]);
const producer = new DataQueueProducer(log, { topic: "weather", encoding: json() });
const { offset: last } = await producer.send({ windSpeed: 11.2, time: new Date().toISOString() });
const consumer = new DataQueueConsumer(log, { topics: ["weather"], encoding: json() });
for await (const { offset, value } of consumer) {
  console.log(offset, value);
  if (offset === last) break;
}
await Promise.all([admin.close(), producer.close(), consumer.close()]);
