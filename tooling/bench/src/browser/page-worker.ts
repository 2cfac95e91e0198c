/** A page that gets amplitudes from its Worker, as typed arrays that are handed over: `readAmplitudes(OPTIONS)`. */
import { MessageCount } from "./amplitudes.ts";
import type { PackedAmplitudes, ReadAmplitudes, ReadResult } from "./amplitudes.ts";

const worker = new Worker("/worker-amplitudes.js", { type: "module" });

function readAmplitudes(options: ReadAmplitudes): Promise<ReadResult> {
  const messages = new MessageCount(options.count);
  worker.addEventListener("message", ({ data }: MessageEvent<PackedAmplitudes>) => {
    messages.add(data.values.at(-1) ?? Number.NaN);
  });
  worker.postMessage(options, []);
  return messages.done;
}

Object.assign(globalThis, { readAmplitudes });
