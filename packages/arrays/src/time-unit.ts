/** Units of which each is a thousand of the next. */
const decimal = ["s", "ms", "us", "ns", "ps", "fs", "as"];

/** How numpy divides a unit into finer ones. It takes 365 days for a year and 30 for a month. */
const finer: ReadonlyMap<string, readonly (readonly [count: number, unit: string])[]> = new Map([
  ["Y", [[12, "M"], [52, "W"], [365, "D"]]], // prettier-ignore
  ["M", [[4, "W"], [30, "D"], [720, "h"]]], // prettier-ignore
  ["W", [[7, "D"], [168, "h"], [10_080, "m"]]], // prettier-ignore
  ["D", [[24, "h"], [1440, "m"], [86_400, "s"]]], // prettier-ignore
  ["h", [[60, "m"], [3600, "s"]]], // prettier-ignore
  ["m", [[60, "s"], [60_000, "ms"]]], // prettier-ignore
]);

const form = /^\[(?:[ \t\n\v\f\r]*\+?(\d+))?(generic|[YMWDhms]|[munpfaμ]s)(?:\/(\d+))?\]$/;
const maxInt = 2 ** 31 - 1;

/**
 * The unit in a datetime64 or timedelta64 dtype as numpy prints it: `[ns]`, `[25s]`, or empty for none; undefined if it
 * is not valid.
 *
 * @param text - `[count unit/divisor]`, such as `[25s]` or `[D/24]`; numpy turns the divisor into a finer unit
 */
export function readTimeUnit(text: string): string | undefined {
  if (text === "") return "";
  const [, digits = "1", name, divisor = "1"] = form.exec(text) ?? [];
  const count = Number(digits);
  if (name === undefined || count > maxInt) return undefined;
  const unit = name.replace("μ", "u");
  if (divisor === "1") return print(count, unit);
  const found = finerUnits(unit).find(([each]) => each % Number(divisor) === 0);
  if (found === undefined) return undefined;
  const [per, smaller] = found;
  const smallerCount = count * (per / Number(divisor));
  return smallerCount > maxInt ? undefined : print(smallerCount, smaller);
}

function finerUnits(unit: string): readonly (readonly [count: number, unit: string])[] {
  const place = decimal.indexOf(unit);
  const below = place < 0 ? [] : decimal.slice(place + 1, place + 3);
  return finer.get(unit) ?? below.map((each, steps) => [1000 ** (steps + 1), each] as const);
}

function print(count: number, unit: string): string {
  return unit === "generic" ? "" : `[${count === 1 ? "" : count}${unit}]`;
}
