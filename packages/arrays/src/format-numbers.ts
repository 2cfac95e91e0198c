/** A number as Python prints it, but for the zero behind a whole one's point. */
export function formatNumber(value: number): string {
  return print(value, 1e16, String(value), value.toExponential());
}

/** A float32 number as numpy prints it within a complex one: in as few digits as tell it from its neighbours. */
export function formatFloat32(value: number): string {
  const digits = [1, 2, 3, 4, 5, 6, 7, 8].find((count) => Math.fround(Number(value.toPrecision(count))) === value) ?? 9;
  const shown = Number(value.toPrecision(digits));
  return print(value, 1e6, String(shown), shown.toExponential());
}

/** Python's `f"{value:.4}"`. */
export function formatShort(value: number): string {
  // Where two numbers of four digits are equally near, JavaScript takes the larger one, Python the even one.
  const exact = value.toExponential(40);
  const rounded = /\.\d\d[02468]50*e/.test(exact) ? exact.replace(/50*e/, "e") : value.toExponential(3);
  // The sign of -0 is not in its digits, and the largest float is rounded to what is none.
  const near = Number(rounded) || value;
  const number = Number.isFinite(near) ? near : value;
  return print(number, 1e3, String(number), rounded.replace(/\.?0+e/, "e")).replace(/^-?\d+$/, "$&.0");
}

/** Of a number's digits those with an exponent from `limit` on and below 0.0001. */
function print(value: number, limit: number, plain: string, exponential: string): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return String(value).toLowerCase().replace("inity", "");
  if (size === 0) return Object.is(value, -0) ? "-0" : "0";
  return size >= 1e-4 && size < limit ? plain : exponential.replace(/([+-])(\d)$/, "$10$2");
}
