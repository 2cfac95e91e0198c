import { invalidArgument, UnsupportedError } from "@dataqueues/core";

/** Kafka's hosts, and the topic that an address may name after them. */
export interface KafkaAddress {
  readonly hosts: readonly string[];
  readonly topic: string | undefined;
}

const hostAndTopic = /^((?:kafka:\/\/)?[^/]+)\/([a-zA-Z0-9._-]+)\/?$/;

/**
 * Takes the topic off an address such as `"kafka://host:9092/topic"`, as the telescope's receive processes write it, or
 * off a list of hosts with a topic: `"host-1:9092,host-2:9092/topic"`. What is wrong with a host, the transport says.
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
