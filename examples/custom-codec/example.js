import { DataQueueAdmin } from "@dataqueues/admin";
import { NdArray } from "@dataqueues/arrays";
import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { carray } from "dataqueues-codec-carray";

const log = memory();
const encoding = carray("<f8", [2, 2]);
const admin = new DataQueueAdmin(log);
await admin.createTopics(["gains"]);
const producer = new DataQueueProducer(log, { topic: "gains", encoding });
await producer.send(new NdArray("<f8", [2, 2], Float64Array.of(1, 0.5, 0.25, 2)));
const consumer = new DataQueueConsumer(log, { topics: ["gains"], encoding });
for await (const { value } of consumer) {
  console.log(String(value));
  break;
}
await Promise.all([admin.close(), producer.close(), consumer.close()]);
