import { checkRecord, NdArray, newBytes, npyMagic, RecordArray } from "@dataqueues/arrays";

import { checkHeaderLimit, defaultMaxHeaderBytes, formatError, headerStart } from "./format.ts";
import type { HeaderLimit } from "./format.ts";
import { printHeader } from "./print-header.ts";

/**
 * Writes the same bytes as `numpy.save`: version 1.0, or 2.0 and 3.0 if the names of fields require it.
 *
 * @throws FormatError with code `type` for a value that is not an array, and `header-too-large` for a header that `decode`
 *   would refuse with the same limit
 */
export function encode(array: NdArray | RecordArray, options: HeaderLimit = {}): Uint8Array {
  checkRecord("options", options);
  checkHeaderLimit(options);
  const { maxHeaderBytes = defaultMaxHeaderBytes } = options;
  if (!(array instanceof NdArray || array instanceof RecordArray)) {
    throw formatError("type", "npy carries an NdArray or a RecordArray; make one first");
  }
  const header = printHeader(array.dtype, array.shape);
  const length = header.length - headerStart(header[npyMagic.length] ?? 0);
  if (length > maxHeaderBytes) {
    throw formatError(
      "header-too-large",
      `maxHeaderBytes is ${maxHeaderBytes}, and the header takes ${length}: raise it at both ends, in Python max_header_size`,
    );
  }
  const data = array instanceof NdArray ? array.bytes : array.data;
  const bytes = newBytes(header.length + data.length);
  bytes.set(header);
  bytes.set(data, header.length);
  return bytes;
}
