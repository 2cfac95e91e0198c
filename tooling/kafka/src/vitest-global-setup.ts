import { howToGet } from "@dataqueues/tooling-machine";
import type { TestProject } from "vitest/node";

import { missingRequirements, startKafka } from "./start-kafka.ts";

/** The broker that all test files share, or what this machine lacks to start one. */
export type SharedKafka = { readonly bootstrapServers: readonly string[] } | { readonly missing: string };

declare module "vitest" {
  interface ProvidedContext {
    kafka: SharedKafka;
  }
}

/** Starts one broker for all test files of a run; with `DATAQUEUES_KAFKA` (host:port) they use one that already runs. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const running = process.env["DATAQUEUES_KAFKA"];
  if (running !== undefined) {
    project.provide("kafka", { bootstrapServers: running.split(",") });
    return undefined;
  }
  const missing = missingRequirements();
  if (missing.length > 0) {
    for (const each of missing)
      console.warn(`${each.name} is missing, so tests with a broker are skipped. To get it: ${howToGet(each)}`);
    project.provide("kafka", { missing: missing.map(({ name }) => name).join(" and ") });
    return undefined;
  }
  const kafka = await startKafka();
  project.provide("kafka", { bootstrapServers: kafka.bootstrapServers });
  return () => kafka.stop();
}
