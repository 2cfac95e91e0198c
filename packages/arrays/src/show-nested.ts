import { formatItems } from "./format-items.ts";
import type { NdArray } from "./ndarray.ts";

/** So many items of a dimension are shown. */
const edge = 6;

/** The first items of each dimension in brackets, dates as text. */
export function showNested(array: Pick<NdArray, "dtype" | "shape" | "size" | "item">): string {
  const times = /[Mm]8/.test(array.dtype);
  const show = (axis: number, index: number): string => {
    const size = array.shape[axis];
    if (size === undefined)
      return times ? (formatItems(array, index, index + 1)[0] ?? "") : showItem(array.item(index));
    const shown = Array.from({ length: Math.min(size, edge) }, (_, at) => show(axis + 1, index * size + at));
    return `[${shown.join(", ")}${size > edge ? ", …" : ""}]`;
  };
  return array.size === 0 ? "[]" : show(0, 0);
}

function showItem(item: unknown): string {
  if (typeof item === "string") return JSON.stringify(item);
  if (item instanceof Uint8Array) return `${item.length} bytes`;
  if (typeof item !== "object" || item === null || !("re" in item && "im" in item)) return String(item);
  return `${String(item.re)}${Number(item.im) < 0 ? "" : "+"}${String(item.im)}j`;
}
