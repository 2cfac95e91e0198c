import type { Codec, Headers, Message } from "@dataqueues/core";
import { DataQueueConsumer } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import type { MemoryTransport } from "@dataqueues/transport-memory";

/** A codec of text that refuses to decode what begins with "bad". */
export const text: Codec<string> = {
  name: "text",
  encode: (value) => new TextEncoder().encode(value),
  decode: (bytes) => {
    const value = new TextDecoder().decode(bytes);
    if (value.startsWith("bad")) throw new RangeError(value);
    return value;
  },
};

/** A log whose topics have so many partitions. */
export async function logWith(topics: Readonly<Record<string, number>>): Promise<MemoryTransport> {
  const log = memory();
  const connection = await log.open("admin");
  const specs = Object.entries(topics).map(([topic, partitions]) => ({ topic, partitions }));
  await connection.createTopics(specs);
  connection.close();
  return log;
}

/** The next messages of a consumer, as many as asked for, without tracing. */
export async function read(log: MemoryTransport, topic: string, count: number): Promise<Message<unknown>[]> {
  await using consumer = new DataQueueConsumer(log, { topics: topic });
  return await take(consumer, count);
}

/** The next items of a loop, as many as asked for. */
export async function take<Item>(items: AsyncIterable<Item>, count: number): Promise<Item[]> {
  const taken: Item[] = [];
  for await (const item of items) if (taken.push(item) === count) break;
  return taken;
}

/** Headers with their values as text. */
export function headersOf({ headers }: { readonly headers: Headers }): [string, string | null][] {
  return headers.map(([name, value]) => [name, value && new TextDecoder().decode(value)]);
}
