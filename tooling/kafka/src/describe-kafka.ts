import { describe, inject } from "vitest";

/**
 * Tests that need a broker, given the shared one's addresses. On a machine that cannot start one they are skipped, and
 * the suite's name says what is missing.
 */
export function describeKafka(name: string, tests: (bootstrapServers: readonly string[]) => void): void {
  const kafka = inject("kafka");
  if ("missing" in kafka) describe.skip(`${name} (needs ${kafka.missing})`, () => tests([]));
  else describe(name, () => tests(kafka.bootstrapServers));
}
