import type { FaultRow } from "./fault.ts";
import type { LogVerdict } from "./judge-log.ts";
import type { Ledger } from "./ledger.ts";

/** What a line of the report takes from the ledger and from the verdict on its log. */
export function judgedCounts(
  { acknowledged, rejected }: Ledger,
  { lost, duplicated, outOfOrder }: LogVerdict,
): Pick<FaultRow, "acknowledged" | "rejected" | "lost" | "duplicated" | "outOfOrder"> {
  return { acknowledged, rejected, lost, duplicated, outOfOrder };
}
