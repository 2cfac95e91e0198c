/** Seconds that a waterfall shows. */
export const waterfallSeconds = 300;

const slotMs = 1000;
const slots = waterfallSeconds;

/**
 * The newest rows of a window's spectrum, one for each second of the last five minutes, in memory of a fixed size. Rows stand at
 * their own time: where none came for long, there is a gap.
 */
export class WaterfallRows {
  /** Values of a row. */
  readonly channels: number;
  /** A row for each slot; NaN where there is none. The second `time` is at `time % slots`. */
  readonly #values: Float32Array;
  readonly #isFilled = new Uint8Array(slots);
  /** Slots that were changed and not taken yet. */
  readonly #changed = new Set<number>();
  #newestTime: number | undefined;
  #previousTime: number | undefined;
  #usualMs = slotMs;

  constructor(channels: number) {
    this.channels = channels;
    this.#values = new Float32Array(slots * channels).fill(NaN);
  }

  /** When the newest row was measured, ms since 1970. */
  get newestTime(): number | undefined {
    return this.#newestTime;
  }

  /** How many seconds have a row. */
  get filledSeconds(): number {
    return this.#isFilled.reduce((sum, filled) => sum + filled, 0);
  }

  /** Adds a row, newer than all or older. One that is too old is left out, and so is an older one for a second that is filled. */
  add(time: number, row: Float32Array): void {
    const slot = Math.floor(time / slotMs);
    const newest = this.#newestTime === undefined ? undefined : Math.floor(this.#newestTime / slotMs);
    if (newest !== undefined && slot <= newest - slots) return;
    if (newest !== undefined && slot > newest) this.#clear(Math.max(newest + 1, slot - slots + 1), slot);
    if (this.#isFilled[index(slot)] === 0 || time >= (this.#newestTime ?? time)) this.#fill(slot, row);
    this.#fillSincePrevious(time, slot);
    this.#previousTime = time;
    this.#newestTime = Math.max(this.#newestTime ?? time, time);
  }

  /** A value, or NaN. `secondsAgo` counts from the newest row, which is 0. */
  valueAt(secondsAgo: number, channel: number): number {
    if (this.#newestTime === undefined || secondsAgo < 0 || secondsAgo >= slots) return NaN;
    return this.slot(index(Math.floor(this.#newestTime / slotMs) - secondsAgo))[channel] ?? NaN;
  }

  /** The slot with the newest row, 0 to 299; older ones come before it, round the end. */
  get newestSlot(): number {
    return index(Math.floor((this.#newestTime ?? 0) / slotMs));
  }

  /** The values of a slot. */
  slot(at: number): Float32Array {
    return this.#values.subarray(at * this.channels, (at + 1) * this.channels);
  }

  /** Slots that were changed since the last call. */
  takeChanged(): number[] {
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed;
  }

  /** Rows that come each two seconds, or a little late, leave no gaps: each holds until the next, if that is not unusually late. */
  #fillSincePrevious(time: number, slot: number): void {
    if (this.#previousTime === undefined || time <= this.#previousTime) return;
    const passed = time - this.#previousTime;
    const previous = Math.floor(this.#previousTime / slotMs);
    if (passed <= 2.5 * this.#usualMs) {
      for (let between = Math.max(previous + 1, slot - slots + 1); between < slot; between += 1) {
        if (this.#isFilled[index(between)] === 0) this.#fill(between, this.slot(index(previous)));
      }
    }
    this.#usualMs = Math.max(slotMs, Math.min(passed, 2 * this.#usualMs));
  }

  #fill(slot: number, row: Float32Array): void {
    const at = index(slot);
    this.slot(at).set(row.length > this.channels ? row.subarray(0, this.channels) : row);
    this.#isFilled[at] = 1;
    this.#changed.add(at);
  }

  #clear(from: number, to: number): void {
    for (let slot = from; slot <= to; slot += 1) {
      this.slot(index(slot)).fill(NaN);
      this.#isFilled[index(slot)] = 0;
      this.#changed.add(index(slot));
    }
  }
}

function index(slot: number): number {
  return ((slot % slots) + slots) % slots;
}
