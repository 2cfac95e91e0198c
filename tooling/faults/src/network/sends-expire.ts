import { setTimeout as wait } from "node:timers/promises";
import { DataQueueAdmin, DataQueueProducer, kafkajs } from "dataqueues";

import type { Fault } from "../fault.ts";
import { brokenInLog, judgeLog } from "../judge-log.ts";
import { judgedCounts } from "../judged-counts.ts";
import { Ledger } from "../ledger.ts";

const deliveryTimeoutMs = 400;
/** Answers take between nothing and so long: some come too late. */
const mostLatencyMs = 500;
const senders = 30;
const restMs = 20;
const bytes = 1_000;

/**
 * Answers come so late that sends are given up while their batch is on its way, and their senders use the buffers again
 * at once: what the log holds is what was sent, never what stood in the buffer later.
 */
export const sendsExpire: Fault = {
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
    const ledger = new Ledger();
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
      const send = ledger.sender({ topic, bytes, send: (payload) => sendFromBuffer(payload, index % 6) });
      while (ledger.sent < context.cycles) {
        await Promise.all(Array.from({ length: 10 }, send));
        await wait(restMs);
      }
    });
    const sent = Promise.all(sending);
    const stop = new AbortController();
    const changing = (async () => {
      while (!stop.signal.aborted) {
        for (const proxy of proxies) proxy.change({ latencyMs: mostLatencyMs * context.random() }, ["answers"]);
        await wait(200);
      }
    })();
    await sent;
    stop.abort();
    await changing;
    for (const proxy of proxies) proxy.change({ latencyMs: 0 });
    await producer.close();
    const verdict = await judgeLog(kafka.bootstrapServers, ledger);
    const { rejected, acknowledged } = ledger;
    return {
      fault: this.name,
      cycles: ledger.sent,
      ...judgedCounts(ledger, verdict),
      notes: [
        `each send is given up after ${deliveryTimeoutMs} ms`,
        `${verdict.unknownWritten} of those given up are in the log, ${verdict.unknownMissing} are not`,
      ],
      broken: [
        ...brokenInLog(verdict),
        ...(rejected > 0 && acknowledged > 0
          ? []
          : [`${rejected} given up and ${acknowledged} acknowledged: not tried`]),
      ],
    };
  },
};
