import type { TransportCapabilities } from "@dataqueues/core";

import type { ConformanceCase } from "./conformance-case.ts";
import type { Trial } from "./trial.ts";

/** What each group of cases is made from. */
export interface TransportSubject {
  readonly capabilities: TransportCapabilities;
  readonly largestValueBytes: number | undefined;
  readonly moveLeader: ((topic: string, partition: number) => void | Promise<void>) | undefined;
  /** Makes a case of a name and what happens on a log with topics of its own. */
  readonly define: (name: string, run: (trial: Trial) => Promise<void>) => ConformanceCase;
}
