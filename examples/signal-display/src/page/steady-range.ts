/** Ends of an axis. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** How an axis follows its values. */
export interface SteadyRangeOptions {
  /** Ends are multiples of it. */
  readonly step: number;
  /** The share of values that may lie below the axis, and above it: 0 for none. */
  readonly below: number;
  readonly above: number;
}

/**
 * An axis that follows its values and does not tremble with their noise: it grows when values leave it, and shrinks only when they
 * need less than half of it.
 */
export class SteadyRange {
  readonly #options: SteadyRangeOptions;
  #current: Range | undefined;

  constructor(options: SteadyRangeOptions) {
    this.#options = options;
  }

  /** The ends for these values; those before if no value is finite, and undefined before the first one. */
  follow(values: Float32Array): Range | undefined {
    const { step, below, above } = this.#options;
    const sorted = values.filter((value) => Number.isFinite(value)).sort();
    const low = sorted[Math.floor(below * (sorted.length - 1))];
    const high = sorted[Math.ceil((1 - above) * (sorted.length - 1))];
    if (low === undefined || high === undefined) return this.#current;
    const min = Math.floor(low / step) * step;
    const max = Math.max(min + step, Math.ceil(high / step) * step);
    const held = this.#current;
    const fits = held !== undefined && held.min <= low && held.max >= high && max - min >= (held.max - held.min) / 2;
    if (!fits) this.#current = { min, max };
    return this.#current;
  }
}
