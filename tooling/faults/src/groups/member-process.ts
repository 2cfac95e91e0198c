import { openSync, writeSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { DataQueueEvent } from "@dataqueues/core";
import { DataQueueConsumer, kafkajs, TransportError } from "dataqueues";

import { readPayload } from "../payload.ts";
import type { MemberTask } from "./member.ts";

/** Events that the checker or the report wants to know of, besides those of partitions that come and go. */
const counted: ReadonlySet<DataQueueEvent["type"]> = new Set([
  "commitFailed",
  "fenced",
  "processingTimedOut",
  "offsetOutOfRange",
  "topicRecreated",
]);

const { servers, file, handleMs, ...options }: MemberTask = JSON.parse(process.argv[2] ?? "");
const descriptor = openSync(file, "a");
/** Written at once and not by and by: what was handled is in the file before the next message is asked for. */
const write = (what: string, fields: object): unknown =>
  writeSync(descriptor, `${JSON.stringify({ what, time: Date.now(), ...fields })}\n`);

const onEvent = (event: DataQueueEvent): void => {
  if (event.type === "assigned" || event.type === "revoked") write(event.type, { partitions: event.partitions });
  else if (event.type === "lost") write("lost", { partitions: event.partitions, reason: String(event.reason) });
  else if (event.type === "retry") write("retry", { request: event.request, reason: String(event.reason) });
  else if (counted.has(event.type)) write(event.type, { reason: "reason" in event ? String(event.reason) : "" });
};
const consumer = new DataQueueConsumer(kafkajs(servers), { ...options, onEvent });

// SIGTERM is a rolling restart's. Without its parent a member ends as well.
const close = async (): Promise<void> => {
  write("closing", {});
  await consumer.close();
  write("closed", {});
};
process.once("SIGTERM", () => void close());
write("started", {});
process.stdin
  .once("end", () => process.exit(1))
  .resume()
  .unref();

for (;;) {
  try {
    for await (const { topic, partition, offset, value } of consumer) {
      const began = Date.now();
      await wait(handleMs);
      const { producer = -1, sequence = -1 } = readPayload(value) ?? {};
      write("handled", { began, topic, partition, offset: Number(offset), producer, sequence });
    }
    break;
  } catch (error) {
    // The consumer reports an outage once and continues by itself when it is over.
    if (!(error instanceof TransportError && error.retriable)) throw error;
    write("outage", { reason: String(error) });
  }
}
