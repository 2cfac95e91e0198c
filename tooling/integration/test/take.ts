import type { Message } from "@dataqueues/core";

/** The next messages of a consumer, as many as asked for. It stays open. */
export async function take<Value>(consumer: AsyncIterable<Message<Value>>, count: number): Promise<Message<Value>[]> {
  const taken: Message<Value>[] = [];
  if (count === 0) return taken;
  for await (const message of consumer) {
    taken.push(message);
    if (taken.length === count) break;
  }
  return taken;
}
