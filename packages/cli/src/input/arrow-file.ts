import { startsWith } from "../formats/marks.ts";

const magic = "ARROW1";

/** Before the first message: the magic and two bytes that bring it to a multiple of 8. */
const headLength = 8;
/** After the footer: its length and the magic. */
const tailLength = 4 + magic.length;
const continuation = 0xffffffff;
const endOfStream: Uint8Array = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/** Whether bytes are an Arrow IPC *file*, which Feather files are too, and not a stream. */
export function isArrowFile(bytes: Uint8Array): boolean {
  return startsWith(bytes, magic);
}

/**
 * The Arrow IPC stream in an Arrow IPC file: a file is a stream between a magic and a footer
 * (https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format).
 *
 * @throws Error for a file that was cut
 */
export function streamOfArrowFile(bytes: Uint8Array): Uint8Array {
  const footerEnd = bytes.length - tailLength;
  const isWhole = footerEnd >= headLength && isArrowFile(bytes.subarray(bytes.length - magic.length));
  if (!isWhole) throw new Error("the Arrow file has no end: it was cut, or is still being written");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const streamEnd = footerEnd - view.getInt32(footerEnd, true);
  if (streamEnd < headLength || streamEnd > footerEnd) throw new Error("the Arrow file's footer makes no sense");
  const stream = bytes.subarray(headLength, streamEnd);
  const last = stream.length - endOfStream.length;
  const hasEnd =
    last >= 0 &&
    view.getUint32(headLength + last, true) === continuation &&
    view.getUint32(headLength + last + 4, true) === 0;
  return hasEnd ? stream : Buffer.concat([stream, endOfStream]);
}
