import { setTimeout as wait } from "node:timers/promises";
import { DataQueueConsumer, kafkajs } from "dataqueues";

import { readPayload } from "../payload.ts";
import { Sampler } from "./measured-process.ts";
import type { SlowReaderTask } from "./slow-reader.ts";

const task: SlowReaderTask = JSON.parse(process.argv[2] ?? "");
const sampler = new Sampler();
const consumer = new DataQueueConsumer(kafkajs(task.servers), { topics: [task.topic] });
const result = { read: 0, corrupt: 0, outOfOrder: 0 };

function check(value: Uint8Array | null): void {
  const numbered = readPayload(value);
  if (numbered === undefined) result.corrupt += 1;
  else if (numbered.sequence !== result.read) result.outOfOrder += 1;
  result.read += 1;
}

await consumer.connect();
sampler.phase = "stopped";
await wait(task.stoppedMs);
sampler.phase = "slow";
for await (const { value } of consumer) {
  check(value);
  if (result.read === task.messages) break;
  await wait(task.handlerMs);
}
sampler.phase = "closed";
await consumer.close();
sampler.end(result);
