import { TransportError } from "@dataqueues/core";
import type { Connection } from "@dataqueues/core";
import { afterEach } from "vitest";

import { kafkajs } from "../src/index.ts";
import type { KafkajsConfig } from "../src/index.ts";
import { int16, int32, int8, joined, list, text } from "./fields.ts";
import { api, ScriptedNode } from "./scripted-node.ts";
import type { Asked } from "./scripted-node.ts";

const nodes: ScriptedNode[] = [];
const connections: Connection[] = [];

afterEach(() => {
  for (const connection of connections.splice(0)) connection.close();
  for (const node of nodes.splice(0)) node.stop();
});

/** A partition as metadata tells it; what is left out is well. */
export interface Told {
  readonly leader?: number;
  readonly epoch?: number;
  readonly errorCode?: number;
  readonly replicas?: readonly number[];
  readonly inSync?: readonly number[];
}

/** What nodes say of the cluster. */
export interface Telling {
  /** By their ids. */
  readonly nodes: ReadonlyMap<number, { readonly host?: string; readonly port: number }>;
  readonly controller?: number;
  /** Partitions by topic, or an error code. */
  readonly topics?: Readonly<Record<string, readonly Told[] | number>>;
}

/** The answer to Metadata, version 7. */
export function metadataAnswer({ nodes: known, controller = -1, topics = {} }: Telling): Buffer {
  return joined(
    int32(0),
    list(
      ...[...known].map(([id, { host = "127.0.0.1", port }]) => joined(int32(id), text(host), int32(port), text(null))),
    ),
    text(null),
    int32(controller),
    list(...Object.entries(topics).map(([topic, told]) => topicAnswer(topic, told))),
  );
}

function topicAnswer(topic: string, told: readonly Told[] | number): Buffer {
  const [errorCode, partitions] = typeof told === "number" ? [told, []] : [0, told];
  const each = partitions.map(({ leader = 0, epoch = 0, errorCode: wrong = 0, replicas = [0], inSync = [0] }, index) =>
    joined(
      joined(int16(wrong), int32(index), int32(leader), int32(epoch)),
      list(...replicas.map(int32)),
      list(...inSync.map(int32)),
      list(),
    ),
  );
  return joined(int16(errorCode), text(topic), int8(0), list(...each));
}

/** A node that stops with the test. */
export async function startNode(): Promise<ScriptedNode> {
  const node = await ScriptedNode.start();
  nodes.push(node);
  return node;
}

/** Nodes with the ids 0, 1, …, each of which tells of all of them and of the topics it is asked for. Node 0 is the controller. */
export async function startNodes(count: number, topics: Telling["topics"] = {}): Promise<ScriptedNode[]> {
  const started = await Promise.all(Array.from({ length: count }, startNode));
  const known = new Map(started.map(({ port }, id) => [id, { port }]));
  const answer = ({ body }: Asked): Buffer => {
    const asked = body.list(() => body.text());
    const told = Object.entries(topics).filter(([topic]) => asked === null || asked.includes(topic));
    return metadataAnswer({ nodes: known, controller: 0, topics: Object.fromEntries(told) });
  };
  for (const node of started) node.on(api.metadata, answer);
  return started;
}

/** The first of some nodes, and the second. */
export async function startPair(topics?: Telling["topics"]): Promise<[ScriptedNode, ScriptedNode]> {
  const [one, two] = await startNodes(2, topics);
  if (one === undefined || two === undefined) throw new Error("two nodes were wanted");
  return [one, two];
}

/** A node that is alone. */
export async function startAlone(topics?: Telling["topics"]): Promise<ScriptedNode> {
  const [node] = await startNodes(1, topics);
  if (node === undefined) throw new Error("a node was wanted");
  return node;
}

/** A connection that ends with the test. */
export async function open(
  brokers: string | readonly string[] | ScriptedNode,
  config: KafkajsConfig = {},
): Promise<Connection> {
  const connection = await kafkajs(brokers instanceof ScriptedNode ? brokers.address : brokers, config).open("read");
  connections.push(connection);
  return connection;
}

/** What something was rejected with. */
export async function refusal(rejecting: Promise<unknown>): Promise<TransportError> {
  const error: unknown = await rejecting.then(
    (outcome) => new Error("it was not rejected", { cause: outcome }),
    (reason: unknown) => reason,
  );
  if (error instanceof TransportError) return error;
  throw error;
}

/** Waits until something holds; a clock that a test has stopped is not asked. */
export async function until(holds: () => boolean): Promise<void> {
  const patience = process.hrtime.bigint() + 8_000_000_000n;
  while (!holds()) {
    if (process.hrtime.bigint() > patience) throw new Error(`in 8 s it never came to ${holds.toString()}`);
    await new Promise((resolve) => void setImmediate(resolve));
  }
}
