import { NdArray, parseDtype, productOf, RecordArray } from "@dataqueues/arrays";
import type { Copy, FieldDescr } from "@dataqueues/arrays";

import { readHeader } from "./read-header.ts";
import { refuse } from "./refuse.ts";
import { toCOrder } from "./to-c-order.ts";

/** How npy is read. */
export interface DecodeOptions {
  /**
   * "auto", the default: the array is a view of the bytes where they are aligned, little-endian and in C order, else a
   * copy; "always": a copy, which does not keep the bytes alive; "never": a view, or an error with code `copy`.
   */
  readonly copy?: Copy | undefined;
  /** The longest header that is read, 10,000 bytes unless told otherwise, as in numpy. */
  readonly maxHeaderBytes?: number | undefined;
  /** What to do with bytes behind the array: "error", the default, or "ignore", as numpy does. */
  readonly trailing?: "error" | "ignore" | undefined;
}

/**
 * Reads what `numpy.save` wrote: an {@link NdArray}, or a {@link RecordArray} where the dtype has fields. Big-endian data
 * and Fortran order come out little-endian and in C order; rows of structured arrays keep their bytes.
 *
 * @throws FormatError with a code (`magic`, `version`, `truncated`, `header-too-large`, `header-syntax`, `shape`, `dtype`,
 *   `pickle-refused`, `trailing`, `copy`) and mostly an offset
 */
export function decode(bytes: Uint8Array, options: DecodeOptions = {}): NdArray | RecordArray {
  const { copy = "auto", maxHeaderBytes = 10_000, trailing = "error" } = options;
  const { descr, fortranOrder, shape, dataOffset } = readHeader(bytes, maxHeaderBytes);
  const { kind, itemsize } = parseDtype(descr);
  const size = productOf(shape) * itemsize;
  const found = bytes.length - dataOffset;
  if (size > found) throw refuse("truncated", `the array takes ${size} bytes, there are ${found}`, bytes.length);
  if (size < found && trailing === "error") {
    throw refuse("trailing", `${found - size} bytes follow the array`, dataOffset + size);
  }
  let data = bytes.subarray(dataOffset, dataOffset + size);
  let copied = false;
  if (fortranOrder && shape.filter((length) => length !== 1).length > 1) {
    if (copy === "never") throw refuse("copy", "Fortran order has no view in C order", dataOffset);
    data = toCOrder(data, shape, itemsize);
    copied = true;
  }
  const rest = copied ? "auto" : copy;
  if (typeof descr === "string") return NdArray.fromBytes(descr, shape, data, rest);
  if (kind !== "struct") throw refuse("dtype", "a subarray has no dtype of its own");
  return new RecordArray(descr as readonly FieldDescr[], shape, rest === "always" ? data.slice() : data);
}
