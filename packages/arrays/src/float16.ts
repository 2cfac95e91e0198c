const scratch: DataView = new DataView(new ArrayBuffer(8));

/** The number that 16 bits of IEEE 754 binary16 encode. */
export function fromFloat16Bits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The bits of the nearest binary16 number, halves rounded to even. */
export function toFloat16Bits(value: number): number {
  scratch.setFloat64(0, value);
  const high = scratch.getUint16(0);
  const sign = high & 0x8000;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65_520) return sign | 0x7c00;
  // Numbers below 2^-14 are multiples of 2^-24; above, there are 1024 steps between two powers of two.
  const exponent = Math.max((high >> 4) & 0x7ff, 1023 - 14) - 1023;
  // A float64 has no fraction bits at 2^52, so the addition rounds to a whole number, halves to even.
  const steps = size * 2 ** (10 - exponent) + 2 ** 52 - 2 ** 52;
  return sign | (((exponent + 14) << 10) + steps);
}
