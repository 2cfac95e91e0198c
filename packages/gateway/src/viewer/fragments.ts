/** Chunks of fewer bytes are joined: a fragment of its own costs more than copying them. */
const smallBytes = 16_384;

/** The most that small chunks are joined to. */
const joinedBytes = 65_536;

/** Larger chunks are cut, without copying, so that it shows whether a viewer takes them. */
const fragmentBytes = 262_144;

/** The fragments of a WebSocket message that has these bytes one after another. */
export function fragments(chunks: readonly Uint8Array[]): Uint8Array[] {
  const found: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  let bytes = 0;
  const joinSmall = (): void => {
    if (small.length > 0)
      found.push(small.length === 1 && small[0] !== undefined ? small[0] : Buffer.concat(small, bytes));
    small = [];
    bytes = 0;
  };
  for (const chunk of chunks) {
    if (chunk.length < smallBytes) {
      if (bytes + chunk.length > joinedBytes) joinSmall();
      small.push(chunk);
      bytes += chunk.length;
      continue;
    }
    joinSmall();
    for (let at = 0; at < chunk.length; at += fragmentBytes) found.push(chunk.subarray(at, at + fragmentBytes));
  }
  joinSmall();
  return found;
}
