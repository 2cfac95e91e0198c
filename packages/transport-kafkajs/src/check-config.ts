import { DataQueueError } from "@dataqueues/core";
import type { KafkajsConfig } from "./kafkajs-config.ts";

/** Node's timers and the protocol's sizes go no further. */
const most = 2 ** 31 - 1;

/** Refuses numbers that mean nothing, by the name of their option: a `DataQueueError` `INVALID_ARGUMENT`. */
export function checkConfig(config: KafkajsConfig): void {
  if (typeof config !== "object" || config === null) throw invalid("config", "an object", config);
  for (const name of ["connectionTimeout", "requestTimeout", "authenticationTimeout", "maxAnswerBytes"] as const) {
    const value: unknown = config[name];
    if (value === undefined) continue;
    if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most) continue;
    throw invalid(name, `a whole number from 1 to ${most}`, value);
  }
  const { checkCrcs, clientId, reauthenticationThreshold } = config;
  if (checkCrcs !== undefined && typeof checkCrcs !== "boolean") throw invalid("checkCrcs", "true or false", checkCrcs);
  if (clientId !== undefined && typeof clientId !== "string") throw invalid("clientId", "a text", clientId);
  const threshold: unknown = reauthenticationThreshold;
  if (threshold === undefined) return;
  if (typeof threshold === "number" && Number.isInteger(threshold) && threshold >= 0 && threshold <= most) return;
  throw invalid("reauthenticationThreshold", `a whole number from 0 to ${most}`, threshold);
}

function invalid(name: string, wanted: string, given: unknown): DataQueueError {
  const shown = typeof given === "object" && given !== null ? "an object" : String(given);
  const told = typeof given === "string" ? JSON.stringify(given) : shown;
  return new DataQueueError(`${name} must be ${wanted}, not ${told}`, { code: "INVALID_ARGUMENT" });
}
