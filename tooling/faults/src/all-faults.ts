import type { Fault } from "./fault.ts";
import { inProcessFaults } from "./in-process/in-process-faults.ts";
import { loadFaults } from "./load/load-faults.ts";
import { logFaults } from "./log/log-faults.ts";
import { networkFaults } from "./network/network-faults.ts";
import { nodeFaults } from "./nodes/node-faults.ts";

/** Every fault, in the order of the report. */
export const allFaults: readonly Fault[] = [
  ...nodeFaults,
  ...networkFaults,
  ...logFaults,
  ...inProcessFaults,
  ...loadFaults,
];
