import { checkRecord } from "./invalid-argument.ts";

/** A range of positions as Python's `slice(start, stop, step)`: `stop` is left out, negative ones count from the end. */
export interface Slice {
  readonly start?: number | undefined;
  readonly stop?: number | undefined;
  readonly step?: number | undefined;
}

/** What `isel` takes along a dimension: one position (the dimension goes), a list of positions, or a range. */
export type Indexer = number | readonly number[] | Slice;

/**
 * The positions that an indexer selects along a dimension of `size` positions; a single number for a single position.
 *
 * @throws RangeError for a position outside the dimension, or a step of 0.
 */
export function positions(indexer: Indexer, dim: string, size: number): number | readonly number[] {
  if (typeof indexer === "number") return position(indexer, dim, size);
  if (isList(indexer)) return indexer.map((index) => position(index, dim, size));
  checkRecord(`the indexer along '${dim}'`, indexer);
  return range(indexer, dim, size);
}

function isList(indexer: readonly number[] | Slice): indexer is readonly number[] {
  return Array.isArray(indexer);
}

function position(index: number, dim: string, size: number): number {
  const found = index < 0 ? index + size : index;
  if (!Number.isInteger(index) || found < 0 || found >= size) {
    throw new RangeError(`index ${index} is out of bounds for dimension '${dim}' with size ${size}`);
  }
  return found;
}

/** https://docs.python.org/3/reference/datamodel.html#slice.indices */
function range({ start, stop, step = 1 }: Slice, dim: string, size: number): number[] {
  for (const [name, place] of Object.entries({ start, stop })) {
    if (place !== undefined && !Number.isInteger(place) && place !== Infinity && place !== -Infinity) {
      throw new RangeError(`${name} along '${dim}' must be a whole number, not ${String(place)}`);
    }
  }
  if (!Number.isInteger(step) || step === 0) {
    throw new RangeError(`step along '${dim}' must be a whole number other than 0, not ${String(step)}`);
  }
  const forward = step > 0;
  const lowest = forward ? 0 : -1;
  const highest = forward ? size : size - 1;
  const clip = (index: number) => Math.min(Math.max(index < 0 ? index + size : index, lowest), highest);
  const first = start === undefined ? (forward ? lowest : highest) : clip(start);
  const end = stop === undefined ? (forward ? highest : lowest) : clip(stop);
  return Array.from({ length: Math.max(0, Math.ceil((end - first) / step)) }, (_, index) => first + index * step);
}
