import { commitRefused } from "./groups/commit-refused.ts";
import { coordinatorCut } from "./groups/coordinator-cut.ts";
import { coordinatorKilled } from "./groups/coordinator-killed.ts";
import { groupRequestsFailing } from "./groups/group-requests-failing.ts";
import { groupRollingRestart } from "./groups/group-rolling-restart.ts";
import { leaderKilledWhileRebalancing } from "./groups/leader-killed-while-rebalancing.ts";
import { memberFrozen } from "./groups/member-frozen.ts";
import { memberKilled } from "./groups/member-killed.ts";
import { membersComingAndGoing } from "./groups/members-coming-and-going.ts";
import { closedAnywhere } from "./in-process/closed-anywhere.ts";
import { leadersMoving } from "./in-process/leaders-moving.ts";
import { producerIdForced } from "./in-process/producer-id-forced.ts";
import { requestsFailing } from "./in-process/requests-failing.ts";
import { topicsChanged } from "./in-process/topics-changed.ts";
import { slowReader } from "./load/slow-reader.ts";
import { soak } from "./load/soak.ts";
import { partitionsGrown } from "./log/partitions-grown.ts";
import { readerOvertaken } from "./log/reader-overtaken.ts";
import { topicRecreated } from "./log/topic-recreated.ts";
import type { Nemesis } from "./nemesis.ts";
import { connectionsDamaged } from "./network/connections-damaged.ts";
import { connectionsSilent } from "./network/connections-silent.ts";
import { networkSlow } from "./network/network-slow.ts";
import { nodeUnreachable } from "./network/node-unreachable.ts";
import { sendsExpire } from "./network/sends-expire.ts";
import { allNodesDown } from "./nodes/all-nodes-down.ts";
import { controllerKilled } from "./nodes/controller-killed.ts";
import { diskFull } from "./nodes/disk-full.ts";
import { leaderFrozen } from "./nodes/leader-frozen.ts";
import { leaderKilled } from "./nodes/leader-killed.ts";
import { leaderReassigned } from "./nodes/leader-reassigned.ts";
import { rollingRestart } from "./nodes/rolling-restart.ts";
import { singleNodeKilled } from "./nodes/single-node-killed.ts";

/** Nemeses of a real Kafka, in the order of the report. */
export const kafkaNemeses: readonly Nemesis[] = [
  // Of its nodes.
  leaderKilled,
  rollingRestart,
  leaderFrozen,
  controllerKilled,
  singleNodeKilled,
  allNodesDown,
  leaderReassigned,
  diskFull,
  // Of the network in front of it.
  connectionsDamaged,
  connectionsSilent,
  nodeUnreachable,
  networkSlow,
  sendsExpire,
  // Of its topics.
  topicRecreated,
  partitionsGrown,
  readerOvertaken,
  // Of groups.
  memberKilled,
  memberFrozen,
  membersComingAndGoing,
  groupRollingRestart,
  coordinatorKilled,
  leaderKilledWhileRebalancing,
  commitRefused,
  coordinatorCut,
  // Of load.
  slowReader,
  soak,
];

/** Nemeses of the in-process log, for what is too fast or too exact for a real Kafka. */
export const inProcessNemeses: readonly Nemesis[] = [
  leadersMoving,
  requestsFailing,
  producerIdForced,
  topicsChanged,
  groupRequestsFailing,
  closedAnywhere,
];

/** Every nemesis, in the order of the report. */
export const allNemeses: readonly Nemesis[] = [...kafkaNemeses, ...inProcessNemeses];
