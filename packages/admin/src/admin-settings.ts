import {
  checkFunction,
  checkNumber,
  checkNumbers,
  checkObject,
  checkSignal,
  invalidArgument,
  pauseLimit,
  timeLimit,
} from "@dataqueues/core";
import type { NumberOption } from "@dataqueues/core";

import type { AdminOptions, CreateTopicsOptions } from "./admin.ts";

/** The most copies that a request can ask for. */
const mostReplicas = 2 ** 15 - 1;

type AdminNumber = "timeoutMs" | "connectTimeoutMs" | "reconnectBackoffMs" | "reconnectBackoffMaxMs";

const numbers: Readonly<Record<AdminNumber, NumberOption>> = {
  timeoutMs: [30_000, timeLimit],
  connectTimeoutMs: [15_000, timeLimit],
  reconnectBackoffMs: [50, pauseLimit],
  reconnectBackoffMaxMs: [1_000, pauseLimit],
};

/** How an admin's options say that it waits, checked and complete. */
export type AdminSettings = Readonly<Record<AdminNumber, number>>;

/** Throws a `DataQueueError` `INVALID_ARGUMENT` that names the option which makes no sense. */
export function adminSettings(options: AdminOptions): AdminSettings {
  checkObject("options", options);
  checkSignal(options.signal);
  checkFunction("onEvent", options.onEvent);
  return checkNumbers(options, numbers);
}

/** Likewise for the settings of topics that are created. */
export function checkCreateTopicsOptions(options: CreateTopicsOptions): void {
  checkObject("options", options);
  const { replicationFactor, configs } = options;
  if (replicationFactor !== undefined) {
    checkNumber("replicationFactor", replicationFactor, { least: 1, most: mostReplicas });
  }
  if (configs === undefined) return;
  checkObject("configs", configs);
  for (const [name, value] of Object.entries<unknown>(configs)) {
    if (typeof value !== "string") throw invalidArgument(`configs[${JSON.stringify(name)}]`, "a text", value);
  }
}
