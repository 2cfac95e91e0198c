import { byteOrderMark, startsWith } from "../formats/marks.ts";
import { MessageTooLarge } from "./message-too-large.ts";

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** How lines are taken from bytes. */
export interface LineOptions {
  /** The longest line: a longer one is an error, so that bytes without line ends do not fill the memory. */
  readonly maxBytes: number;
  /** Whether the byte order mark of the first line and the CR of CRLF belong to the lines. */
  readonly keepAll: boolean;
}

/**
 * Splits bytes into lines as they come, without their ends. A last line needs no end; nothing after the last end is no line.
 *
 * @throws Error for a line that is too long
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  { maxBytes, keepAll }: LineOptions,
): AsyncGenerator<Uint8Array> {
  let begun: Uint8Array[] = [];
  let begunLength = 0;
  let isFirst = true;
  const finish = (part: Uint8Array): Uint8Array => {
    const line = begun.length === 0 ? part : Buffer.concat([...begun, part]);
    begun = [];
    begunLength = 0;
    const start = !keepAll && isFirst && startsWith(line, byteOrderMark) ? byteOrderMark.length : 0;
    const end = !keepAll && line.at(-1) === carriageReturn ? line.length - 1 : line.length;
    isFirst = false;
    return line.subarray(start, end);
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(lineFeed, start);
      const length = begunLength + (end < 0 ? chunk.length : end) - start;
      if (length > maxBytes) throw new MessageTooLarge(maxBytes);
      if (end < 0) break;
      yield finish(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start === chunk.length) continue;
    begun.push(chunk.subarray(start));
    begunLength += chunk.length - start;
  }
  if (begunLength > 0) yield finish(new Uint8Array());
}
