import { refuse } from "./refuse.ts";

/** The text of a numpy `U` item: UCS-4, little-endian, trailing NULs left out. */
export function readUcs4(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let offset = 0; offset + 4 <= bytes.length; offset += 4) {
    const point = view.getUint32(offset, true);
    if (point > 0x10ffff) {
      throw refuse("text", `0x${point.toString(16)} is no character`, offset);
    }
    text += String.fromCodePoint(point);
  }
  return withoutNuls(text);
}

/** The bytes of a numpy `S` item as text, one character a byte, trailing NULs left out. */
export function readBytesText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return withoutNuls(text);
}

/**
 * Writes text as a numpy `U` (4 bytes a character) or `S` (1 byte) item, NULs behind it.
 *
 * @throws FormatError when it does not fit: numpy would cut it silently
 */
export function writeText(text: unknown, kind: "U" | "S", into: Uint8Array): void {
  if (typeof text !== "string") throw refuse("text", `${typeof text} is no text`);
  const width = kind === "U" ? 4 : 1;
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
  let offset = 0;
  for (let index = 0; index < text.length; index += 1) {
    const point = text.codePointAt(index) ?? 0;
    if (point > 0xffff) index += 1;
    if (offset + width > into.length || (kind === "S" && point > 255)) {
      throw refuse("text", `${JSON.stringify(text)} does not fit ${kind}${into.length / width}`);
    }
    if (kind === "U") view.setUint32(offset, point, true);
    else view.setUint8(offset, point);
    offset += width;
  }
}

function withoutNuls(text: string): string {
  let end = text.length;
  // In front of the first character there is none: NaN.
  while (text.charCodeAt(end - 1) === 0) end -= 1;
  return text.slice(0, end);
}
