import { UnsupportedError } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";

import { UsageError } from "../usage-error.ts";
import type { HostSettings } from "./host-settings.ts";

/** A host's transport, and how it is called. */
export interface OpenedTransport {
  readonly transport: Transport;
  readonly name: string;
  readonly topic?: string | undefined;
}

/**
 * The transport of an address: a gateway (`ws:`), a log in this process (`memory:`), a recording (`night.mcap`, `file:…`) or
 * Kafka. Only what is needed is loaded. Nothing is connected yet.
 *
 * @throws UsageError for an address that is none
 */
export async function openTransport(
  settings: HostSettings & { readonly host: string },
  warn: (message: string) => void,
  connectTimeoutMs: number,
): Promise<OpenedTransport> {
  const { host } = settings;
  try {
    if (/^wss?:/i.test(host)) {
      const { gatewayTransport } = await import("./gateway-transport.ts");
      return { transport: await gatewayTransport(settings, warn), name: withoutQuery(host) };
    }
    if (/^memory:?$/i.test(host)) {
      const { exampleTopics } = await import("./example-topics.ts");
      return { transport: await exampleTopics(), name: "memory:" };
    }
    if (/^file:|\.mcap$/i.test(host)) {
      const [{ recording }, { fileURLToPath }] = await Promise.all([
        import("@dataqueues/recording"),
        import("node:url"),
      ]);
      // `file:///night.mcap` is a URL; `file:night.mcap` is a path that has no such ending.
      const path = /^file:\/\//i.test(host) ? fileURLToPath(host) : host.replace(/^file:/i, "");
      return { transport: recording(path), name: path };
    }
    const [{ kafkajs }, { kafkaConfig }] = await Promise.all([
      import("@dataqueues/transport-kafkajs"),
      import("./kafka-config.ts"),
    ]);
    const { hosts, topic } = kafkaAddress(host);
    const config = { ...(await kafkaConfig(settings, warn)), connectionTimeout: connectTimeoutMs };
    return { transport: kafkajs(hosts, config), name: hosts.join(","), topic };
  } catch (error) {
    if (
      error instanceof UnsupportedError ||
      (error instanceof Error && "code" in error && error.code === "INVALID_ARGUMENT")
    ) {
      throw new UsageError(`--host: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

/** What is after the `?` may be secret. */
function withoutQuery(url: string): string {
  return url.replace(/\?.*$/s, "");
}

/** Splits `kafka://host:9092/topic`, as the telescope's receive processes write it, or `host-1,host-2/topic`. */
function kafkaAddress(host: string): { readonly hosts: readonly string[]; readonly topic: string | undefined } {
  const topics = new Set<string>();
  const hosts = host.split(",").map((text) => {
    const [, before, topic] = /^((?:kafka:\/\/)?[^/]+)\/([a-zA-Z0-9._-]+)\/?$/.exec(text.trim()) ?? [];
    if (topic !== undefined) topics.add(topic);
    return (before ?? text.trim()).replace(/^kafka:\/\//, "");
  });
  if (topics.size > 1) throw new UsageError(`--host names one topic, not ${[...topics].join(" and ")}`);
  return { hosts, topic: topics.values().next().value };
}
