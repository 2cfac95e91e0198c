import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { kafkaClasspath } from "./classpath.ts";
import type { KafkaVersion } from "./classpath.ts";
import { KafkaNode } from "./kafka-node.ts";

const run = promisify(execFile);

/** What kind of cluster to start. */
export interface StartOptions {
  readonly version?: KafkaVersion;
  readonly nodes?: 1 | 3;
  /** The port of the first node; a free one by default. */
  readonly port?: number;
  /** Further broker settings, by Kafka's names. */
  readonly properties?: Readonly<Record<string, string>>;
  /** The address that clients are told for a node, when something stands between. */
  readonly advertised?: (nodeId: number, port: number) => string;
}

/** A running cluster. */
export interface Kafka extends AsyncDisposable {
  readonly version: KafkaVersion;
  /** `host:port` of each node. */
  readonly bootstrapServers: readonly string[];
  readonly nodes: readonly KafkaNode[];
  /** Ends all nodes and removes their data. */
  stop(): Promise<void>;
}

/**
 * Starts Apache Kafka from its published jars: KRaft nodes that are broker and controller, on this machine only, with
 * data in a temporary directory. Three nodes replicate everything three times and need two in sync.
 */
export async function startKafka(options: StartOptions = {}): Promise<Kafka> {
  const { version = "4.4.0", nodes: count = 1, properties = {}, advertised } = options;
  const classpath = await kafkaClasspath(version);
  const directory = await mkdtemp(join(tmpdir(), "dataqueues-kafka-"));
  const ports = await freePorts(2 * count);
  if (options.port !== undefined) ports[0] = options.port;
  const ids = Array.from({ length: count }, (_, index) => index + 1);
  const voters = ids.map((id) => `${id}@127.0.0.1:${ports[count + id - 1]}`).join(",");
  const nodes = await Promise.all(
    ids.map(async (id) => {
      const port = ports[id - 1] ?? 0;
      const configFile = join(directory, `node-${id}.properties`);
      const settings = {
        "process.roles": "broker,controller",
        "node.id": `${id}`,
        "controller.quorum.voters": voters,
        listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${ports[count + id - 1]}`,
        "advertised.listeners": `PLAINTEXT://${advertised?.(id, port) ?? `127.0.0.1:${port}`}`,
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": join(directory, `data-${id}`),
        "num.partitions": "1",
        "default.replication.factor": `${count}`,
        "min.insync.replicas": count === 3 ? "2" : "1",
        "offsets.topic.replication.factor": `${count}`,
        "transaction.state.log.replication.factor": `${count}`,
        "transaction.state.log.min.isr": count === 3 ? "2" : "1",
        "broker.session.timeout.ms": "3000",
        "group.initial.rebalance.delay.ms": "0",
        // A record of the largest size that producers accept by default, and its batch around it.
        "message.max.bytes": "10485880",
        "replica.fetch.max.bytes": "10485880",
        ...properties,
      };
      await writeFile(
        configFile,
        Object.entries(settings)
          .map((pair) => pair.join("="))
          .join("\n"),
      );
      await run("java", [
        "-cp",
        classpath,
        "kafka.tools.StorageTool",
        "format",
        "-t",
        "ZGF0YXF1ZXVlczAwMDAwMQ",
        "-c",
        configFile,
      ]);
      const logFile = join(directory, `node-${id}.log`);
      return new KafkaNode({ id, port, classpath, configFile, logFile, heapMegabytes: 400 });
    }),
  );
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill()));
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    for (const node of nodes) node.launch();
    await Promise.all(nodes.map((node) => node.ready()));
  } catch (error) {
    await stop();
    throw error;
  }
  const bootstrapServers = nodes.map(({ id, port }) => advertised?.(id, port) ?? `127.0.0.1:${port}`);
  return { version, nodes, bootstrapServers, stop, [Symbol.asyncDispose]: stop };
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once("listening", resolve))));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
