/** Where an axis has its ticks. */
export interface Ticks {
  readonly values: readonly number[];
  /** Digits after the point that all of them need. */
  readonly decimals: number;
}

/**
 * Ticks at multiples of 1, 2 or 5 times a power of ten, within the ends of an axis.
 *
 * @param most - how many there is room for
 */
export function niceTicks(min: number, max: number, most: number): Ticks {
  const span = max - min;
  if (!Number.isFinite(span) || span <= 0 || most < 1) return { values: [], decimals: 0 };
  const step = niceStep(span / most);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const tolerance = step * 1e-9;
  const values = [];
  for (let index = Math.ceil((min - tolerance) / step); index * step <= max + tolerance; index += 1) {
    values.push(Number((index * step).toFixed(decimals)));
  }
  return { values, decimals };
}

/** The smallest of 1, 2 and 5 times a power of ten that is not below `least`. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const found = [1, 2, 5].find((factor) => factor * power >= least * (1 - 1e-9));
  return (found ?? 10) * power;
}

/** Maps a value of an axis to pixels; `from` may lie right of or below `to`. */
export function linearScale(min: number, max: number, from: number, to: number): (value: number) => number {
  const factor = (to - from) / (max - min);
  return (value) => from + (value - min) * factor;
}
