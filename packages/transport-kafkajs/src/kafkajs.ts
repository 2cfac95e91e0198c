import { checkChoice, kafkaError, TransportError } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";
import { addressText, brokerAddresses } from "./broker-addresses.ts";
import type { BrokerAddress } from "./broker-addresses.ts";
import { Cluster } from "./cluster.ts";
import { connections } from "./connections.ts";
import { checkConfig, defaultConnectionTimeoutMs } from "./kafkajs-config.ts";
import type { KafkajsConfig } from "./kafkajs-config.ts";
import { LeaderDoubts } from "./leader-doubts.ts";

/**
 * A transport for Apache Kafka 2.1 or later, and for what else speaks its protocol, over the sockets, TLS and SASL of kafkajs.
 * Each request is sent in the highest version that both sides speak. A request that a broker lacks rejects with a
 * `TransportError` `UNSUPPORTED_VERSION`, and the others work on. The package's README lists the versions.
 *
 * `brokers` are one or more brokers to begin with: `"host:9092"`, `"kafka://host:9092"`, `"[::1]:9092"`, `"host"` (port 9092),
 * a list of them with commas, or an array. Throws an `UnsupportedError` for anything else, and a `DataQueueError`
 * `INVALID_ARGUMENT` for a setting in `config` that makes no sense.
 *
 * ```ts
 * const transport = kafkajs("kafka.example.org:9093", {
 *   ssl: true,
 *   sasl: { mechanism: "scram-sha-512", username: "reader", password: process.env.KAFKA_PASSWORD ?? "" },
 * });
 * ```
 */
export function kafkajs(brokers: string | readonly string[], config: KafkajsConfig = {}): Transport {
  const addresses = brokerAddresses(brokers);
  checkConfig(config);
  // The next connection asks first where the last one got a response, so that a silent host costs time only once.
  let responded: readonly BrokerAddress[] = [];
  // Only readers ask with epochs. A reader that reconnects keeps its doubts.
  const readersDoubts = new LeaderDoubts();
  return {
    name: "kafkajs",
    capabilities: { write: true, admin: true, idempotence: true, groups: true },
    open: async (role, { signal, connectTimeoutMs = Infinity } = {}) => {
      checkChoice("role", role, Object.keys(connections));
      if (signal?.aborted === true) throw aborted(addresses, signal.reason);
      // Brokers that are connected to later get the same time: no more than the caller waits.
      const timeoutMs = config.connectionTimeout ?? Math.min(defaultConnectionTimeoutMs, connectTimeoutMs);
      const defaults = { clientId: "dataqueues", connectionTimeout: timeoutMs };
      const doubts = role === "read" ? readersDoubts : new LeaderDoubts();
      const cluster = new Cluster([...responded, ...addresses], { ...defaults, ...config }, doubts);
      const abort = (): void => cluster.close(aborted(addresses, signal?.reason));
      const timer = setTimeout(() => cluster.close(timedOut(addresses, timeoutMs)), timeoutMs);
      signal?.addEventListener("abort", abort);
      try {
        await learnBrokers(cluster, addresses.length);
        const { latest } = cluster;
        if (latest !== undefined) responded = [latest.address];
        return connections[role](cluster);
      } catch (error) {
        abort();
        throw error;
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      }
    },
  };
}

/**
 * Asks where the brokers are, so that the first fetch or produce goes straight to its leader. A broker that is lost between
 * its connection and its response is left for another one.
 */
async function learnBrokers(cluster: Cluster, tries: number): Promise<void> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      await cluster.metadata([]);
      return;
    } catch (error) {
      if (left <= 0 || !(error instanceof TransportError) || !error.retriable) throw error;
    }
  }
}

function timedOut(addresses: readonly BrokerAddress[], timeoutMs: number): TransportError {
  const why = `not within ${timeoutMs} ms`;
  return kafkaError("REQUEST_TIMED_OUT", `Connecting to Kafka at ${addresses.map(addressText).join(", ")}`, { why });
}

function aborted(addresses: readonly BrokerAddress[], cause: unknown): TransportError {
  const hosts = addresses.map(addressText).join(", ");
  return new TransportError(`Connecting to Kafka at ${hosts} was aborted`, {
    code: "ABORTED",
    retriable: false,
    cause,
  });
}
