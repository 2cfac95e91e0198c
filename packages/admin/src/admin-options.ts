import { checkFunction, checkNumbers, checkObject, checkSignal, pauseLimit, timeLimit } from "@dataqueues/core";
import type { NumberOption, OnEvent } from "@dataqueues/core";

/** How an admin works; times in whole milliseconds, `Infinity` for never except in `reconnectBackoffMs` and its maximum. */
export interface AdminOptions {
  /** Every call is settled within this time: 30,000 by default. */
  readonly timeoutMs?: number | undefined;
  /**
   * How long a connection may take: 15,000 by default. A call also rejects when no broker could be reached for that long.
   */
  readonly connectTimeoutMs?: number | undefined;
  /** The pause after a failed attempt to connect: 50 by default. It doubles with each failure and varies by a fifth. */
  readonly reconnectBackoffMs?: number | undefined;
  /** The longest of these pauses: 1,000 by default. */
  readonly reconnectBackoffMaxMs?: number | undefined;
  /** Ends the admin: every call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called when a connection is opened, fails or is lost. */
  readonly onEvent?: OnEvent | undefined;
}

type AdminNumber = "timeoutMs" | "connectTimeoutMs" | "reconnectBackoffMs" | "reconnectBackoffMaxMs";

const numbers: Readonly<Record<AdminNumber, NumberOption>> = {
  timeoutMs: [30_000, timeLimit],
  connectTimeoutMs: [15_000, timeLimit],
  reconnectBackoffMs: [50, pauseLimit],
  reconnectBackoffMaxMs: [1_000, pauseLimit],
};

/** The times of an admin's options, checked and complete. */
export type AdminSettings = Readonly<Record<AdminNumber, number>>;

/** Throws a `DataQueueError` `INVALID_ARGUMENT` that names the option which makes no sense. */
export function adminSettings(options: AdminOptions): AdminSettings {
  checkObject("options", options);
  checkSignal(options.signal);
  checkFunction("onEvent", options.onEvent);
  return checkNumbers(options, numbers);
}
