import { describe, inject } from "vitest";

/**
 * A suite of tests that need a broker; they get the addresses of the shared one. On a machine that cannot start a broker
 * the suite is skipped, and its name says what is missing.
 */
export function describeKafka(name: string, tests: (bootstrapServers: readonly string[]) => void): void {
  const kafka = inject("kafka");
  if ("missing" in kafka) describe.skip(`${name} (needs ${kafka.missing})`, () => tests([]));
  else describe(name, () => tests(kafka.bootstrapServers));
}
