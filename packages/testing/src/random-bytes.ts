/** A generator of whole numbers below `limit`; the same seed gives the same numbers (mulberry32). */
export function randomNumbers(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

/** 1 to 256 random bytes. */
export function randomBytes(random: (limit: number) => number): Uint8Array {
  return Uint8Array.from({ length: 1 + random(256) }, () => random(256));
}

const largestPiece = 8;

/** `bytes` with a few of them changed; sometimes a piece is missing or doubled. */
export function mutantOf(bytes: Uint8Array, random: (limit: number) => number): Uint8Array {
  const mutant = [...bytes];
  for (let left = 1 + random(3); left > 0 && mutant.length > 0; left -= 1) {
    const at = random(mutant.length);
    const kind = random(8);
    if (kind === 0 && mutant.length > largestPiece) mutant.splice(at, 1 + random(largestPiece));
    else if (kind === 1) mutant.splice(at, 0, ...mutant.slice(at, at + 1 + random(largestPiece)));
    // Bytes that matter in lengths and counts: 0, 1, the largest, and the sign bit.
    else mutant[at] = [0, 1, 0xff, 0x80][kind - 2] ?? random(256);
  }
  return Uint8Array.from(mutant);
}
