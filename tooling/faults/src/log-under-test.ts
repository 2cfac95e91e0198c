import type { Transport } from "@dataqueues/core";

import type { LogVerdict } from "./judge-log.ts";
import type { Ledger } from "./ledger.ts";

/** The log that messages go through while things go wrong. */
export interface LogUnderTest {
  /** A way to it, one for each client. */
  transport(): Transport;
  /** Resolves when all is well with these topics: every replica is in sync. */
  whole(topics: readonly string[]): Promise<void>;
  /** Has it read to its end and judged. */
  judge(ledger: Ledger): Promise<LogVerdict>;
}
