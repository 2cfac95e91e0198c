import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { missingOf, requirements } from "@dataqueues/tooling-machine";
import type { Requirement } from "@dataqueues/tooling-machine";

import { apiVersionTables } from "./api-version-tables.ts";
import type { ApiVersionTableName } from "./api-version-tables.ts";
import type { Certificates } from "./certificates.ts";
import { kafkaClasspath } from "./classpath.ts";
import type { KafkaVersion } from "./classpath.ts";
import { freePorts } from "./free-ports.ts";
import { KafkaNode } from "./kafka-node.ts";
import { startApiVersionsProxy } from "./api-versions-proxy.ts";
import type { ApiVersionsProxy } from "./api-versions-proxy.ts";
import { nodeProperties } from "./node-properties.ts";
import { Reaper } from "./reaper.ts";
import { securitySettings } from "./security.ts";
import type { Security } from "./security.ts";

const run = promisify(execFile);

/** 16 bytes in base64url. All clusters can share it, because each has its own ports and directory. */
const clusterId = "ZGF0YXF1ZXVlczAwMDAwMQ";

/** What kind of cluster to start. */
export interface StartOptions {
  readonly version?: KafkaVersion | undefined;
  readonly nodes?: 1 | 3;
  /** The clients' port of the first node; the other nodes take the next ones. Free ports by default. */
  readonly port?: number;
  /** Further broker settings, by Kafka's names. */
  readonly properties?: Readonly<Record<string, string>>;
  /** TLS and SASL for clients; neither by default. */
  readonly security?: Security;
  /** The address that a node advertises to clients, when something stands between them. */
  readonly advertised?: (nodeId: number, port: number) => string;
  /**
   * Opens a second listener for clients on each node, without TLS and SASL, and returns the address of the proxy in front
   * of its port. Clients of that listener learn only the proxies' addresses; clients of the other listener none of them.
   */
  readonly proxy?: (nodeId: number, port: number) => string;
  /** Another broker, to whose API versions a proxy limits what clients are offered. */
  readonly apiVersions?: ApiVersionTableName | undefined;
  /** The address of this machine that clients connect to: 127.0.0.1 by default. */
  readonly host?: "127.0.0.1" | "::1";
  /** Aborts the start and ends what was started. */
  readonly signal?: AbortSignal;
}

/** A running cluster. */
export interface Kafka extends AsyncDisposable {
  readonly version: KafkaVersion;
  /** `host:port` of each node, as advertised to clients. */
  readonly bootstrapServers: readonly string[];
  readonly nodes: readonly KafkaNode[];
  /** With TLS, the authority and a client certificate: options for Node's `tls.connect`. */
  readonly tls?: Certificates["client"];
  /** Ends all nodes and removes their data. */
  stop(): Promise<void>;
}

/** What this machine lacks to start a broker; empty when everything is there. */
export function missingRequirements(): Requirement[] {
  return missingOf([requirements.java, requirements.maven]);
}

/**
 * Starts Apache Kafka from its published jars: KRaft nodes that are broker and controller, on this machine only, with
 * data in a temporary directory. Three nodes replicate everything three times and need two in sync.
 *
 * Resolves when every node is ready and knows the others. However this process ends, its nodes end too.
 *
 * @throws Error with the end of a node's log, when it ends or is not ready within a minute; nothing is left running.
 */
export async function startKafka(options: StartOptions = {}): Promise<Kafka> {
  const { version = "4.4.0", nodes: count = 1, port, properties, security = {}, proxy, signal } = options;
  const { apiVersions, host = "127.0.0.1" } = options;
  const urlHost = host.includes(":") ? `[${host}]` : host;
  const { advertised = (_: number, port: number): string => `${urlHost}:${port}` } = options;
  const classpath = await kafkaClasspath(version);
  signal?.throwIfAborted();
  const directory = await mkdtemp(join(tmpdir(), "dataqueues-kafka-"));
  const reaper = new Reaper(directory);
  const versionsProxies: ApiVersionsProxy[] = [];
  /** The port that clients use for a port of a node. */
  const clientPort = async (target: number): Promise<number> => {
    if (apiVersions === undefined) return target;
    const between = await startApiVersionsProxy(target, apiVersionTables[apiVersions]);
    versionsProxies.push(between);
    return between.port;
  };
  const closeProxies = (): void => versionsProxies.forEach((one) => one.close());
  try {
    const clientSecurity = await securitySettings(security, directory);
    const { tls, formatArguments } = clientSecurity;
    const free = await freePorts(4 * count);
    const ids = Array.from({ length: count }, (_, index) => index + 1);
    const nodePorts = ids.map((id) => {
      const [client = 0, proxied = 0, internal = 0, controller = 0] = free.slice(4 * id - 4);
      return { client: port === undefined ? client : port + id - 1, proxied, internal, controller };
    });
    const started = await Promise.all(
      nodePorts.map(async ({ client, proxied, internal }, index) => {
        const id = index + 1;
        const path = (name: string): string => join(directory, `${name}-${id}`);
        const configFile = path("properties");
        const address = advertised(id, await clientPort(client));
        const proxyAddress = proxy?.(id, await clientPort(proxied));
        const brokerSettings = nodeProperties(
          id,
          nodePorts,
          path("data"),
          urlHost,
          address,
          clientSecurity,
          proxyAddress,
        );
        await writeFile(configFile, propertiesText({ ...brokerSettings, ...properties }));
        const format = ["format", "--cluster-id", clusterId, "--config", configFile, ...formatArguments];
        const javaOptions = [
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
        ];
        await run("java", [...javaOptions, "-cp", classpath, "kafka.tools.StorageTool", ...format], {
          timeout: 60_000,
          signal,
        });
        const logFile = path("log");
        const nodeSettings = { id, port: client, internalPort: internal, classpath, configFile, logFile, reaper };
        return { node: new KafkaNode(nodeSettings), address };
      }),
    );
    const nodes = started.map(({ node }) => node);
    for (const node of nodes) node.launch();
    await Promise.all(nodes.map((node) => node.ready({ knows: ids, signal })));
    const stop = async (): Promise<void> => {
      closeProxies();
      await Promise.all(nodes.map((node) => node.kill()));
      await reaper.close();
    };
    const bootstrapServers = started.map(({ address }) => address);
    return { version, nodes, bootstrapServers, ...(tls && { tls }), stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    closeProxies();
    await reaper.close();
    signal?.throwIfAborted();
    throw error;
  }
}

/** Java's properties format, in which a backslash escapes. */
function propertiesText(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value.replaceAll("\\", "\\\\")}\n`)
    .join("");
}
