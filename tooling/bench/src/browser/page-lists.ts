/**
 * A page that gets amplitudes as the present display does: a WebSocket brings msgpack, which the page decodes to lists:
 * `readAmplitudes(OPTIONS)`.
 */
import { decode } from "@msgpack/msgpack";

import { MessageCount } from "./amplitudes.ts";
import type { ReadAmplitudes, ReadResult } from "./amplitudes.ts";

function readAmplitudes({ url, topic, count }: ReadAmplitudes): Promise<ReadResult> {
  const messages = new MessageCount(count);
  const socket = new WebSocket(`${url}/${topic}`);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", ({ data }: MessageEvent<ArrayBuffer>) => {
    const { data: rows } = decode(data) as { readonly data: readonly { readonly data: readonly number[] }[] };
    messages.add(rows.at(-1)?.data.at(-1) ?? Number.NaN);
  });
  return messages.done;
}

Object.assign(globalThis, { readAmplitudes });
