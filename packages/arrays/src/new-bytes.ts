/** Below this length asking takes longer than filling. */
const large = 65_536;

interface WithBuffer {
  readonly Buffer?: { allocUnsafeSlow(length: number): Uint8Array };
}

/**
 * Memory for bytes that are all written before any is read: for codecs, whose largest cost is this memory. Node can leave
 * it as it is, where a browser fills it with zeros first.
 */
export function newBytes(length: number): Uint8Array {
  const { Buffer } = globalThis as WithBuffer;
  if (length < large || Buffer === undefined) return new Uint8Array(length);
  const { buffer, byteOffset } = Buffer.allocUnsafeSlow(length);
  return new Uint8Array(buffer, byteOffset, length);
}
