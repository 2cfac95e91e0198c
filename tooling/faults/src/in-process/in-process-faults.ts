import type { Fault } from "../fault.ts";
import { closedAnywhere } from "./closed-anywhere.ts";
import { leadersMoving } from "./leaders-moving.ts";
import { producerIdForced } from "./producer-id-forced.ts";
import { requestsFailing } from "./requests-failing.ts";
import { topicsChanged } from "./topics-changed.ts";

/** What can go wrong at any moment, too quick and too exact for a real log: tried on the one in this process. */
export const inProcessFaults: readonly Fault[] = [
  leadersMoving,
  requestsFailing,
  producerIdForced,
  topicsChanged,
  closedAnywhere,
];
