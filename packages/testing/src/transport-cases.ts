import { checkFunction, checkNumber, checkObject, invalidArgument } from "@dataqueues/core";
import type { Transport, TransportCapabilities } from "@dataqueues/core";

import { caseOf } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { configCases } from "./config-cases.ts";
import { connectionCases } from "./connection-cases.ts";
import { fetchCases } from "./fetch-cases.ts";
import { groupAdminCases } from "./group-admin-cases.ts";
import { groupCases } from "./group-cases.ts";
import { idempotenceCases } from "./idempotence-cases.ts";
import { inputCases } from "./input-cases.ts";
import { leaderCases } from "./leader-cases.ts";
import { logDirCases } from "./log-dir-cases.ts";
import { offsetCases } from "./offset-cases.ts";
import { produceCases } from "./produce-cases.ts";
import { recordDeletionCases } from "./record-deletion-cases.ts";
import { topicCases } from "./topic-cases.ts";
import type { TransportSubject } from "./transport-subject.ts";
import { Trial } from "./trial.ts";

/** What the cases of a transport are made of. */
export interface TransportCasesOptions {
  /** Makes the transport that is tested. All that it makes lead to the same log. */
  readonly transport: () => Transport | Promise<Transport>;
  /**
   * What the transport can do. By default `write`, `admin` and `idempotence`, but no `groups`; with a `writer` nothing but
   * reading. Promises that it cannot keep are left out, and a case of its own compares this with the transport's
   * `capabilities`.
   */
  readonly capabilities?: Partial<TransportCapabilities> | undefined;
  /**
   * Makes a transport to the same log that can write and create topics. It is needed where the tested one cannot:
   * it then does what the tested one does not.
   */
  readonly writer?: (() => Transport | Promise<Transport>) | undefined;
  /** A topic's name that was never used on the log: `conformance-` and a UUID by default. */
  readonly newTopic?: (() => string) | undefined;
  /**
   * The length in bytes of the largest value that a record without key and headers, alone in its batch, may have on a topic
   * of this log: 1,048,516 on Kafka, unless its `message.max.bytes` was changed. The limit is tested if this is given.
   */
  readonly largestValueBytes?: number | undefined;
  /** Makes the log elect the leader of a partition anew. What happens then to old leader epochs is tested if this is given. */
  readonly moveLeader?: ((topic: string, partition: number) => void | Promise<void>) | undefined;
  /** How long one case may take, in milliseconds: 30,000 by default. */
  readonly timeoutMs?: number | undefined;
}

/**
 * The promises of a {@link Transport}, as data for any test runner. Every case creates topics of its own, deletes them
 * and closes its connections, so that cases may run at the same time.
 *
 * @example
 * ```ts
 * const log = memory();
 * const cases = transportCases({ transport: () => log, capabilities: { groups: true } });
 * for (const { name, run } of cases) test(name, run);
 * ```
 */
export function transportCases(options: TransportCasesOptions): ConformanceCase[] {
  const {
    transport,
    writer,
    newTopic = () => `conformance-${crypto.randomUUID()}`,
    largestValueBytes,
    moveLeader,
    timeoutMs = 30_000,
  } = options;
  if (typeof transport !== "function") {
    throw invalidArgument("transport", "a function that makes a transport", transport);
  }
  checkFunction("writer", writer);
  checkFunction("newTopic", newTopic);
  checkFunction("moveLeader", moveLeader);
  if (options.capabilities !== undefined) checkObject("capabilities", options.capabilities);
  if (largestValueBytes !== undefined) checkNumber("largestValueBytes", largestValueBytes, { least: 1 });
  checkNumber("timeoutMs", timeoutMs, { least: 1 });
  const writes = writer === undefined;
  const defaults = { write: writes, admin: writes, idempotence: writes, groups: false };
  const capabilities = { ...defaults, ...options.capabilities };
  if (writer === undefined && !(capabilities.write && capabilities.admin)) {
    throw invalidArgument("writer", "a function that makes a transport that can write and create topics", undefined);
  }
  const subject: TransportSubject = {
    capabilities,
    largestValueBytes,
    moveLeader,
    define: (name, run) => ({
      name,
      run: async () => {
        const tested = await transport();
        const trial = new Trial(tested, (await writer?.()) ?? tested, { capabilities, newTopic, timeoutMs });
        try {
          await caseOf(name, timeoutMs, () => run(trial)).run();
        } finally {
          await trial.end();
        }
      },
    }),
  };
  return [
    ...connectionCases(subject),
    ...topicCases(subject),
    ...offsetCases(subject),
    ...leaderCases(subject),
    ...produceCases(subject),
    ...idempotenceCases(subject),
    ...fetchCases(subject),
    ...inputCases(subject),
    ...recordDeletionCases(subject),
    ...logDirCases(subject),
    ...configCases(subject),
    ...groupCases(subject),
    ...groupAdminCases(subject),
  ];
}
