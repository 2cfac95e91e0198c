import { DataQueueAdmin, DataQueueProducer, kafkajs } from "dataqueues";

import { brokenInLog, checkedCounts, checkLog } from "../checker.ts";
import { History } from "../history.ts";
import type { Nemesis } from "../nemesis.ts";
import { writeResult } from "../results.ts";
import { measuredProcess } from "./measured-process.ts";
import { plot } from "./plot.ts";

/** The argument of the reader's process. */
export interface SlowReaderTask {
  readonly servers: readonly string[];
  readonly topic: string;
  readonly messages: number;
  readonly stoppedMs: number;
  readonly handlerMs: number;
}

const messageBytes = 9_990_000;
/** The consumer's defaults: the size of its buffer and of its largest fetch. */
const bufferBytes = 64 * 2 ** 20;
const fetchBytes = 50 * 2 ** 20;

/**
 * Sends messages of 10 MB to a consumer in another process, which first reads nothing for a while and then reads slowly.
 * The consumer holds no more than its buffer and one fetch, and nothing is lost.
 */
export const slowReader: Nemesis = {
  name: "slow-reader",
  cycles: { gate: 25, usual: 100, long: 2_000 },
  async run(context) {
    const kafka = await context.threeNodes();
    const servers = kafka.bootstrapServers;
    const topic = this.name;
    await using admin = new DataQueueAdmin(kafkajs(servers));
    await admin.createTopics([[topic, 1]], { replicationFactor: 1, configs: { "min.insync.replicas": "1" } });
    const gate = context.form === "gate";
    const task: SlowReaderTask = {
      servers,
      topic,
      messages: context.cycles,
      stoppedMs: gate ? 8_000 : 30_000,
      handlerMs: gate ? 20 : 500,
    };
    context.say(`${task.messages} messages of 10 MB`);
    const reading = measuredProcess("slow-reader-process.ts", task, 60_000 + task.messages * 5_000);
    const history = new History();
    await using producer = new DataQueueProducer(kafkajs(servers), { topic });
    const send = history.sender({ topic, bytes: messageBytes, send: (payload) => producer.send(payload) });
    for (let sent = 0; sent < task.messages; sent += 1) await send();
    const { samples, result } = await reading;
    const checked = await checkLog(servers, history);
    await admin.deleteTopics([topic]);
    const held = Math.max(...samples.map(({ arrayBuffers }) => arrayBuffers));
    const first = samples[0]?.rss ?? 0;
    const rss = Math.max(...samples.map((sample) => sample.rss)) - first;
    const limit = bufferBytes + fetchBytes;
    if (!gate) {
      const title = `A consumer of ${task.messages} messages of 10 MB that stops for ${task.stoppedMs / 1_000} s and then takes ${task.handlerMs} ms for each`;
      await writeResult(
        "slow-reader.svg",
        plot({ title, samples, limit: { bytes: limit, label: "buffer and one fetch" } }),
      );
    }
    const { read = 0, corrupt = 0, outOfOrder = 0 } = result;
    return {
      nemesis: this.name,
      cycles: context.cycles,
      ...checkedCounts(history, checked),
      outOfOrder: checked.outOfOrder + outOfOrder,
      notes: [
        `the buffers held ${megabytes(held)} at most, of a limit of ${megabytes(limit)}`,
        `the process grew by ${megabytes(rss)} at most`,
        `${read} read`,
      ],
      broken: [
        ...brokenInLog(checked),
        ...(read === task.messages && corrupt === 0 ? [] : [`${read} were read, ${corrupt} of them corrupt`]),
        ...(held <= limit ? [] : [`the buffers held ${megabytes(held)}`]),
        // A fetch takes its size three times: as received, as one response, and decoded.
        ...(rss <= bufferBytes + 3 * fetchBytes ? [] : [`the process grew by ${megabytes(rss)}`]),
      ],
    };
  },
};

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
