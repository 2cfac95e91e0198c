/**
 * A test runs this in a process of its own. It logs in with right and wrong passwords, sends and reads, and prints all that
 * could contain a secret: kafkajs's debug log, every event, every error, and the objects with all their properties.
 */
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueConsumer, DataQueueProducer, openTelemetryAttributes } from "@dataqueues/core";
import type { DataQueueEvent } from "@dataqueues/core";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import type { KafkajsConfig } from "@dataqueues/transport-kafkajs";
import { logLevel } from "kafkajs";

interface Task {
  readonly host: string;
  readonly ca: string;
  readonly topic: string;
  readonly logins: readonly (NonNullable<KafkajsConfig["sasl"]> | { readonly token: string })[];
}

const { host, ca, topic, logins }: Task = JSON.parse(await text(process.stdin));

function show(...things: unknown[]): void {
  for (const thing of things) {
    console.log(inspect(thing, { depth: Infinity, showHidden: true, getters: true, maxStringLength: null }));
    console.log(String(thing));
    if (thing instanceof Error) console.error(thing.stack, JSON.stringify(thing));
  }
}

const onEvent = (event: DataQueueEvent): void => show(event, openTelemetryAttributes(event));

for (const login of logins) {
  const sasl =
    "token" in login
      ? ({ mechanism: "oauthbearer", oauthBearerProvider: () => Promise.resolve({ value: login.token }) } as const)
      : login;
  const transport = kafkajs(host, { ssl: { ca }, sasl, logLevel: logLevel.DEBUG });
  const producer = new DataQueueProducer(transport, { topic, onEvent });
  const consumer = new DataQueueConsumer(transport, { topics: [topic], onEvent });
  const admin = new DataQueueAdmin(transport, { onEvent });
  const connection = transport.open("read").catch((error: unknown) => error);
  const outcomes = await Promise.allSettled([
    producer.send(new Uint8Array(3)),
    consumer[Symbol.asyncIterator]().next(),
    admin.listTopics(),
    connection,
  ]);
  show(transport, producer, consumer, admin, outcomes);
  for (const outcome of outcomes) if (outcome.status === "rejected") show(outcome.reason);
  await Promise.all([producer.close(), consumer.close(), admin.close()]);
  const opened = await connection;
  if (typeof opened === "object" && opened !== null && "close" in opened)
    Reflect.apply(Object(opened.close), opened, []);
  console.log("outcomes:", outcomes.map(({ status }) => status).join());
}
