import { setTimeout as wait } from "node:timers/promises";
import { DataQueueAdmin, DataQueueProducer, kafkajs } from "dataqueues";

import type { Nemesis } from "../nemesis.ts";
import { brokenInLog, checkedCounts, checkLog } from "../checker.ts";
import { History } from "../history.ts";

const deliveryTimeoutMs = 400;
/** The longest delay of a response: some responses come after the delivery timeout. */
const mostLatencyMs = 500;
const senders = 30;
const restMs = 20;
const bytes = 1_000;

/**
 * Delays responses until sends time out while their batch is still on its way. The senders reuse their buffers at once.
 * The log must hold what was sent, never what stood in a buffer later.
 */
export const sendsExpire: Nemesis = {
  name: "sends-expire",
  cycles: { gate: 10_000, usual: 50_000, long: 1_000_000 },
  async run(context) {
    const { kafka, proxies } = await context.behindProxies();
    const topic = this.name;
    await using admin = new DataQueueAdmin(kafkajs(kafka.bootstrapServers));
    await admin.createTopics([[topic, 6]]);
    const transport = kafkajs(proxies.map(({ address }) => address));
    const producer = new DataQueueProducer(transport, { topic, deliveryTimeoutMs, requestTimeoutMs: 1_000 });
    await producer.connect();
    const history = new History();
    const buffers: Uint8Array[] = [];
    const sendFromBuffer = async (payload: Uint8Array, partition: number) => {
      const buffer = buffers.pop() ?? new Uint8Array(bytes);
      buffer.set(payload);
      try {
        return await producer.send(buffer, { partition });
      } finally {
        buffer.fill(0xff);
        buffers.push(buffer);
      }
    };
    const sending = Array.from({ length: senders }, async (_, index) => {
      const send = history.sender({ topic, bytes, send: (payload) => sendFromBuffer(payload, index % 6) });
      while (history.sent < context.cycles) {
        await Promise.all(Array.from({ length: 10 }, send));
        await wait(restMs);
      }
    });
    const sent = Promise.all(sending);
    const stop = new AbortController();
    const changing = (async () => {
      while (!stop.signal.aborted) {
        for (const proxy of proxies) proxy.change({ latencyMs: mostLatencyMs * context.random() }, ["responses"]);
        await wait(200);
      }
    })();
    await sent;
    stop.abort();
    await changing;
    for (const proxy of proxies) proxy.change({ latencyMs: 0 });
    await producer.close();
    const checked = await checkLog(kafka.bootstrapServers, history);
    const { rejected, acknowledged } = history;
    return {
      nemesis: this.name,
      cycles: history.sent,
      ...checkedCounts(history, checked),
      notes: [
        `each send times out after ${deliveryTimeoutMs} ms`,
        `of the messages that timed out, ${checked.unknownWritten} are in the log and ${checked.unknownMissing} are not`,
      ],
      broken: [
        ...brokenInLog(checked),
        ...(rejected > 0 && acknowledged > 0
          ? []
          : [`${rejected} timed out and ${acknowledged} were acknowledged: both must happen`]),
      ],
    };
  },
};
