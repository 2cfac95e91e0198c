/**
 * Our consumer as a member of a group, which prints the lines that the other clients' members print (`GroupMember.java`):
 * `own-member.ts SERVER GROUP TOPIC HANDLE_MS [NAME=VALUE]...`. The settings are the consumer's options; `busy=true` computes
 * for so long instead of waiting. SIGTERM closes it.
 */
import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";

import type { ConsumerOptions, TopicPartition } from "@dataqueues/core";
import { DataQueueConsumer, kafkajs } from "dataqueues";

const [server = "", group = "", topic = "", handleMs = "0", ...settings] = process.argv.slice(2);
const { busy = false, ...options }: { busy?: boolean } & Partial<ConsumerOptions<Uint8Array>> = Object.fromEntries(
  settings.map((setting) => {
    const [name = "", value = ""] = setting.split("=");
    return [name, /^\d+$/.test(value) ? Number(value) : value === "true" ? true : value];
  }),
);

function print(event: string, more: object = {}): void {
  process.stdout.write(`${JSON.stringify({ event, at: Date.now(), ...more })}\n`);
}

function printPartitions(event: string, partitions: readonly TopicPartition[]): void {
  print(event, { partitions });
}

async function handle(): Promise<void> {
  if (!busy) {
    if (handleMs !== "0") await sleep(Number(handleMs));
    return;
  }
  for (const end = performance.now() + Number(handleMs); performance.now() < end;);
  // Whoever writes a result away lets the event loop turn, too.
  await turn();
}

const consumer = new DataQueueConsumer(kafkajs(server), {
  topics: topic,
  group,
  ...options,
  onEvent: (event) => {
    if (event.type === "assigned" || event.type === "revoked" || event.type === "lost") {
      printPartitions(event.type, event.partitions);
    }
  },
});
process.once("SIGTERM", () => void consumer.close());
print("started");
for await (const { topic, partition, offset } of consumer) {
  await handle();
  print("record", { topic, partition, offset: Number(offset) });
}
