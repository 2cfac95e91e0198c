/** A page whose Worker is slow: `globalThis.readSlowly(OPTIONS)` resolves with what it was shown. */
import type { ReadSlowly, SlowResult } from "./slow-reading.ts";

function readSlowly(options: ReadSlowly): Promise<SlowResult> {
  const worker = new Worker("/worker-slow.js", { type: "module" });
  return new Promise((resolve) => {
    worker.addEventListener("message", ({ data }: MessageEvent<SlowResult>) => {
      worker.terminate();
      resolve(data);
    });
    worker.postMessage(options, []);
  });
}

Object.assign(globalThis, { readSlowly });
