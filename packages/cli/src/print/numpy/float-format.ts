/** How numpy prints one float of an array: all of them in a form that they share. */
export type FloatFormat = (value: number) => string;

/** numpy's `precision`: the most digits after the point. */
const precision = 8;

/** Bytes of a float: float16, float32 or float64. */
export type FloatSize = 2 | 4 | 8;

/** From this size on numpy writes exponents: 10 to the digits that the type keeps, at most 8. */
const exponentFrom: Readonly<Record<FloatSize, number>> = { 2: 1e3, 4: 1e6, 8: 1e8 };

/** The parts of a printed float, without its sign. */
interface Digits {
  readonly whole: string;
  readonly fraction: string;
  /** With its sign: `-05`; empty in positional form. */
  readonly exponent: string;
}

/**
 * `FloatingFormat` of numpy/_core/arrayprint.py with numpy's usual options (2.4): the shortest digits that tell a float from
 * its neighbours, at most 8 after the point; exponents for all when one is large or small, or when they differ by more than
 * 1,000.
 *
 * @param values - all that is printed
 * @param sign - `+` marks numbers that are not negative, too, as in the imaginary part of complex numbers
 */
export function floatFormat(values: readonly number[], size: FloatSize, sign: "-" | "+" = "-"): FloatFormat {
  const finite = values.filter(Number.isFinite);
  const hasExponent = needsExponent(finite, size);
  const signOf = (value: number): string => (value < 0 || Object.is(value, -0) ? "-" : sign === "+" ? "+" : "");
  const first = finite.map((value) => ({
    sign: signOf(value),
    digits: hasExponent ? exponential(Math.abs(value), size) : positional(Math.abs(value), size),
  }));
  const fraction = longest(first.map(({ digits }) => digits.fraction.length));
  const exponent = longest(first.map(({ digits }) => digits.exponent.length));
  const right = hasExponent ? exponent + 1 + fraction : fraction;
  let left = longest(first.map((each) => each.sign.length + each.digits.whole.length));
  if (finite.length < values.length) {
    const infinite = sign === "+" || values.includes(-Infinity) ? 4 : 3;
    left = Math.max(left, infinite - (right + 1));
  }
  return (value) => {
    if (!Number.isFinite(value)) {
      const text = Number.isNaN(value) ? `${sign === "+" ? "+" : ""}nan` : `${signOf(value)}inf`;
      return text.padStart(left + right + 1);
    }
    if (!hasExponent) {
      const { whole, fraction: digits } = positional(Math.abs(value), size);
      return `${(signOf(value) + whole).padStart(left)}.${digits.padEnd(right)}`;
    }
    const short = exponential(Math.abs(value), size);
    const isWide = short.fraction.length === fraction;
    const { whole, fraction: digits, exponent: power } = isWide ? short : rounded(Math.abs(value), fraction);
    const padded = power.slice(0, 1) + power.slice(1).padStart(exponent - 1, "0");
    return `${(signOf(value) + whole).padStart(left)}.${digits}e${padded}`;
  };
}

/** A float rounded to what its type holds. numpy computes and compares in that type. */
function round(value: number, size: FloatSize): number {
  if (size === 8) return value;
  if (size === 4) return Math.fround(value);
  // float16 has 11 significant bits, and steps of 2^-24 below 2^-14.
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(value) || 1)), -14);
  const step = 2 ** (exponent - 10);
  const scaled = value / step;
  const near = Math.round(scaled);
  const even = Math.abs(scaled % 1) === 0.5 && near % 2 !== 0 ? near - 1 : near;
  const result = even * step;
  return Math.abs(result) >= 65_520 ? Math.sign(result) * Infinity : result;
}

function needsExponent(finite: readonly number[], size: FloatSize): boolean {
  const sizes = finite.filter((value) => value !== 0).map(Math.abs);
  if (sizes.length === 0) return false;
  const max = longest(sizes);
  const min = sizes.reduce((least, value) => Math.min(least, value));
  return max >= exponentFrom[size] || min < round(0.0001, size) || round(max / min, size) > 1000;
}

function longest(lengths: readonly number[]): number {
  return lengths.reduce((most, length) => Math.max(most, length), 0);
}

/** The fewest digits that tell a float of this size from its neighbours, as JavaScript writes exponents: `1.25e-7`. */
function shortest(value: number, size: FloatSize): string {
  if (size === 8) return value.toExponential();
  const exact = value.toExponential(100);
  for (let digits = 0; digits < 9; digits += 1) {
    const text = halfToEven(value.toExponential(digits), exact);
    // The neighbour below a power of two is nearer than the one above: there the next number up may do where the nearest does not.
    const next = (Number(text) + 10 ** (Math.floor(Math.log10(value)) - digits)).toExponential(digits);
    for (const each of [text, next]) if (round(Number(each), size) === value) return each;
  }
  return value.toExponential();
}

function exponential(value: number, size: FloatSize): Digits {
  const digits = split(shortest(value, size));
  if (digits.fraction.length <= precision) return digits;
  const cut = rounded(value, precision);
  return { ...cut, fraction: cut.fraction.replace(/0+$/, "") };
}

function positional(value: number, size: FloatSize): Digits {
  const { whole, fraction, exponent } = split(shortest(value, size));
  const power = Number(exponent);
  const all = whole + fraction;
  const places = Math.max(all.length - 1 - power, 0);
  if (places > precision) {
    const [front = "0", back = ""] = halfToEven(value.toFixed(precision), value.toFixed(100)).split(".");
    return { whole: front, fraction: back.replace(/0+$/, ""), exponent: "" };
  }
  const padded = power < 0 ? "0".repeat(-power) + all : all.padEnd(power + 1, "0");
  const point = Math.max(power, 0) + 1;
  return { whole: padded.slice(0, point), fraction: padded.slice(point), exponent: "" };
}

/** A float with so many digits after the point, and an exponent. */
function rounded(value: number, digits: number): Digits {
  return split(halfToEven(value.toExponential(digits), value.toExponential(100)));
}

function split(text: string): Digits {
  const [mantissa = "", power = "+0"] = text.split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return { whole, fraction, exponent: power.slice(0, 1) + power.slice(1).padStart(2, "0") };
}

/** JavaScript rounds a half up; numpy to the even digit. `exact` has all digits, so that a half is seen as one. */
function halfToEven(near: string, exact: string): string {
  const digits = (near.split("e")[0] ?? "").length;
  const [kept, rest] = [exact.slice(0, digits), exact.slice(digits)];
  return /^\.?50*(?:e|$)/.test(rest) && /[02468]\.?$/.test(kept) ? kept + (exact.match(/e.*$/)?.[0] ?? "") : near;
}
