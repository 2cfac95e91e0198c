import { invalidArgument, UnsupportedError } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { websocket } from "@dataqueues/transport-websocket";

/**
 * Kafka's address (`"localhost:9092"`, `"kafka://host:9092"`, or a list of them), a gateway's (`"ws://host:8080"`), or any
 * transport.
 */
export type KafkaHost = string | readonly string[] | Transport;

/**
 * The transport of a host: an address stands for Apache Kafka over kafkajs, or for a gateway. Gives the topic in Kafka's address,
 * too.
 */
export function toTransport(host: KafkaHost): { readonly transport: Transport; readonly topic?: string | undefined } {
  if (typeof host === "object" && host !== null && "open" in host) return { transport: host };
  if (typeof host === "string" && /^wss?:/i.test(host)) return { transport: websocket(host) };
  const { hosts, topic } = kafkaAddress(host);
  return { transport: kafkajs(hosts), topic };
}

/** Kafka's hosts, and the topic that the address names. */
export interface KafkaAddress {
  readonly hosts: readonly string[];
  readonly topic: string | undefined;
}

const hostAndTopic = /^((?:kafka:\/\/)?[^/]+)\/([a-zA-Z0-9._-]+)\/?$/;

/**
 * Splits an address such as `"kafka://host:9092/topic"`, as the telescope's receive processes write it, or a list of hosts
 * with a topic, `"host-1:9092,host-2:9092/topic"`. The transport checks the hosts.
 *
 * @throws UnsupportedError for two topics
 */
export function kafkaAddress(host: string | readonly string[]): KafkaAddress {
  const texts: unknown[] = Array.isArray(host) ? host : [host];
  const hosts: string[] = [];
  let topic: string | undefined;
  for (const text of texts.flatMap(hostsIn)) {
    const [, before, name] = hostAndTopic.exec(text) ?? [];
    hosts.push(before ?? text);
    if (topic !== undefined && name !== undefined && name !== topic) {
      throw new UnsupportedError(`an address names one topic, not both ${topic} and ${name}`);
    }
    topic ??= name;
  }
  return { hosts, topic };
}

function hostsIn(text: unknown): string[] {
  if (typeof text === "string") return text.split(",").map((one) => one.trim());
  throw invalidArgument("host", 'an address such as "localhost:9092", a list of them, or a transport', text);
}
