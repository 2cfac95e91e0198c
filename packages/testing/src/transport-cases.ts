import { checkFunction, checkNumber, invalidArgument } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";

import { caseOf } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { connectionCases } from "./connection-cases.ts";
import { fetchCases } from "./fetch-cases.ts";
import { idempotenceCases } from "./idempotence-cases.ts";
import { inputCases } from "./input-cases.ts";
import { offsetCases } from "./offset-cases.ts";
import { largestValueCase } from "./largest-value-case.ts";
import { produceCases } from "./produce-cases.ts";
import { topicCases } from "./topic-cases.ts";
import { Trial } from "./trial.ts";

/** What the cases of a transport are made of. */
export interface TransportCasesOptions {
  /** Makes a transport to a log on which topics can be created; all that one case asks for share their log. */
  readonly transport: () => Transport | Promise<Transport>;
  /** A topic's name that was never used on the log: `conformance-` and a UUID by default. */
  readonly newTopic?: (() => string) | undefined;
  /**
   * The length in bytes of the largest value that a record without key and headers, alone in its batch, may have on a topic
   * of this log: 1,048,516 on Kafka, unless its `message.max.bytes` was changed. The limit is tried where this is given.
   */
  readonly largestValueBytes?: number | undefined;
  /** How long one case may take, in milliseconds: 30,000 by default. */
  readonly timeoutMs?: number | undefined;
}

/** Makes a case of a name and what happens on a log of its own topics. */
export type DefineTrial = (name: string, run: (trial: Trial) => Promise<void>) => ConformanceCase;

/**
 * The promises of a {@link Transport}, as data for any test runner. Every case creates topics of its own, deletes them
 * and closes its connections, so that cases may run at the same time.
 *
 * @example
 * ```ts
 * const log = memory();
 * for (const { name, run } of transportCases({ transport: () => log })) test(name, run);
 * ```
 */
export function transportCases(options: TransportCasesOptions): ConformanceCase[] {
  const {
    transport,
    newTopic = () => `conformance-${crypto.randomUUID()}`,
    largestValueBytes,
    timeoutMs = 30_000,
  } = options;
  if (typeof transport !== "function") {
    throw invalidArgument("transport", "a function that makes a transport", transport);
  }
  checkFunction("newTopic", newTopic);
  if (largestValueBytes !== undefined) checkNumber("largestValueBytes", largestValueBytes, { least: 1 });
  checkNumber("timeoutMs", timeoutMs, { least: 1 });
  const define: DefineTrial = (name, run) => ({
    name,
    run: async () => {
      const trial = new Trial(await transport(), newTopic, timeoutMs);
      try {
        await caseOf(name, timeoutMs, () => run(trial)).run();
      } finally {
        await trial.end();
      }
    },
  });
  const groups = [connectionCases, topicCases, offsetCases, produceCases, idempotenceCases, fetchCases, inputCases];
  const cases = groups.flatMap((casesOf) => casesOf(define));
  return largestValueBytes === undefined ? cases : [...cases, largestValueCase(define, largestValueBytes)];
}
