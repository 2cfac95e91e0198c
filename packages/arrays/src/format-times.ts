import { NaT } from "./nat.ts";
import type { Item } from "./ndarray.ts";

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

/** The unit within a dtype such as `<M8[ns]`; something that is no unit for other dtypes. */
export function timeUnitOf(dtype: string): string {
  return dtype.slice(4, -1);
}

/** Counts of a unit in nanoseconds, undefined for NaT; undefined for units that vary, such as months, and below ns. */
export function toNanoseconds(items: readonly Item[], unit: string): (bigint | undefined)[] | undefined {
  const factor = nanosecondsIn[unit];
  if (factor === undefined) return undefined;
  return items.map((item) => (typeof item !== "bigint" || item === NaT ? undefined : item * factor));
}

/** The time so many nanoseconds after 1970, without its clock at midnight. */
export function formatTime(nanoseconds: bigint | undefined): string {
  if (nanoseconds === undefined) return "NaT";
  const [seconds, fraction] = divide(nanoseconds, second);
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return `${seconds} seconds since 1970`;
  return (date.toISOString().slice(0, -5) + formatFraction(fraction)).replace(/T00:00:00$/, "");
}

/** As xarray, leaves days or times out where none of the durations has any. */
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

/** Quotient rounded down and the rest, which is never negative. */
function divide(value: bigint, by: bigint): [quotient: bigint, rest: bigint] {
  const rest = ((value % by) + by) % by;
  return [(value - rest) / by, rest];
}
