import type { Fault } from "./fault.ts";
import { leaderKilled } from "./nodes/leader-killed.ts";

/** Every fault, in the order of the report. */
export const allFaults: readonly Fault[] = [leaderKilled];
