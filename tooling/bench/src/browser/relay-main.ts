/** A relay that pushes the values of a topic to each page that connects: `relay-main.ts SERVER`. Pages ask for `/TOPIC`. Prints its port. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { DataQueueConsumer, kafkajs } from "dataqueues";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";

const [server = ""] = process.argv.slice(2);
const relay = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
relay.on("connection", (socket, request) => void push(socket, request.url?.slice(1) ?? ""));
await once(relay, "listening");
console.log((relay.address() as AddressInfo).port);

async function push(socket: WebSocket, topic: string): Promise<void> {
  const closed = new AbortController();
  socket.on("close", () => closed.abort());
  await using consumer = new DataQueueConsumer(kafkajs(server), { topics: topic, signal: closed.signal });
  try {
    for await (const { value } of consumer) {
      socket.send(value ?? "");
      // Some are on their way at a time, so that the page never waits for the relay.
      while (socket.bufferedAmount > 2 ** 22) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  } catch (error) {
    if (!closed.signal.aborted) throw error;
  }
}
