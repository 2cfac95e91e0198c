import { howToGet } from "@dataqueues/tooling-machine";
import type { TestProject } from "vitest/node";

import { missingRequirements } from "./missing-requirements.ts";
import { startKafka } from "./start-kafka.ts";

/** The broker that test files share, or what is missing to have one. */
export type SharedKafka = { readonly bootstrapServers: readonly string[] } | { readonly missing: string };

declare module "vitest" {
  interface ProvidedContext {
    kafka: SharedKafka;
  }
}

/** Starts one broker for all test files of a run; `DATAQUEUES_KAFKA` (host:port) names one that runs already. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const running = process.env["DATAQUEUES_KAFKA"];
  if (running !== undefined) {
    project.provide("kafka", { bootstrapServers: running.split(",") });
    return undefined;
  }
  const missing = missingRequirements();
  if (missing.length > 0) {
    for (const each of missing)
      console.warn(`${each.name} is missing: the broker's tests are skipped. To get it: ${howToGet(each)}`);
    project.provide("kafka", { missing: missing.map(({ name }) => name).join(" and ") });
    return undefined;
  }
  const kafka = await startKafka();
  project.provide("kafka", { bootstrapServers: kafka.bootstrapServers });
  return () => kafka.stop();
}
