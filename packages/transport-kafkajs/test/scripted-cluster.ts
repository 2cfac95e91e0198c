import { TransportError } from "@dataqueues/core";
import type { BaseConnection, Connections, Role } from "@dataqueues/core";
import { afterEach, vi } from "vitest";

import { Cluster } from "../src/cluster.ts";
import { kafkajs } from "../src/index.ts";
import type { KafkajsConfig } from "../src/index.ts";
import { LeaderDoubts } from "../src/leader-doubts.ts";
import { int16, int32, int8, joined, list, text } from "./fields.ts";
import { api, ScriptedBroker } from "./scripted-broker.ts";
import type { Asked } from "./scripted-broker.ts";

const nodes: ScriptedBroker[] = [];
const connections: BaseConnection[] = [];
const clusters: Cluster[] = [];

/** Why the clusters of a test end. */
export const over: TransportError = new TransportError("over", { code: "NETWORK_EXCEPTION", retriable: true });

afterEach(() => {
  for (const connection of connections.splice(0)) connection.close();
  for (const cluster of clusters.splice(0)) cluster.close(over);
  for (const server of nodes.splice(0)) server.stop();
});

/** From here on time passes only as a test says. */
export function stopClock(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
}

/** How often each broker was connected to. */
export function dials(servers: readonly ScriptedBroker[]): number[] {
  return servers.map(({ dialled }) => dialled);
}

/** A partition in metadata; what is left out has no fault. */
export interface Told {
  readonly leader?: number;
  readonly epoch?: number;
  readonly errorCode?: number;
  readonly replicas?: readonly number[];
  readonly inSync?: readonly number[];
}

/** What the brokers' metadata says of the cluster. */
export interface Telling {
  /** By their ids. */
  readonly nodes: ReadonlyMap<number, { readonly host?: string; readonly port: number }>;
  readonly controller?: number;
  /** Partitions by topic, or an error code. */
  readonly topics?: Readonly<Record<string, readonly Told[] | number>>;
}

/** The response to Metadata, version 7. */
export function metadataResponse({ nodes: known, controller = -1, topics = {} }: Telling): Buffer {
  return joined(
    int32(0),
    list(
      ...[...known].map(([id, { host = "127.0.0.1", port }]) => joined(int32(id), text(host), int32(port), text(null))),
    ),
    text(null),
    int32(controller),
    list(...Object.entries(topics).map(([topic, told]) => topicResponse(topic, told))),
  );
}

function topicResponse(topic: string, told: readonly Told[] | number): Buffer {
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

/** A broker that stops with the test. */
export async function startBroker(): Promise<ScriptedBroker> {
  const server = await ScriptedBroker.start();
  nodes.push(server);
  return server;
}

/** Brokers 0, 1, …; each one's metadata has all of them and the topics that are asked for. Broker 0 is the controller. */
export async function startBrokers(count: number, topics: Telling["topics"] = {}): Promise<ScriptedBroker[]> {
  const started = await Promise.all(Array.from({ length: count }, startBroker));
  const known = new Map(started.map(({ port }, id) => [id, { port }]));
  const response = ({ body }: Asked): Buffer => {
    const asked = body.list(() => body.text());
    const told = Object.entries(topics).filter(([topic]) => asked === null || asked.includes(topic));
    return metadataResponse({ nodes: known, controller: 0, topics: Object.fromEntries(told) });
  };
  for (const server of started) server.on(api.metadata, response);
  return started;
}

/** Two brokers. */
export async function startPair(topics?: Telling["topics"]): Promise<[ScriptedBroker, ScriptedBroker]> {
  const [one, two] = await startBrokers(2, topics);
  if (one === undefined || two === undefined) throw new Error("two brokers were wanted");
  return [one, two];
}

/** The only broker of its cluster. */
export async function startAlone(topics?: Telling["topics"]): Promise<ScriptedBroker> {
  const [server] = await startBrokers(1, topics);
  if (server === undefined) throw new Error("a broker was wanted");
  return server;
}

/** A broker that accepts connections and responds to nothing. */
export async function startSilent(): Promise<ScriptedBroker> {
  const server = await startBroker();
  return server.on(api.apiVersions, () => "nothing");
}

/** A cluster that ends with the test. */
export function clusterAt(bootstrap: readonly { readonly port: number }[], config: KafkajsConfig = {}): Cluster {
  const addresses = bootstrap.map(({ port }) => ({ host: "127.0.0.1", port }));
  const cluster = new Cluster(addresses, config, new LeaderDoubts());
  clusters.push(cluster);
  return cluster;
}

/** A connection that ends with the test. */
export async function open<R extends Role>(
  role: R,
  brokers: string | readonly string[] | ScriptedBroker,
  config: KafkajsConfig = {},
): Promise<Connections[R]> {
  const connection = await kafkajs(brokers instanceof ScriptedBroker ? brokers.address : brokers, config).open(role);
  connections.push(connection);
  return connection;
}

/** The TransportError that something rejects with. */
export async function refusal(rejecting: Promise<unknown>): Promise<TransportError> {
  const error: unknown = await rejecting.then(
    (outcome) => new Error("it was not rejected", { cause: outcome }),
    (reason: unknown) => reason,
  );
  if (error instanceof TransportError) return error;
  throw error;
}

/** Waits until something holds, on a clock that tests do not stop. */
export async function until(holds: () => boolean): Promise<void> {
  const patience = process.hrtime.bigint() + 8_000_000_000n;
  while (!holds()) {
    if (process.hrtime.bigint() > patience) throw new Error(`in 8 s it never came to ${holds.toString()}`);
    await new Promise((resolve) => void setImmediate(resolve));
  }
}
