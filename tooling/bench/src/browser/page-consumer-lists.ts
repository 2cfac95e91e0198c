/** A page that reads lists with our consumer on its own thread and decodes them with `@msgpack/msgpack`: `readAmplitudes(OPTIONS)`. */
import { DataQueueConsumer } from "@dataqueues/core";
import { websocket } from "@dataqueues/transport-websocket";
import { decode } from "@msgpack/msgpack";

import { maxBytesPerPartition, MessageCount } from "./amplitudes.ts";
import type { ReadAmplitudes, ReadResult } from "./amplitudes.ts";

async function readAmplitudes({ url, topic, count }: ReadAmplitudes): Promise<ReadResult> {
  const messages = new MessageCount(count);
  const consumer = new DataQueueConsumer(websocket(url), { topics: topic, maxBytesPerPartition });
  let left = count;
  for await (const { value } of consumer) {
    const { data } = decode(value ?? []) as { readonly data: readonly { readonly data: readonly number[] }[] };
    messages.add(data.at(-1)?.data.at(-1) ?? Number.NaN);
    left -= 1;
    if (left === 0) break;
  }
  await consumer.close();
  return messages.done;
}

Object.assign(globalThis, { readAmplitudes });
