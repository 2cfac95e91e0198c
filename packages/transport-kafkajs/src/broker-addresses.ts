import { isIPv6 } from "node:net";
import { UnsupportedError } from "@dataqueues/core";

/** Where a broker of Kafka listens. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

const defaultPort = 9092;
const pattern = /^(?:kafka:\/\/)?(\[[0-9a-f:.]+\]|[^\s:/@[\]]+)(?::(\d{1,5}))?\/?$/i;

/**
 * Reads `"host:9092"`, `"kafka://host:9092"`, `"host"` (port 9092), `"[::1]:9092"`, lists of these with commas, and arrays.
 * Throws an {@link UnsupportedError} that names what is not an address.
 */
export function brokerAddresses(brokers: string | readonly string[]): BrokerAddress[] {
  const given: readonly unknown[] = Array.isArray(brokers) ? brokers : [brokers];
  const texts = given
    .flatMap((text) => {
      if (typeof text === "string") return text.split(",");
      const shown = text === null ? "null" : typeof text;
      throw new UnsupportedError(`brokers must be hosts as texts, not ${shown}: give "host:9092" or a list of them`);
    })
    .map((text) => text.trim());
  const addresses = texts.filter((text) => text !== "").map(brokerAddress);
  if (addresses.length === 0) {
    throw new UnsupportedError(`brokers names no Kafka host: give one as "host:9092", not ${JSON.stringify(brokers)}`);
  }
  return addresses;
}

function brokerAddress(text: string): BrokerAddress {
  const [, host, digits] = pattern.exec(text) ?? [];
  const port = digits === undefined ? defaultPort : Number(digits);
  if (host === undefined || port < 1 || port > 65_535) {
    // The part before an "@" may be a password.
    const shown = JSON.stringify(text.replace(/^.*@/s, "…@"));
    throw new UnsupportedError(`${shown} in brokers is not a Kafka host: ${hintFor(text)}`);
  }
  return { host: host.replace(/[[\]]/g, ""), port };
}

/** How to write what the caller probably meant. */
function hintFor(text: string): string {
  const wanted = 'give "host:9092" or "kafka://host:9092"';
  const rest = text.replace(/^kafka:\/\//i, "");
  if (isIPv6(rest)) return `an IPv6 address stands in brackets, "[${rest}]:9092", beside "host:9092"`;
  // The telescope's addresses end with a topic, after kafka:// or a host with its port.
  if (/^[^/]+\/./.test(rest) && !rest.includes("://")) {
    return `kafkajs() takes hosts; ${wanted}, and the topic to the producer's option topic or the consumer's option topics`;
  }
  return wanted;
}

/** An address as users write it. */
export function addressText({ host, port }: BrokerAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
