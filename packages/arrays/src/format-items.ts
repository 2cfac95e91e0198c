import type { Item, NdArray } from "./ndarray.ts";

const notATime = -(2n ** 63n);
const nanosecondsIn: ReadonlyMap<string, bigint> = new Map([
  ["s", 1_000_000_000n],
  ["ms", 1_000_000n],
  ["us", 1_000n],
  ["ns", 1n],
]);
const second = 1_000_000_000n;
const day = 86_400n * second;

/** Texts of items `start` up to `end` of an array in C order, as xarray prints them in a line: floats to 4 digits. */
export function formatItems(array: Pick<NdArray, "dtype" | "item">, start: number, end: number): string[] {
  const items = Array.from({ length: Math.max(end - start, 0) }, (_, index) => array.item(start + index));
  const [, kind, unit = ""] = /^[<|]([A-Za-z])\d+(?:\[(\w+)\])?$/.exec(array.dtype) ?? [];
  const factor = nanosecondsIn.get(unit);
  if (factor !== undefined) {
    const times = items.map((item) => (typeof item !== "bigint" || item === notATime ? undefined : item * factor));
    return kind === "M" ? times.map(formatTime) : formatDurations(times);
  }
  if (kind === "f") return items.map((item) => formatFloat(Number(item)));
  return items.map((item) => (kind === "S" ? formatBytes(item) : formatItem(item)));
}

function formatItem(item: Item): string {
  if (typeof item === "string") return quote(item);
  if (typeof item === "boolean") return item ? "True" : "False";
  if (item instanceof Uint8Array) return `${item.length} bytes`;
  if (typeof item !== "object") return String(item);
  const imaginary = formatNumber(item.im);
  return `(${formatNumber(item.re)}${imaginary.startsWith("-") ? "" : "+"}${imaginary}j)`;
}

/** A number as Python prints it, but for the zero behind a whole one's point. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Python's `repr` of bytes, which come as text of one character each. */
function formatBytes(item: Item): string {
  const hex = (character: string): string => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  return `b${formatItem(item).replace(/[^ -~]/g, hex)}`;
}

/** Python's `f"{value:.4}"`. */
function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return formatNumber(value);
  const [digits = "", exponent = "0"] = value.toExponential(3).split("e");
  const power = Number(exponent);
  const short = digits.replace(/\.?0+$/, "");
  if (value !== 0 && (power < -4 || power >= 3)) {
    return `${short}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  const fixed = value.toFixed(Math.max(3 - power, 0)).replace(/(\.\d+?)0+$/, "$1");
  return Object.is(value, -0) ? "-0.0" : fixed;
}

/** `nanoseconds` since 1970. */
function formatTime(nanoseconds: bigint | undefined): string {
  if (nanoseconds === undefined) return "NaT";
  const [days, rest] = divide(nanoseconds, day);
  const date = new Date(Number(days) * 86_400_000);
  if (Number.isNaN(date.getTime())) return `${days} days since 1970`;
  const [text = ""] = date.toISOString().split("T");
  return rest === 0n ? text : `${text}T${formatClock(rest)}`;
}

/** As xarray, leaves days or times out where none of the durations has any. */
function formatDurations(durations: readonly (bigint | undefined)[]): string[] {
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
  const digits = String(fraction).padStart(9, "0");
  return clock.join(":") + (fraction === 0n ? "" : `.${digits.endsWith("000") ? digits.slice(0, 6) : digits}`);
}

/** Quotient rounded down and the rest, which is never negative. */
function divide(value: bigint, by: bigint): [quotient: bigint, rest: bigint] {
  const rest = ((value % by) + by) % by;
  return [(value - rest) / by, rest];
}

/** Python's `repr` of a str, for what is usual in names. */
function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
}
