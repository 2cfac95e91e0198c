/** u and v of all baselines at one time, in wavelengths. */
export interface CoveragePoint {
  readonly time: number;
  readonly u: Float64Array;
  readonly v: Float64Array;
}

/**
 * Where baselines have been in the uv plane. When there are too many points, every second of the older ones is left out, so that
 * the tracks stay as long as they were and memory has a bound.
 */
export class CoverageTracks {
  readonly #capacity: number;
  #baselines: readonly string[] = [];
  #points: CoveragePoint[] = [];

  /** @param capacity - how many points there are at most, 2 or more */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get baselines(): readonly string[] {
    return this.#baselines;
  }

  /** Oldest first. */
  get points(): readonly CoveragePoint[] {
    return this.#points;
  }

  get newest(): CoveragePoint | undefined {
    return this.#points.at(-1);
  }

  /** Adds a point at its time; other baselines than before begin anew. Of two at one time, the one that came first stays. */
  add(baselines: readonly string[], point: CoveragePoint): void {
    if (baselines.join() !== this.#baselines.join()) {
      this.#baselines = baselines;
      this.#points = [];
    }
    let at = this.#points.length;
    while (at > 0 && (this.#points[at - 1]?.time ?? 0) > point.time) at -= 1;
    if (this.#points[at - 1]?.time === point.time) return;
    this.#points.splice(at, 0, point);
    if (this.#points.length > this.#capacity) {
      const last = this.#points.length - 1;
      this.#points = this.#points.filter((_point, index) => (last - index) % 2 === 0);
    }
  }
}
