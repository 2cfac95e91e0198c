import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What a process uses at one moment. Sizes in bytes. */
export interface Sample {
  /** Seconds since the process began to measure. */
  readonly seconds: number;
  readonly phase: string;
  readonly rss: number;
  /** The heap right after a garbage collection: what is still referenced. */
  readonly heapUsed: number;
  /** The buffers outside of the heap, right after a garbage collection. */
  readonly arrayBuffers: number;
  /** Whatever keeps the process alive, such as sockets and timers, counted by kind. */
  readonly handles: Readonly<Record<string, number>>;
}

/** One line of JSON that the measured process writes to its standard output. */
type Line = { readonly sample: Sample } | { readonly result: Readonly<Record<string, number>> };

/** What a measured process used while it ran, and its result. */
export interface Measured {
  readonly samples: readonly Sample[];
  readonly result: Readonly<Record<string, number>>;
  /** How long the process lived on after its result, with everything closed and nothing left to do. */
  readonly endedAfterMs: number;
}

/**
 * Runs a program of this directory in a process of its own, so that its heap is its own, and collects its samples.
 *
 * @throws Error when it fails, or does not end by itself within the time
 */
export async function measuredProcess(program: string, argument: unknown, withinMs: number): Promise<Measured> {
  const options = ["--conditions=@dataqueues/source", "--expose-gc", "--unhandled-rejections=strict"];
  const child = spawn(process.execPath, [...options, join(import.meta.dirname, program), JSON.stringify(argument)], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: withinMs,
  });
  const exited = once(child, "exit");
  const samples: Sample[] = [];
  let result: Measured["result"] | undefined;
  let resultAt = 0;
  for await (const text of createInterface(child.stdout)) {
    const line: Line = JSON.parse(text);
    if ("sample" in line) samples.push(line.sample);
    else {
      ({ result } = line);
      resultAt = performance.now();
    }
  }
  const [code, signal] = await exited;
  if (code !== 0 || result === undefined)
    throw new Error(`${program} ended with ${code ?? signal} within ${withinMs} ms`);
  return { samples, result, endedAfterMs: performance.now() - resultAt };
}

const everyMs = 250;

/** Inside of the measured process: takes a sample four times a second and writes it to standard output. */
export class Sampler {
  phase = "warm-up";
  readonly #started = performance.now();
  readonly #timer: NodeJS.Timeout;
  readonly #collect: NodeJS.GCFunction;

  constructor() {
    const { gc } = globalThis;
    if (gc === undefined) throw new Error("start the process with --expose-gc");
    this.#collect = gc;
    this.#timer = setInterval(() => write({ sample: this.#sample() }), everyMs);
  }

  /** Takes the last sample and writes the result. */
  end(result: Readonly<Record<string, number>>): void {
    clearInterval(this.#timer);
    write({ sample: this.#sample() });
    write({ result });
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

function write(line: Line): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
