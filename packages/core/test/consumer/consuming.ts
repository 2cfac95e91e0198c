import type { Codec } from "../../src/contract/codec.ts";
import { DataQueueConsumer } from "../../src/consumer/consumer.ts";
import type { ConsumerOptions } from "../../src/consumer/consumer-options.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import type { Message } from "../../src/contract/record.ts";
import type { ScriptedLog } from "../scripted-log.ts";

/** A codec of text that refuses what begins with "bad". */
export const text: Codec<never, string> = {
  name: "text",
  encode: () => new Uint8Array(),
  decode: (bytes) => {
    const value = new TextDecoder().decode(bytes);
    if (value.startsWith("bad")) throw new Error(value);
    return value;
  },
};

/** A consumer of texts, of topic a by default, with its events. */
export function consuming(
  log: ScriptedLog,
  options: ConsumerOptions<string> = {},
): { consumer: DataQueueConsumer<string>; events: DataQueueEvent[] } {
  const events: DataQueueEvent[] = [];
  const onEvent = (event: DataQueueEvent): void => void events.push(event);
  return { events, consumer: new DataQueueConsumer<string>(log, { topics: "a", encoding: text, onEvent, ...options }) };
}

// Fake timers do not replace these.
const { setTimeout: later, clearTimeout: forget } = globalThis;

/** A loop over a consumer; `next` rejects when nothing comes within some seconds. */
export function loopOver<T>(
  consumer: AsyncIterable<T, undefined>,
): Required<Pick<AsyncIterator<T, undefined>, "next" | "return">> {
  const loop = consumer[Symbol.asyncIterator]();
  const next = (): Promise<IteratorResult<T, undefined>> => {
    let timer: ReturnType<typeof later> | undefined;
    const never = new Promise<never>((_, reject) => (timer = later(() => reject(new Error("nothing came")), 4_000)));
    return Promise.race([loop.next(), never]).finally(() => forget(timer));
  };
  return { next, return: async () => (await loop.return?.()) ?? { done: true, value: undefined } };
}

/** The next messages of an iterator, as "topic/partition offset value". */
export async function take(
  from: Pick<AsyncIterator<Message<string | null>>, "next">,
  count: number,
): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) {
    const next = await from.next();
    if (next.done === true) throw new Error("ended");
    const { topic, partition, offset, value } = next.value;
    taken.push(`${topic}/${partition} ${offset} ${value}`);
  }
  return taken;
}
