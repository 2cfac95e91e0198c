import type { Fault } from "../fault.ts";
import { connectionsDamaged } from "./connections-damaged.ts";
import { connectionsSilent } from "./connections-silent.ts";
import { networkSlow } from "./network-slow.ts";
import { nodeUnreachable } from "./node-unreachable.ts";
import { sendsExpire } from "./sends-expire.ts";

/** How the network can lie. */
export const networkFaults: readonly Fault[] = [
  connectionsDamaged,
  connectionsSilent,
  nodeUnreachable,
  networkSlow,
  sendsExpire,
];
