import { DataQueueAdmin } from "@dataqueues/admin";
import { ascii, utf8 } from "@dataqueues/codec-text";
import { json } from "@dataqueues/codec-json";
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { npy } from "@dataqueues/codec-npy";
import { xarray } from "@dataqueues/codec-xarray";
import { xarrayDict } from "@dataqueues/codec-xarray-dict";
import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";
import type { Codec } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";

const codecs: ReadonlyMap<string, Codec> = new Map<string, Codec>([
  ["text", utf8()],
  ["ascii", ascii()],
  ["json", json()],
  ["msgpack-numpy", msgpackNumpy()],
  ["npy", npy()],
  ["xarray", xarray()],
  ["xarray-dict", xarrayDict()],
] as readonly (readonly [string, Codec])[]);

/** What became of the bytes of one message, in a form that two runtimes can compare. */
export interface Outcome {
  /** The decoded value, every item of it. */
  readonly decoded: string;
  /** The bytes of the value encoded again, in hexadecimal. */
  readonly encoded: string;
}

/** Decodes bytes, given in hexadecimal, and encodes the value again; an error's message stands for what failed. */
export async function roundTrip(codecName: string, hex: string): Promise<Outcome> {
  const codec = codecs.get(codecName);
  if (codec === undefined) throw new Error(`no codec ${codecName}`);
  try {
    const value = await codec.decode(Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)));
    return { decoded: inFull(value), encoded: toHex(await codec.encode(value)) };
  } catch (error) {
    return { decoded: String(error), encoded: "" };
  }
}

/** Sends numbers through a log in this page and gives what a consumer takes off it. */
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

function toHex(bytes: Uint8Array): string {
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
