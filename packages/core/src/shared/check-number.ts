import { invalidArgument } from "./invalid-argument.ts";

/** The longest time that a timer can wait and a request can name, some 24 days, in milliseconds. */
export const longestMs: number = 2 ** 31 - 1;

/** Which whole numbers an argument may be. */
export interface NumberLimits {
  /** 0 by default. */
  readonly least?: number;
  /** 2 ** 31 - 1 by default, as far as timers and Kafka's numbers go. */
  readonly most?: number;
  /** Whether `Infinity` is good too, for "never" or "no limit". */
  readonly infinity?: boolean;
}

/** A time after which something is given up: 1 ms or more, or never. */
export const timeLimit: NumberLimits = { least: 1, infinity: true };

/** A time to wait, which ends. */
export const pauseLimit: NumberLimits = {};

/** A number of bytes or of things: 1 or more, or no limit. */
export const sizeLimit: NumberLimits = { least: 1, most: Number.MAX_SAFE_INTEGER, infinity: true };

/** Checks an option or argument that is a whole number; throws a `DataQueueError` `INVALID_ARGUMENT` that names it. */
export function checkNumber(name: string, value: unknown, limits: NumberLimits = {}): number {
  const { least = 0, most = longestMs, infinity = false } = limits;
  if (typeof value === "number" && value >= least) {
    if (value === Infinity ? infinity : Number.isInteger(value) && value <= most) return value;
  }
  throw invalidArgument(name, `a whole number from ${least} to ${most}${infinity ? " or Infinity" : ""}`, value);
}

/** An option that is a number: its default, and what it may be. */
export type NumberOption = readonly [fallback: number, limits: NumberLimits];

/** Checks the options that are numbers, by their names, and fills in defaults. */
export function checkNumbers<Name extends string>(
  options: object,
  table: Readonly<Record<Name, NumberOption>>,
): Readonly<Record<Name, number>> {
  const checked: Record<Name, number> = Object.create(null);
  for (const name in table) {
    const [fallback, limits] = table[name];
    checked[name] = checkNumber(name, Reflect.get(options, name) ?? fallback, limits);
  }
  return checked;
}
