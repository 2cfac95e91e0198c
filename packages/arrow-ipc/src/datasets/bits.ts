/** The bit at `index`, 1 or 0. As Arrow packs them, the lowest bit of a byte is the first. */
export function isSet(bits: Uint8Array, index: number): number {
  return ((bits[index >>> 3] ?? 0) >> (index & 7)) & 1;
}

/** Sets the bit at `index`. */
export function setBit(bits: Uint8Array, index: number): void {
  bits[index >>> 3] = (bits[index >>> 3] ?? 0) | (1 << (index & 7));
}

/** `length` bits from `start` on, as bits from 0 on: a view if they begin with a byte, else a copy. */
export function sliceBits(bits: Uint8Array, start: number, length: number): Uint8Array {
  const part = bits.subarray(start >>> 3, Math.ceil((start + length) / 8));
  const shift = start & 7;
  if (shift === 0) return part;
  return Uint8Array.from(
    { length: Math.ceil(length / 8) },
    (_, index) => ((part[index] ?? 0) >> shift) | ((part[index + 1] ?? 0) << (8 - shift)),
  );
}

/** How many of the first `length` bits are 0. */
export function countZeros(bits: Uint8Array, length: number): number {
  let zeros = 0;
  for (let index = 0; index < length; index++) zeros += 1 - isSet(bits, index);
  return zeros;
}
