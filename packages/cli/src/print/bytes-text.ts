import { isUtf8 } from "node:buffer";

const decoder: TextDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Bytes that are most likely text, as keys and headers are: as text if they are UTF-8, otherwise undefined. */
export function textOf(bytes: Uint8Array): string | undefined {
  // To say no, a decoder that throws takes many times as long.
  return isUtf8(bytes) ? decoder.decode(bytes) : undefined;
}

/** The bytes in hexadecimal with spaces between them. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** Bytes as `hexdump -C` shows them: their place, 16 bytes a line in hexadecimal, and the same as ASCII. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += 16) {
    const row = bytes.subarray(start, start + 16);
    const halves = `${hexOf(row.subarray(0, 8)).padEnd(23)}  ${hexOf(row.subarray(8)).padEnd(23)}`;
    lines.push(`${start.toString(16).padStart(8, "0")}  ${halves}  |${asciiOf(row)}|`);
  }
  return lines.join("\n");
}

/** What is ASCII of bytes; dots for the rest. */
export function asciiOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
}
