/**
 * A finite number as JSON. A whole number that would be read as a bigint gets the point or exponent of Python's floats;
 * all others are written as JavaScript does, in Python's style with Python's exponents.
 */
export function printNumber(value: number, pythonStyle: boolean): string {
  // JavaScript writes -0 as 0; Python, and the number itself, know the difference.
  if (Object.is(value, -0)) return "-0.0";
  const size = Math.abs(value);
  if (size >= Number.MAX_SAFE_INTEGER + 1) {
    return size < 1e16 ? `${value}.0` : value.toExponential();
  }
  if (pythonStyle && size < 1e-4 && size > 0) return value.toExponential().replace(/-(\d)$/, "-0$1");
  return String(value);
}
