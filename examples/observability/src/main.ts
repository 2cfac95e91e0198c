import { EventEmitter, once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";

import { openTelemetryAttributes } from "@dataqueues/core";
import type { ConsumerOptions, DataQueueEvent } from "@dataqueues/core";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, Encoding, memory } from "dataqueues";

const { values: options } = parseArgs({ options: { kafka: { type: "string" } } });
const log = memory({ nodes: 2 });
const host = options.kafka ?? log;
const [address = "", port = "9092"] = options.kafka?.split(":") ?? [];
const known =
  options.kafka === undefined
    ? { "messaging.system": "memory" }
    : { "server.address": address, "server.port": Number(port) };

/** Prints a line for each event. A service would pass the same attributes to OpenTelemetry's logger, or count them. */
function onEvent(event: DataQueueEvent): void {
  const attributes = Object.entries(openTelemetryAttributes(event, known));
  console.log(`  ${event.type.padEnd(22)} ${attributes.map(([name, value]) => `${name}=${value}`).join(" ")}`);
}

/** A consumer that takes a while for each message, and events of it that can be waited for. */
class Member {
  workMs = 0;
  readonly #events = new EventEmitter();
  readonly #consumer: DataQueueConsumer;
  readonly #loop: Promise<void>;

  constructor(options: ConsumerOptions<Uint8Array>) {
    const onMemberEvent = (event: DataQueueEvent): void => {
      onEvent(event);
      this.#events.emit(event.type);
    };
    this.#consumer = new DataQueueConsumer(log, { ...options, onEvent: onMemberEvent });
    this.#loop = this.#read();
  }

  /** The next event of a type. */
  async has(type: DataQueueEvent["type"]): Promise<void> {
    await once(this.#events, type);
  }

  async close(): Promise<void> {
    await this.#consumer.close();
    await this.#loop;
  }

  async #read(): Promise<void> {
    for await (const _message of this.#consumer) await setTimeout(this.workMs);
  }
}

const topic = `observed-${Date.now()}`;
const encoding = Encoding.JSON;
await using admin = new DataQueueAdmin(host, { onEvent });
await using producer = new DataQueueProducer(host, { topic, encoding, topicTimeoutMs: 10_000, onEvent });
await using consumer = new DataQueueConsumer(host, { topics: [topic], encoding, onBadRecord: "skip", onEvent });

async function read(count: number): Promise<void> {
  let left = count;
  if (left > 0) for await (const _message of consumer) if ((left -= 1) === 0) break;
}

console.log("A topic is read before it exists");
await consumer.connect();
await admin.createTopics([topic]);
await producer.send({ scan: 1 });
await read(1);

console.log("A record is not JSON");
await producer.send(new TextEncoder().encode("{"), { encoding: null });
await producer.send({ scan: 2 });
await read(1);

console.log("The topic is deleted and created again");
await admin.deleteTopics([topic]);
const sent = producer.send({ scan: 3 });
await admin.createTopics([topic]);
await sent;
await read(1);

if (options.kafka === undefined) {
  console.log("A leader moves");
  log.moveLeader(topic, 0, 2);
  await producer.send({ scan: 4 });
  await read(1);

  console.log("Too few replicas are in sync; later the log has forgotten the producer");
  log.faults.fail("NOT_ENOUGH_REPLICAS", { request: "produce", times: 1 });
  await producer.send({ scan: 5 });
  log.faults.fail("UNKNOWN_PRODUCER_ID", { request: "produce", times: 1 });
  await producer.send({ scan: 6 });
  await read(2);

  console.log("Connections are closed, and the first new ones are refused");
  log.faults.refuse({ times: 2 });
  log.faults.disconnect();
  await producer.send({ scan: 7 });
  await read(1);

  console.log("A reader wants only the newest record");
  await using newest = new DataQueueConsumer(log, {
    topics: [topic],
    encoding,
    latest: "partition",
    until: "end",
    onEvent,
  });
  for await (const { value, skipped } of newest) {
    console.log(`  shows ${JSON.stringify(value)}, ${skipped} left out`);
  }

  console.log("Retention deletes records before they are read");
  const last = await producer.send({ scan: 8 });
  await using late = new DataQueueConsumer(log, { encoding, from: [[topic, 0, 0]], onEvent });
  log.truncate(topic, 0, { before: last.offset });
  await late.updateTopics([topic]);
  for await (const { value } of late) {
    console.log(`  continues with ${JSON.stringify(value)}`);
    break;
  }

  console.log("A consumer does not read its messages for a while");
  await using slow = new DataQueueConsumer(log, { topics: [topic], maxBufferedBytes: 1, onEvent });
  await slow.connect();
  await setTimeout(50);

  console.log("A consumer is assigned a partition that its topic does not have");
  await slow.assignTopics([[topic, 9]]);

  console.log("A log gives no producer ids");
  log.faults.fail("UNSUPPORTED_VERSION", { request: "initProducerId", times: 1 });
  await using plain = new DataQueueProducer(log, { topic, encoding, onEvent });
  await plain.send({ scan: 9 });

  console.log("Two consumers share a topic");
  await admin.createTopics([[topic, 2]]);
  const shared = { topics: [topic], group: "averager", heartbeatIntervalMs: 10, autoCommitIntervalMs: 10 };
  const first = new Member({ ...shared, maxProcessingMs: 100 });
  await first.has("assigned");
  const second = new Member(shared);
  await second.has("assigned");

  console.log("The log refuses to keep a place");
  log.faults.fail("TOPIC_AUTHORIZATION_FAILED", { request: "commitOffsets", topic, times: 1 });
  await producer.send({ scan: 10 }, { partition: 0 });
  await Promise.race([first.has("commitFailed"), second.has("commitFailed")]);

  console.log("The group puts both out; they join again");
  const joinedAgain = Promise.all([first.has("assigned"), second.has("assigned")]);
  log.fenceMember("averager");
  await joinedAgain;

  console.log("A loop is stuck");
  const isStuck = first.has("processingTimedOut");
  first.workMs = 400;
  await producer.send({ scan: 11 }, { partition: 0 });
  await producer.send({ scan: 11 }, { partition: 1 });
  await isStuck;
  await Promise.all([first.close(), second.close()]);
}
console.log("Done.");
