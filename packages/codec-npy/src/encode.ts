import { NdArray, newBytes, RecordArray } from "@dataqueues/arrays";

import { printHeader } from "./print-header.ts";
import { refuse } from "./refuse.ts";

/**
 * Writes what `numpy.save` writes, to the byte: version 1.0, or 2.0 and 3.0 where the names of fields need it.
 *
 * @throws FormatError with code `type` for what is no array; an array of objects cannot even be made
 */
export function encode(array: NdArray | RecordArray): Uint8Array {
  if (!(array instanceof NdArray || array instanceof RecordArray)) {
    throw refuse("type", "npy carries an NdArray or a RecordArray; make one first");
  }
  const header = printHeader(array.dtype, array.shape);
  const data = array instanceof NdArray ? array.bytes : array.data;
  const bytes = newBytes(header.length + data.length);
  bytes.set(header);
  bytes.set(data, header.length);
  return bytes;
}
