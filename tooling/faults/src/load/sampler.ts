import type { Said, Sample } from "./sample.ts";

const everyMs = 250;

/** Samples the process that it runs in and writes each sample to standard output, for the process that started it. */
export class Sampler {
  phase = "warm-up";
  readonly #started = performance.now();
  readonly #timer: NodeJS.Timeout;
  readonly #collect: NodeJS.GCFunction;

  constructor() {
    const { gc } = globalThis;
    if (gc === undefined) throw new Error("start the process with --expose-gc");
    this.#collect = gc;
    this.#timer = setInterval(() => say({ sample: this.#sample() }), everyMs);
  }

  /** Samples once more and tells the result. */
  end(result: Readonly<Record<string, number>>): void {
    clearInterval(this.#timer);
    say({ sample: this.#sample() });
    say({ result });
  }

  #sample(): Sample {
    this.#collect();
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
    const handles: Record<string, number> = {};
    for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1;
    const seconds = (performance.now() - this.#started) / 1_000;
    return { seconds, phase: this.phase, rss, heapUsed, arrayBuffers, handles };
  }
}

function say(said: Said): void {
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
