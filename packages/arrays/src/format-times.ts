import type { Item } from "./types.ts";
import { NaT } from "./types.ts";

const nanosecondsIn: Readonly<Record<string, bigint>> = {
  D: 86_400_000_000_000n,
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  ns: 1n,
};
const second = 1_000_000_000n;
const day = 86_400_000_000_000n;

/** The unit in a dtype such as `<M8[ns]`. For other dtypes the result is not a unit. */
export function timeUnitOf(dtype: string): string {
  return dtype.slice(4, -1);
}

/** Counts of a unit in nanoseconds, undefined for NaT; undefined for months, years, and units below nanoseconds. */
export function toNanoseconds(items: readonly Item[], unit: string): (bigint | undefined)[] | undefined {
  const factor = nanosecondsIn[unit];
  if (factor === undefined) return undefined;
  return items.map((item) => (typeof item !== "bigint" || item === NaT ? undefined : item * factor));
}

/** The time at this many nanoseconds after 1970 in ISO 8601; only the date at midnight. */
export function formatTime(nanoseconds: bigint | undefined): string {
  if (nanoseconds === undefined) return "NaT";
  const [seconds, fraction] = divide(nanoseconds, second);
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return `${seconds} seconds since 1970`;
  return (date.toISOString().slice(0, -5) + formatFraction(fraction)).replace(/T00:00:00$/, "");
}

/** Durations as xarray prints them: without days if all are shorter than one, without times if all are whole days. */
export function formatDurations(durations: readonly (bigint | undefined)[]): string[] {
  const known = durations.filter((duration) => duration !== undefined);
  const needsDays = known.some((duration) => duration < 0n || duration >= day);
  const needsTimes = known.some((duration) => duration % day !== 0n);
  return durations.map((duration) => {
    if (duration === undefined) return "NaT";
    const [days, rest] = divide(duration, day);
    if (!needsDays) return formatClock(rest);
    if (!needsTimes) return `${days} days`;
    return `${days} days ${days < 0n ? "+" : ""}${formatClock(rest)}`;
  });
}

function formatClock(nanoseconds: bigint): string {
  const [seconds, fraction] = divide(nanoseconds, second);
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) => String(part).padStart(2, "0"));
  return clock.join(":") + formatFraction(fraction);
}

function formatFraction(nanoseconds: bigint): string {
  return nanoseconds === 0n ? "" : `.${String(nanoseconds).padStart(9, "0").replace(/000$/, "")}`;
}

/** The quotient rounded down, and the remainder, which is never negative. */
function divide(value: bigint, by: bigint): [quotient: bigint, rest: bigint] {
  const rest = ((value % by) + by) % by;
  return [(value - rest) / by, rest];
}
