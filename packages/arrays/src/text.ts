import { formatError } from "./errors.ts";

/** The text of a numpy `U` item: little-endian UCS-4, without the trailing NULs. */
export function readUcs4(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let offset = 0; offset + 4 <= bytes.length; offset += 4) {
    const point = view.getUint32(offset, true);
    if (point > 0x10ffff) {
      throw formatError("text", `0x${point.toString(16)} is not a character`, { offset });
    }
    text += String.fromCodePoint(point);
  }
  return withoutNuls(text);
}

/** The bytes of a numpy `S` item as text, one character for each byte, without the trailing NULs. */
export function readBytesText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return withoutNuls(text);
}

/**
 * Writes text as a numpy `U` item (4 bytes for each character) or `S` item (1 byte), over bytes that are all 0.
 *
 * @throws FormatError with code `text` when it does not fit; numpy would truncate it silently
 */
export function writeText(text: unknown, kind: "U" | "S", into: Uint8Array): void {
  if (typeof text !== "string") throw formatError("text", `${typeof text} is not text`);
  const width = kind === "U" ? 4 : 1;
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
  let offset = 0;
  for (let index = 0; index < text.length; index += 1) {
    const point = text.codePointAt(index) ?? 0;
    if (point > 0xffff) index += 1;
    if (offset + width > into.length || (kind === "S" && point > 255)) {
      throw formatError("text", `${JSON.stringify(text)} does not fit ${kind}${into.length / width}`);
    }
    if (kind === "U") view.setUint32(offset, point, true);
    else view.setUint8(offset, point);
    offset += width;
  }
}

function withoutNuls(text: string): string {
  let end = text.length;
  // charCodeAt(-1) is NaN, which ends the loop.
  while (text.charCodeAt(end - 1) === 0) end -= 1;
  return text.slice(0, end);
}
