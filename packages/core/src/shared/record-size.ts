import type { ProducerRecord } from "../contract/record.ts";

/** The bytes of a record's key, value and headers. */
export function recordSize({ key, value, headers }: ProducerRecord): number {
  let size = (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, bytes] of headers) size += utf8Length(name) + (bytes?.length ?? 0);
  return size;
}

/** How many bytes a text takes as UTF-8. */
function utf8Length(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    // Half of a surrogate pair takes two bytes (a pair takes four); other units take one to three.
    if (unit > 0x7f) length += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return length;
}
