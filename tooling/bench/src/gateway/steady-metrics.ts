/** Sends amplitudes and phases each second until it is killed: `steady-metrics.ts SERVER AMPLITUDES PHASES`. */
import { DataQueueProducer, kafkajs } from "dataqueues";

import { amplitudePayloads } from "./amplitude-payloads.ts";

const [server = "", amplitudes = "", phases = ""] = process.argv.slice(2);
// Encoded before, so that sending costs the machine little. A phase has as many values, of half the size.
const streams = [
  [amplitudes, await amplitudePayloads(10, "<f8")],
  [phases, await amplitudePayloads(10, "<f4")],
] as const;
await using producer = new DataQueueProducer(kafkajs(server));
for (let second = 0; ; second += 1) {
  for (const [topic, payloads] of streams) {
    await producer.send(payloads[second % payloads.length] ?? null, { topic, timestamp: Date.now() });
  }
  await new Promise((resolve) => setTimeout(resolve, 1_000 - (Date.now() % 1_000)));
}
