import { UnsupportedError } from "@dataqueues/core";

/** Where a node of Kafka listens. */
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
  const texts = [brokers]
    .flat()
    .flatMap((text) => text.split(","))
    .map((text) => text.trim());
  const addresses = texts.filter((text) => text !== "").map(brokerAddress);
  if (addresses.length === 0) {
    throw new UnsupportedError(`No Kafka host in ${JSON.stringify(brokers)}: give one as "host:9092"`);
  }
  return addresses;
}

function brokerAddress(text: string): BrokerAddress {
  const [, host, digits] = pattern.exec(text) ?? [];
  const port = digits === undefined ? defaultPort : Number(digits);
  if (host === undefined || port < 1 || port > 65_535) {
    // What stands before an "@" may be a password.
    const shown = JSON.stringify(text.replace(/^.*@/, "…@"));
    throw new UnsupportedError(`${shown} is not a Kafka host: give "host:9092" or "kafka://host:9092"`);
  }
  return { host: host.replace(/^\[|\]$/g, ""), port };
}

/** An address as it is written. */
export function addressText({ host, port }: BrokerAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
