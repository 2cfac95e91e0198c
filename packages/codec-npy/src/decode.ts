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

import { checkHeaderLimit, defaultMaxHeaderBytes, formatError, headerStart } from "./format.ts";
import type { HeaderLimit } from "./format.ts";
import { readHeader } from "./read-header.ts";
import type { Header } from "./read-header.ts";

/** Options of `decode`. */
export interface DecodeOptions extends HeaderLimit {
  /**
   * "auto", the default: the array is a view of the bytes if they are aligned, little-endian and in C order, else a copy.
   * "always": a copy, which does not keep the bytes alive. "never": a view, or an error with code `copy`.
   */
  readonly copy?: Copy | undefined;
  /** What to do with bytes after the array: "error", the default, or "ignore", as numpy does. */
  readonly trailing?: "error" | "ignore" | undefined;
}

/**
 * Reads what `numpy.save` wrote: an {@link NdArray}, or a {@link RecordArray} if the dtype has fields. Big-endian items
 * become little-endian and Fortran order becomes C order; rows of structured arrays keep their bytes.
 *
 * @throws FormatError with an offset and a code: `empty`, `magic`, `version`, `truncated`, `header-too-large`,
 *   `header-syntax`, `shape`, `dtype`, `pickle-refused`, `trailing` or `copy`
 * @throws TypeError that names an invalid option
 */
export function decode(bytes: Uint8Array, options: DecodeOptions = {}): NdArray | RecordArray {
  checkDecodeOptions(options);
  checkBytes(bytes);
  const { copy = "auto", maxHeaderBytes = defaultMaxHeaderBytes, trailing = "error" } = options;
  try {
    return readArray(bytes, readHeader(bytes, maxHeaderBytes), copy, trailing);
  } catch (cause) {
    if (!(cause instanceof FormatError) || cause.offset !== undefined) throw cause;
    // An error about dtype or shape points to the header.
    throw formatError(cause.code, cause.message, { offset: headerStart(1), cause });
  }
}

/** @throws TypeError that names an invalid option */
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
  if (size > found) {
    throw formatError("truncated", `the array takes ${size} bytes, there are ${found}`, { offset: bytes.length });
  }
  if (size < found && trailing === "error") {
    throw formatError("trailing", `${found - size} bytes follow the array`, { offset: dataOffset + size });
  }
  const data = bytes.subarray(dataOffset, dataOffset + size);
  const sizes = shape as readonly number[];
  // A dimension of size 1 does not affect the order of the items.
  const ordered = sizes.filter((length) => length !== 1);
  const transpose = fortranOrder && ordered.length > 1;
  if (transpose && copy === "never") {
    throw formatError("copy", "Fortran order has no view in C order", { offset: dataOffset });
  }
  const inOrder = transpose ? toCOrder(data, ordered, itemsize) : data;
  const rest = transpose ? "auto" : copy;
  if (dtype.kind !== "struct") return NdArray.fromBytes(dtype.str, sizes, inOrder, rest);
  return new RecordArray(descr as readonly FieldDescr[], sizes, rest === "always" ? new Uint8Array(inOrder) : inOrder);
}

/** Copies items from Fortran order, in which the first index changes fastest, to C order, in which the last one does. */
function toCOrder(bytes: Uint8Array, shape: readonly number[], itemsize: number): Uint8Array {
  const result = new Uint8Array(bytes.length);
  let target = 0;
  const copy = (axis: number, source: number, stride: number): void => {
    const size = shape[axis];
    if (size === undefined) {
      for (let byte = 0; byte < itemsize; byte += 1) result[target++] = bytes[source + byte] ?? 0;
    } else {
      for (let index = 0; index < size; index += 1) copy(axis + 1, source + index * stride, stride * size);
    }
  };
  // Without items there is nothing to copy, but one dimension may be too large to loop over.
  if (bytes.length > 0) copy(0, 0, itemsize);
  return result;
}
