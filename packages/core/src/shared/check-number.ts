import { invalidArgument } from "./invalid-argument.ts";

/** The longest time, in milliseconds, that a timer can wait and a request can carry: some 24 days. */
export const longestMs: number = 2 ** 31 - 1;

/** Which whole numbers an argument may be. */
export interface NumberLimits {
  /** 0 by default. */
  readonly least?: number;
  /** 2 ** 31 - 1 by default, the limit of timers and of Kafka's int32. */
  readonly most?: number;
  /** Whether `Infinity` is allowed, for "never" or "no limit". */
  readonly infinity?: boolean;
}

/** A timeout: 1 ms or more, or `Infinity` for never. */
export const timeLimit: NumberLimits = { least: 1, infinity: true };

/** A pause: 0 ms or more, and not for ever. */
export const pauseLimit: NumberLimits = {};

/** A number of bytes or of items: 1 or more, or `Infinity` for no limit. */
export const sizeLimit: NumberLimits = { least: 1, most: Number.MAX_SAFE_INTEGER, infinity: true };

/** Checks an option or argument that is a whole number; throws a `DataQueueError` `INVALID_ARGUMENT` that names it. */
export function checkNumber(name: string, value: unknown, limits: NumberLimits = {}): number {
  const { least = 0, most = longestMs, infinity = false } = limits;
  if (typeof value === "number" && value >= least) {
    if (value === Infinity ? infinity : Number.isInteger(value) && value <= most) return value;
  }
  throw invalidArgument(name, `a whole number from ${least} to ${most}${infinity ? " or Infinity" : ""}`, value);
}

/** Whether a value is an offset: a whole number from 0 on, as a number or a bigint of at most 63 bits. */
export function isOffset(value: unknown): value is bigint | number {
  if (typeof value === "bigint") return value >= 0n && value < 2n ** 63n;
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** An option that is a number: its default, and what it may be. */
export type NumberOption = readonly [fallback: number, limits: NumberLimits];

/** Checks those options that are numbers, by name, and fills in the defaults. */
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
