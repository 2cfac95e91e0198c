import { formatTime, timeUnitOf, toNanoseconds } from "./format-times.ts";
import type { Item } from "./types.ts";
import { NaT } from "./types.ts";

/** The name of the method that Node calls to show an object on the console. */
export const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom");

/** The most items that are shown along one dimension. */
const maxAlongDimension = 6;
/** The most items that are shown in all. */
const maxItems = 100;

interface Indexable {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly size: number;
  item(index: number): Item;
}

/**
 * The first items of an array in brackets, for logs. Times are shown as text, durations as counts of their unit.
 */
export function arrayRepr(array: Indexable): string {
  const kind = array.dtype.charAt(1);
  const reprAt = (index: number): string => {
    try {
      const item = array.item(index);
      if ("Mm".includes(kind) && item === NaT) return "NaT";
      const times = kind === "M" ? toNanoseconds([item], timeUnitOf(array.dtype)) : undefined;
      return times === undefined ? itemRepr(item) : formatTime(times[0]);
    } catch {
      // Bytes from a message may not be valid text. Logging them must not throw.
      return "<no text>";
    }
  };
  let left = maxItems;
  const repr = (axis: number, index: number): string => {
    if (left <= 0) return "…";
    const size = array.shape[axis];
    if (size === undefined) {
      left -= 1;
      return reprAt(index);
    }
    const shown = Array.from({ length: Math.min(size, maxAlongDimension) }, (_, at) =>
      repr(axis + 1, index * size + at),
    );
    return `[${shown.join(", ")}${size > maxAlongDimension ? ", …" : ""}]`;
  };
  return array.size === 0 ? "[]" : repr(0, 0);
}

function itemRepr(item: Item): string {
  if (typeof item === "string") return JSON.stringify(item);
  if (item instanceof Uint8Array) return `${item.length} bytes`;
  if (typeof item !== "object") return String(item);
  return `${item.re}${item.im < 0 ? "" : "+"}${item.im}j`;
}
