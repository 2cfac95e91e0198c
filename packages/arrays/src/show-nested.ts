import { formatTime, timeUnitOf, toNanoseconds } from "./format-times.ts";
import { NaT } from "./nat.ts";
import type { Item, NdArray } from "./ndarray.ts";

/** So many items of a dimension are shown. */
const edge = 6;
/** And of all dimensions together. */
const most = 100;

/** The first items of each dimension in brackets, dates as text, durations as counts of their unit. */
export function showNested(array: Pick<NdArray, "dtype" | "shape" | "size" | "item">): string {
  const kind = array.dtype.charAt(1);
  const showAt = (index: number): string => {
    try {
      const item = array.item(index);
      if ("Mm".includes(kind) && item === NaT) return "NaT";
      const times = kind === "M" ? toNanoseconds([item], timeUnitOf(array.dtype)) : undefined;
      return times === undefined ? showItem(item) : formatTime(times[0]);
    } catch {
      // Bytes from elsewhere may be no text; to log them must not end a program.
      return "<no text>";
    }
  };
  let left = most;
  const show = (axis: number, index: number): string => {
    if (left <= 0) return "…";
    const size = array.shape[axis];
    if (size === undefined) {
      left -= 1;
      return showAt(index);
    }
    const shown = Array.from({ length: Math.min(size, edge) }, (_, at) => show(axis + 1, index * size + at));
    return `[${shown.join(", ")}${size > edge ? ", …" : ""}]`;
  };
  return array.size === 0 ? "[]" : show(0, 0);
}

function showItem(item: Item): string {
  if (typeof item === "string") return JSON.stringify(item);
  if (item instanceof Uint8Array) return `${item.length} bytes`;
  if (typeof item !== "object") return String(item);
  return `${item.re}${item.im < 0 ? "" : "+"}${item.im}j`;
}
