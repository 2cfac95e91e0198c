import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { apiVersionTables } from "./api-version-tables.ts";
import type { ApiVersionTableName } from "./api-version-tables.ts";
import type { Certificates } from "./certificates.ts";
import { kafkaClasspath } from "./classpath.ts";
import type { KafkaVersion } from "./classpath.ts";
import { freePorts } from "./free-ports.ts";
import { Guardian } from "./reaper.ts";
import { KafkaNode } from "./kafka-node.ts";
import { lowerVersions } from "./api-versions-proxy.ts";
import type { LoweringProxy } from "./api-versions-proxy.ts";
import { nodeProperties } from "./node-properties.ts";
import { securitySettings } from "./security.ts";
import type { Security } from "./security.ts";

const run = promisify(execFile);

/** Any 16 bytes in base64url will do; a cluster lives on its own ports and in its own directory. */
const clusterId = "ZGF0YXF1ZXVlczAwMDAwMQ";

/** What kind of cluster to start. */
export interface StartOptions {
  readonly version?: KafkaVersion | undefined;
  readonly nodes?: 1 | 3;
  /** The clients' port of the first node, the others follow; free ones by default. */
  readonly port?: number;
  /** Further broker settings, by Kafka's names. */
  readonly properties?: Readonly<Record<string, string>>;
  /** TLS and SASL for clients; neither by default. */
  readonly security?: Security;
  /** The address that clients are told for a node, when something stands between. */
  readonly advertised?: (nodeId: number, port: number) => string;
  /**
   * Opens a second listener for clients on each node, a plain one, and gives the address of the proxy before its port:
   * whoever comes that way is told the proxies' addresses only. Who comes to the other listener notices nothing.
   */
  readonly proxy?: (nodeId: number, port: number) => string;
  /** A broker than which clients are offered no more API versions, by a proxy before each port of theirs. */
  readonly apiVersions?: ApiVersionTableName | undefined;
  /** The address of this machine that clients come to: 127.0.0.1 by default. */
  readonly host?: "127.0.0.1" | "::1";
  /** Ends the start, and what was started. */
  readonly signal?: AbortSignal;
}

/** A running cluster. */
export interface Kafka extends AsyncDisposable {
  readonly version: KafkaVersion;
  /** `host:port` of each node, as clients are told it. */
  readonly bootstrapServers: readonly string[];
  readonly nodes: readonly KafkaNode[];
  /** With TLS, what clients trust and a certificate for them to show: options for Node's `tls.connect`. */
  readonly tls?: Certificates["client"];
  /** Ends all nodes and removes their data. */
  stop(): Promise<void>;
}

/**
 * Starts Apache Kafka from its published jars: KRaft nodes that are broker and controller, on this machine only, with
 * data in a temporary directory. Three nodes replicate everything three times and need two in sync.
 *
 * Resolves when every node serves and knows the others. However this process ends, its nodes end too.
 *
 * @throws Error with the end of a node's log, when it ends or is not ready within a minute; nothing is left running.
 */
export async function startKafka(options: StartOptions = {}): Promise<Kafka> {
  const { version = "4.4.0", nodes: count = 1, port, properties, security = {}, proxy, signal } = options;
  const { apiVersions, host = "127.0.0.1" } = options;
  const shown = host.includes(":") ? `[${host}]` : host;
  const { advertised = (_: number, port: number): string => `${shown}:${port}` } = options;
  const classpath = await kafkaClasspath(version);
  signal?.throwIfAborted();
  const directory = await mkdtemp(join(tmpdir(), "dataqueues-kafka-"));
  const guardian = new Guardian(directory);
  const lowering: LoweringProxy[] = [];
  /** Where clients come in who mean a port of a node. */
  const entry = async (target: number): Promise<number> => {
    if (apiVersions === undefined) return target;
    const between = await lowerVersions(target, apiVersionTables[apiVersions]);
    lowering.push(between);
    return between.port;
  };
  const closeProxies = (): void => lowering.forEach((between) => between.close());
  try {
    const { tls, formatArguments, ...secured } = await securitySettings(security, directory);
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
        const address = advertised(id, await entry(client));
        const proxyAddress = proxy?.(id, await entry(proxied));
        const secure = { ...secured, formatArguments };
        const settings = nodeProperties(id, nodePorts, path("data"), shown, address, secure, proxyAddress);
        await writeFile(configFile, propertiesText({ ...settings, ...properties }));
        const format = ["format", "--cluster-id", clusterId, "--config", configFile, ...formatArguments];
        const quick = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"];
        await run("java", [...quick, "-cp", classpath, "kafka.tools.StorageTool", ...format], {
          timeout: 60_000,
          signal,
        });
        const logFile = path("log");
        const own = { id, port: client, internalPort: internal, classpath, configFile, logFile, guardian };
        return { node: new KafkaNode(own), address };
      }),
    );
    const nodes = started.map(({ node }) => node);
    for (const node of nodes) node.launch();
    await Promise.all(nodes.map((node) => node.ready({ knows: ids, signal })));
    const stop = async (): Promise<void> => {
      closeProxies();
      await Promise.all(nodes.map((node) => node.kill()));
      await guardian.close();
    };
    const bootstrapServers = started.map(({ address }) => address);
    return { version, nodes, bootstrapServers, ...(tls && { tls }), stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    closeProxies();
    await guardian.close();
    signal?.throwIfAborted();
    throw error;
  }
}

/** Java's format for properties, in which a backslash escapes. */
function propertiesText(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value.replaceAll("\\", "\\\\")}\n`)
    .join("");
}
