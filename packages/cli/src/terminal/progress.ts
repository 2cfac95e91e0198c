import { fit } from "../print/fit.ts";
import { formatBytes, formatCount } from "../print/quantities.ts";
import type { Output } from "./output.ts";

/** How far long work is. */
export interface Progress {
  readonly records: number;
  readonly bytes: number;
  /** From 0 to 1, where the end is known. */
  readonly part?: number | undefined;
}

/** Ten lines a second are enough for a person. */
const intervalMs = 100;
/** Rates are those of the last seconds, so that they follow what happens. */
const windowMs = 5_000;
const barColumns = 20;

interface Sample {
  readonly at: number;
  readonly progress: Progress;
}

/**
 * A line about long work that a person watches; nothing where no terminal is:
 *
 * ```text
 * sent 12.3 k records, 1.5 GB, 210 MB/s [#########···········] 45 %, 9 s left
 * ```
 */
export class ProgressLine {
  readonly #output: Output;
  readonly #verb: string;
  readonly #now: () => number;
  readonly #started: Sample;
  #samples: Sample[];
  #nextAt = -Infinity;
  #isShown = false;

  /**
   * @param verb - what is being done: `sent`, `recorded`
   * @param now - a clock in milliseconds
   */
  constructor(output: Output, verb: string, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#verb = verb;
    this.#now = now;
    this.#started = { at: now(), progress: { records: 0, bytes: 0 } };
    this.#samples = [this.#started];
  }

  /** Shows where the work is; more often than ten times a second has no effect. */
  update(progress: Progress): void {
    const at = this.#now();
    if (!this.#output.isTerminal || at < this.#nextAt) return;
    this.#nextAt = at + intervalMs;
    // One sample that is older stays, so that the window is full.
    while ((this.#samples[1]?.at ?? Infinity) <= at - windowMs) this.#samples.shift();
    const line = fit(this.#line({ at, progress }), this.#output.columns - 1);
    this.#samples.push({ at, progress });
    this.#isShown = true;
    this.#write(`\r${line}\x1b[K`);
  }

  /** Takes the line away. */
  clear(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#nextAt = -Infinity;
    this.#write("\r\x1b[K");
  }

  #line({ at, progress: { records, bytes, part } }: Sample): string {
    const [oldest = this.#started] = this.#samples;
    const rate = ((bytes - oldest.progress.bytes) * 1_000) / Math.max(1, at - oldest.at);
    const done = `${this.#verb} ${formatCount(records)} records, ${formatBytes(bytes)}, ${formatBytes(rate)}/s`;
    if (part === undefined) return done;
    const known = Math.min(Math.max(part, 0), 1);
    const full = Math.round(known * barColumns);
    const bar = `[${"#".repeat(full)}${"·".repeat(barColumns - full)}] ${Math.floor(known * 100)} %`;
    // The time that the rest takes at the speed of all so far.
    const leftMs = ((at - this.#started.at) * (1 - known)) / known;
    return `${done} ${bar}${known > 0 && known < 1 ? `, ${duration(leftMs)} left` : ""}`;
  }

  #write(text: string): void {
    this.#output.write(text).catch(() => undefined);
  }
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
