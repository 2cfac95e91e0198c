import { DataQueueAdmin } from "@dataqueues/admin";
import { json } from "@dataqueues/codec-json";
import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";
import type { Codec } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";

/** What became of the bytes of one message, in a form that two runtimes can compare. */
export interface RoundTrip {
  /** The decoded value, every item of it; or the error's message. */
  readonly decoded: string;
  /** The bytes of the value encoded again, in hexadecimal. */
  readonly encoded: string;
}

/** Encodes values; the results are in hexadecimal. */
export async function encodeAll(codec: Codec, values: readonly unknown[]): Promise<string[]> {
  return Promise.all(values.map(async (value) => toHex(await codec.encode(value))));
}

/** Decodes bytes, given in hexadecimal, and encodes the value again. */
export async function roundTrip(codec: Codec, hex: string): Promise<RoundTrip> {
  try {
    const value = await codec.decode(Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)));
    return { decoded: inFull(value), encoded: toHex(await codec.encode(value)) };
  } catch (error) {
    return { decoded: String(error), encoded: "" };
  }
}

/** Sends numbers through a log in this page and returns what a consumer receives. */
export async function throughTheLog(): Promise<unknown[]> {
  const log = memory();
  const admin = new DataQueueAdmin(log);
  await admin.createTopics([["weather", 3]]);
  const producer = new DataQueueProducer(log, { topic: "weather", encoding: json() });
  for (let i = 0; i < 10; i++) await producer.send({ i }, { partition: i % 3 });
  const consumer = new DataQueueConsumer(log, { topics: ["weather"], encoding: json() });
  const received: unknown[] = [];
  for await (const { partition, offset, value } of consumer) {
    received.push([partition, Number(offset), value]);
    if (received.length === 10) break;
  }
  await Promise.all([producer.close(), consumer.close(), admin.close()]);
  return received;
}

/** Bytes in hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A value with the kinds of its parts, typed arrays item by item. */
function inFull(value: unknown): string {
  if (typeof value !== "object" || value === null) return `${typeof value} ${String(value)}`;
  if (ArrayBuffer.isView(value)) {
    const bytes = toHex(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    return `${Object.prototype.toString.call(value)} ${bytes}`;
  }
  const entries: Iterable<readonly [unknown, unknown]> = value instanceof Map ? value : Object.entries(value);
  return `{${Array.from(entries, ([key, item]) => `${inFull(key)}: ${inFull(item)}`).join(", ")}}`;
}
