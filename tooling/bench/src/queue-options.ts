import { parseArgs } from "node:util";

const peers = ["kafkajs", "aiokafka"] as const;

/** A client beside which ours is measured. */
export type Peer = (typeof peers)[number];

/** What is to be measured, from the command line. */
export interface QueueOptions {
  /** Bytes of values that each consumer reads in a pass, in MB. */
  readonly megabytes: number;
  readonly rounds: number;
  readonly peers: readonly Peer[];
}

/** Below, what was fetched before the first message counts too much: a run is a trial and its figures are not kept. */
export const fewestMegabytes = 800;

export function readQueueOptions(args: readonly string[]): QueueOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      megabytes: { type: "string", default: String(fewestMegabytes) },
      rounds: { type: "string", default: "5" },
      peers: { type: "string", default: peers.join(",") },
    },
  });
  return {
    megabytes: readCount("--megabytes", values.megabytes),
    rounds: readCount("--rounds", values.rounds),
    peers: values.peers.split(",").map(readPeer),
  };
}

function readCount(name: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new Error(`${name} must be a whole number from 1 on, not ${JSON.stringify(text)}`);
}

function readPeer(text: string): Peer {
  const peer = peers.find((name) => name === text);
  if (peer !== undefined) return peer;
  throw new Error(`--peers must be of ${peers.join(", ")}, with commas, not ${JSON.stringify(text)}`);
}
