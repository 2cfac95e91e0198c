/**
 * Run by a test in a process of its own: a producer, a consumer and an admin write, read, idle and close. It prints the
 * milliseconds of the timers that were set while they idled, and how many of them fired.
 */
import { createHook } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "dataqueues";

const timers: number[] = [];
let fired = 0;
let idle = false;
const ids = new Set<number>();
createHook({
  init: (id, type, _trigger, resource) => {
    if (type !== "Timeout" || !idle) return;
    ids.add(id);
    timers.push(Reflect.get(resource, "_idleTimeout"));
  },
  before: (id) => {
    if (ids.has(id)) fired++;
  },
}).enable();

const [server = ""] = process.argv.slice(2);
const topic = `idle-${randomUUID()}`;
const admin = new DataQueueAdmin(server);
await admin.createTopics([topic]);
const producer = new DataQueueProducer(server, { topic });
const consumer = new DataQueueConsumer(server, { topics: [topic] });
await producer.send(Uint8Array.of(1));
for await (const message of consumer) if (message.offset === 0n) break;
const idling = wait(3_000);
idle = true;
await idling;
idle = false;
await Promise.all([producer.close(), consumer.close(), admin.close()]);
process.stdout.write(JSON.stringify({ timers, fired }));
