/**
 * A test runs this in a process of its own: clients with right, wrong and expiring tokens at a gateway. It prints all that
 * could contain a secret: every event, error and metric, and the objects with all their properties.
 */
import { inspect } from "node:util";
import { DataQueueConsumer, DataQueueProducer, openTelemetryAttributes } from "@dataqueues/core";
import { serveGateway } from "@dataqueues/gateway";
import { memory } from "@dataqueues/transport-memory";
import { websocket } from "@dataqueues/transport-websocket";
import { WebSocket } from "ws";

const [right = "", wrong = ""] = process.argv.slice(2);

function show(...things: unknown[]): void {
  for (const thing of things) {
    console.log(inspect(thing, { depth: Infinity, showHidden: true, getters: true, maxStringLength: null }));
    console.log(String(thing));
    if (thing instanceof Error) console.error(thing.stack, JSON.stringify(thing));
  }
}

const log = memory();
await using producer = new DataQueueProducer(log, { topic: "public" });
await producer.send(new Uint8Array([1]));
await using gateway = await serveGateway({
  transport: log,
  topics: ["public"],
  port: 0,
  authorize: ({ token }) => {
    if (token === undefined) throw new Error("no token came");
    return token === right && { user: "observer", expiresAt: Date.now() + 300 };
  },
  onEvent: (event) => show(event),
});

for (const token of [right, wrong, () => Promise.resolve(right), undefined]) {
  const transport = websocket(gateway.url, { token, WebSocket, reconnectBackoffMaxMs: 50 });
  await using consumer = new DataQueueConsumer(transport, {
    topics: ["public"],
    from: "earliest",
    onEvent: (event) => show(event, openTelemetryAttributes(event)),
  });
  const iterator = consumer[Symbol.asyncIterator]();
  const [outcome] = await Promise.allSettled([iterator.next()]);
  show(transport, consumer, outcome);
  if (outcome.status === "rejected") show(outcome.reason);
  // Until the token has expired.
  else await new Promise((resolve) => setTimeout(resolve, 500));
  console.log("outcome:", outcome.status);
}
show(gateway);
const web = gateway.url.replace(/^ws/, "http");
for (const path of ["/metrics", "/healthz"]) show(await (await fetch(new URL(path, web))).text());
