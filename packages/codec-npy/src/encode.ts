import { checkRecord, NdArray, newBytes, RecordArray } from "@dataqueues/arrays";

import { checkHeaderLimit, defaultMaxHeaderBytes } from "./header-limit.ts";
import type { HeaderLimit } from "./header-limit.ts";
import { printHeader } from "./print-header.ts";
import { refuse } from "./refuse.ts";

/**
 * Writes what `numpy.save` writes, to the byte: version 1.0, or 2.0 and 3.0 where the names of fields need it.
 *
 * @throws FormatError with code `type` for what is no array; an array of objects cannot even be made; with
 *   `header-too-large` for more names of fields than `decode` reads unless told to
 */
export function encode(array: NdArray | RecordArray, options: HeaderLimit = {}): Uint8Array {
  checkRecord("options", options);
  checkHeaderLimit(options);
  const { maxHeaderBytes = defaultMaxHeaderBytes } = options;
  if (!(array instanceof NdArray || array instanceof RecordArray)) {
    throw refuse("type", "npy carries an NdArray or a RecordArray; make one first");
  }
  const header = printHeader(array.dtype, array.shape);
  const length = header.length - (header[6] === 1 ? 10 : 12);
  if (length > maxHeaderBytes) {
    const advice = "raise it at both ends, in Python max_header_size";
    throw refuse("header-too-large", `maxHeaderBytes is ${maxHeaderBytes}, and the header takes ${length}: ${advice}`);
  }
  const data = array instanceof NdArray ? array.bytes : array.data;
  const bytes = newBytes(header.length + data.length);
  bytes.set(header);
  bytes.set(data, header.length);
  return bytes;
}
