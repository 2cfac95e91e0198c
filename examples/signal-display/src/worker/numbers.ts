import { isTypedArray, NdArray } from "@dataqueues/arrays";
import type { TypedArray } from "@dataqueues/arrays";
import type { AnyNumber, Numbers } from "@dataqueues/schemas";

/** A number that may be text: "nan", as JSON's writers put it. */
export function toNumber(value: AnyNumber): number {
  if (typeof value === "number") return value;
  const sign = value.startsWith("-") ? -1 : 1;
  return value.toLowerCase().includes("nan") ? NaN : sign * Infinity;
}

/** The items of a list, a typed array or numpy's array, which the schemas allow alike. */
export function itemsOf(numbers: Numbers): readonly AnyNumber[] | Float64Array | Float32Array {
  const items: readonly AnyNumber[] | TypedArray = numbers instanceof NdArray ? numbers.data : numbers;
  if (items instanceof Float64Array || items instanceof Float32Array) return items;
  return isTypedArray(items) ? Float64Array.from(items as ArrayLike<number | bigint>, Number) : items;
}

/** Puts numbers into a row, each changed by `change`. What is no finite number after that is NaN: a plot has no place for it. */
export function fillRow(row: Float32Array, numbers: Numbers, change: (value: number) => number): void {
  const items = itemsOf(numbers);
  for (let index = 0; index < row.length; index += 1) {
    const item = items[index] ?? NaN;
    const value = change(typeof item === "number" ? item : toNumber(item));
    row[index] = Number.isFinite(value) ? value : NaN;
  }
}

/**
 * The means of `points` groups of channels, in order, NaN left out; a group that has nothing else is NaN.
 *
 * @param row - as many values as there are channels
 */
export function decimate(row: Float32Array, points: number): Float32Array {
  const means = new Float32Array(points);
  for (let point = 0; point < points; point += 1) {
    const from = Math.floor((point * row.length) / points);
    const to = Math.max(from + 1, Math.floor(((point + 1) * row.length) / points));
    let [sum, count] = [0, 0];
    for (const value of row.subarray(from, to)) {
      if (Number.isNaN(value)) continue;
      sum += value;
      count += 1;
    }
    means[point] = count === 0 ? NaN : sum / count;
  }
  return means;
}

/** Every n-th value of a row: for phases, whose mean says nothing. */
export function sample(row: Float32Array, points: number): Float32Array {
  return Float32Array.from(
    { length: points },
    (_value, point) => row[Math.floor(((point + 0.5) * row.length) / points)] ?? NaN,
  );
}

/** A ratio of powers in decibels. */
export function decibels(power: number): number {
  return 10 * Math.log10(power);
}

/** Radians as degrees from -180 to 180. */
export function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}
