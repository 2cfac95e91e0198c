import type { Fault } from "../fault.ts";
import { allNodesDown } from "./all-nodes-down.ts";
import { controllerKilled } from "./controller-killed.ts";
import { diskFull } from "./disk-full.ts";
import { leaderFrozen } from "./leader-frozen.ts";
import { leaderKilled } from "./leader-killed.ts";
import { leaderReassigned } from "./leader-reassigned.ts";
import { rollingRestart } from "./rolling-restart.ts";
import { singleNodeKilled } from "./single-node-killed.ts";

/** What can become of Kafka's nodes. */
export const nodeFaults: readonly Fault[] = [
  leaderKilled,
  rollingRestart,
  leaderFrozen,
  controllerKilled,
  singleNodeKilled,
  allNodesDown,
  leaderReassigned,
  diskFull,
];
