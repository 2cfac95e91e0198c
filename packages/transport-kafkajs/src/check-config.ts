import { checkNumber, invalidArgument } from "@dataqueues/core";
import type { KafkajsConfig } from "./kafkajs-config.ts";

/** Refuses settings that mean nothing, by their name: a `DataQueueError` `INVALID_ARGUMENT`. */
export function checkConfig(config: KafkajsConfig): void {
  if (typeof config !== "object" || config === null) throw invalidArgument("config", "an object", config);
  for (const name of ["connectionTimeout", "requestTimeout", "authenticationTimeout", "maxResponseBytes"] as const) {
    if (config[name] !== undefined) checkNumber(name, config[name], { least: 1 });
  }
  const { checkCrcs, clientId, reauthenticationThreshold } = config;
  if (checkCrcs !== undefined && typeof checkCrcs !== "boolean") {
    throw invalidArgument("checkCrcs", "true or false", checkCrcs);
  }
  if (clientId !== undefined && typeof clientId !== "string") throw invalidArgument("clientId", "a text", clientId);
  if (reauthenticationThreshold !== undefined) checkNumber("reauthenticationThreshold", reauthenticationThreshold);
}
