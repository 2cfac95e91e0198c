import {
  checkBytes,
  checkRecord,
  checkWord,
  FormatError,
  NdArray,
  descrToDtype,
  shapeSize,
  RecordArray,
} from "@dataqueues/arrays";
import type { Copy, FieldDescr } from "@dataqueues/arrays";

import { checkHeaderLimit, defaultMaxHeaderBytes } from "./header-limit.ts";
import type { HeaderLimit } from "./header-limit.ts";
import { readHeader } from "./read-header.ts";
import type { Header } from "./read-header.ts";
import { refuse } from "./refuse.ts";
import { toCOrder } from "./to-c-order.ts";

/** How npy is read. */
export interface DecodeOptions extends HeaderLimit {
  /**
   * "auto", the default: the array is a view of the bytes where they are aligned, little-endian and in C order, else a
   * copy; "always": a copy, which does not keep the bytes alive; "never": a view, or an error with code `copy`.
   */
  readonly copy?: Copy | undefined;
  /** What to do with bytes behind the array: "error", the default, or "ignore", as numpy does. */
  readonly trailing?: "error" | "ignore" | undefined;
}

/**
 * Reads what `numpy.save` wrote: an {@link NdArray}, or a {@link RecordArray} where the dtype has fields. Big-endian data
 * and Fortran order come out little-endian and in C order; rows of structured arrays keep their bytes.
 *
 * @throws FormatError with a code (`magic`, `version`, `truncated`, `header-too-large`, `header-syntax`, `shape`, `dtype`,
 *   `pickle-refused`, `trailing`, `copy`) and mostly an offset, TypeError that names an option that makes no sense
 */
export function decode(bytes: Uint8Array, options: DecodeOptions = {}): NdArray | RecordArray {
  checkDecodeOptions(options);
  checkBytes(bytes);
  const { copy = "auto", maxHeaderBytes = defaultMaxHeaderBytes, trailing = "error" } = options;
  try {
    return readArray(bytes, readHeader(bytes, maxHeaderBytes), copy, trailing);
  } catch (cause) {
    if (!(cause instanceof FormatError) || cause.offset !== undefined) throw cause;
    // What the dtype or shape is to blame for is in the header, behind magic, version and length.
    throw new FormatError(cause.message, { codec: "npy", code: cause.code, offset: 10, cause });
  }
}

/** @throws TypeError that names the option that makes no sense */
export function checkDecodeOptions(options: DecodeOptions): void {
  checkRecord("options", options);
  checkHeaderLimit(options);
  checkWord("copy", options.copy, ["auto", "always", "never"]);
  checkWord("trailing", options.trailing, ["error", "ignore"]);
}

function readArray(
  bytes: Uint8Array,
  { descr, fortranOrder, shape, dataOffset }: Header,
  copy: Copy,
  trailing: "error" | "ignore",
): NdArray | RecordArray {
  const dtype = descrToDtype(descr);
  const { itemsize } = dtype;
  const size = shapeSize(shape) * itemsize;
  const found = bytes.length - dataOffset;
  if (size > found) throw refuse("truncated", `the array takes ${size} bytes, there are ${found}`, bytes.length);
  if (size < found && trailing === "error") {
    throw refuse("trailing", `${found - size} bytes follow the array`, dataOffset + size);
  }
  const data = bytes.subarray(dataOffset, dataOffset + size);
  const sizes = shape as readonly number[];
  // Dimensions of one item have no order.
  const ordered = sizes.filter((length) => length !== 1);
  const transpose = fortranOrder && ordered.length > 1;
  if (transpose && copy === "never") throw refuse("copy", "Fortran order has no view in C order", dataOffset);
  const inOrder = transpose ? toCOrder(data, ordered, itemsize) : data;
  const rest = transpose ? "auto" : copy;
  if (dtype.kind !== "struct") return NdArray.fromBytes(dtype.str, sizes, inOrder, rest);
  return new RecordArray(descr as readonly FieldDescr[], sizes, rest === "always" ? new Uint8Array(inOrder) : inOrder);
}
