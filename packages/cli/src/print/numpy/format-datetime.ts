const perDay: Readonly<Record<string, bigint>> = {
  h: 24n,
  m: 1_440n,
  s: 86_400n,
  ms: 86_400_000n,
  us: 86_400_000_000n,
  ns: 86_400_000_000_000n,
  ps: 86_400_000_000_000_000n,
  fs: 86_400_000_000_000_000_000n,
  as: 86_400_000_000_000_000_000_000n,
};

/** The digits after the point of seconds. */
const fractionDigits: Readonly<Record<string, number>> = { ms: 3, us: 6, ns: 9, ps: 12, fs: 15, as: 18 };

/**
 * A datetime64 as numpy prints it, `numpy.datetime_as_string`: ISO 8601 down to its unit, `2026-11-27T10:00` for minutes.
 *
 * @param count - how many units since 1970
 * @param unit - numpy's unit with its count, as in the dtype: `ns`, `25s`
 */
export function formatDatetime(count: bigint, unit: string): string {
  const [, times = "", name = ""] = /^(\d*)(\w*)$/.exec(unit) ?? [];
  const ticks = count * BigInt(times || 1);
  if (name === "Y") return year(1970n + ticks);
  if (name === "M") {
    const [years, months] = divide(ticks, 12n);
    return `${year(1970n + years)}-${two(months + 1n)}`;
  }
  if (name === "W") return formatDay(7n * ticks);
  const inDay = perDay[name];
  if (inDay === undefined) return name === "D" ? formatDay(ticks) : String(ticks);
  const [days, rest] = divide(ticks, inDay);
  const digits = fractionDigits[name] ?? 0;
  const perSecond = 10n ** BigInt(digits);
  const day = formatDay(days);
  if (name === "h") return `${day}T${two(rest)}`;
  if (name === "m") return `${day}T${two(rest / 60n)}:${two(rest % 60n)}`;
  const seconds = rest / perSecond;
  const clock = `${two(seconds / 3_600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`;
  const fraction = digits === 0 ? "" : `.${String(rest % perSecond).padStart(digits, "0")}`;
  return `${day}T${clock}${fraction}`;
}

/** The date of a day in the Gregorian calendar, counted from 1970; by eras of 400 years, which all have 146,097 days. */
function formatDay(days: bigint): string {
  // Years begin in March, so that a leap day is the last one.
  const [era, ofEra] = divide(days + 719_468n, 146_097n);
  const years = (ofEra - ofEra / 1_460n + ofEra / 36_524n - ofEra / 146_096n) / 365n;
  const ofYear = ofEra - (365n * years + years / 4n - years / 100n);
  const march = (5n * ofYear + 2n) / 153n;
  const day = ofYear - (153n * march + 2n) / 5n + 1n;
  const month = march < 10n ? march + 3n : march - 9n;
  return `${year(years + 400n * era + (month <= 2n ? 1n : 0n))}-${two(month)}-${two(day)}`;
}

/** As C's `%04d`. */
function year(count: bigint): string {
  return count < 0n ? `-${String(-count).padStart(3, "0")}` : String(count).padStart(4, "0");
}

function two(count: bigint): string {
  return String(count).padStart(2, "0");
}

/** The quotient rounded down, and the remainder, which is never negative. */
function divide(value: bigint, by: bigint): [quotient: bigint, rest: bigint] {
  const rest = ((value % by) + by) % by;
  return [(value - rest) / by, rest];
}
