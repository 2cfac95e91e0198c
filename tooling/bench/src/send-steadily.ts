/** Sends a record with the time as its value, every millisecond or so, until it is killed: `send-steadily.ts SERVER TOPIC`. */
import { DataQueueProducer, Encoding, kafkajs } from "dataqueues";

const [server = "", topic = ""] = process.argv.slice(2);
await using producer = new DataQueueProducer(kafkajs(server), { topic, encoding: Encoding.JSON });
let sent = 0;
for (const began = performance.now(); ;) {
  // As many as are due: timers are late by a millisecond or more.
  for (const due = performance.now() - began; sent < due; sent += 1) {
    void producer.send(
      { number: sent, sentAt: performance.timeOrigin + performance.now() },
      { key: `beam-${sent % 8}` },
    );
  }
  await new Promise((resolve) => setTimeout(resolve, 1));
}
