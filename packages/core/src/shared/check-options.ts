import { checkEncoding, checkSchemaOption, hasMethod } from "./check-formats.ts";
import { describe, invalidArgument } from "./invalid-argument.ts";

/** Options that producers and consumers share. */
interface CommonOptions {
  readonly encoding?: unknown;
  readonly schema?: unknown;
  readonly validate?: unknown;
  readonly signal?: unknown;
  readonly onEvent?: unknown;
}

/** Checks that a value is an object; throws a `DataQueueError` `INVALID_ARGUMENT` that names it. */
export function checkObject(name: string, options: unknown): void {
  if (typeof options !== "object" || options === null) throw invalidArgument(name, "an object", options);
}

/** Checks the options that are not numbers; throws an error that names the first one that makes no sense. */
export function checkCommonOptions(options: CommonOptions): void {
  checkObject("options", options);
  const { encoding, schema, validate, signal, onEvent } = options;
  checkEncoding(encoding);
  checkSchemaOption(schema);
  checkSignal(signal);
  checkBoolean("validate", validate);
  checkFunction("onEvent", onEvent);
}

/** Checks an optional `signal`; throws a `DataQueueError` `INVALID_ARGUMENT` for anything but an AbortSignal. */
export function checkSignal(signal: unknown): void {
  if (signal === undefined || (hasMethod(signal, "addEventListener") && "aborted" in signal)) return;
  throw invalidArgument("signal", "an AbortSignal", signal);
}

/** Checks an optional boolean. */
export function checkBoolean(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "boolean") throw invalidArgument(name, "true or false", value);
}

/** Checks an optional function; throws a `DataQueueError` `INVALID_ARGUMENT` that names it. */
export function checkFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "function") throw invalidArgument(name, "a function", value);
}

/** Checks an option that has a fixed set of values; throws a `DataQueueError` `INVALID_ARGUMENT` that names it. */
export function checkChoice(name: string, value: unknown, choices: readonly unknown[]): void {
  if (!choices.includes(value)) throw invalidArgument(name, `one of ${choices.map(describe).join(", ")}`, value);
}
