import { TransportError } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";
import { addressText, brokerAddresses } from "./broker-addresses.ts";
import type { BrokerAddress } from "./broker-addresses.ts";
import { checkConfig } from "./check-config.ts";
import { KafkaConnection } from "./kafka-connection.ts";
import type { KafkajsConfig } from "./kafkajs-config.ts";
import { kafkaError } from "./kafka-errors.ts";
import { LeaderEpochs } from "./leader-epochs.ts";
import { Nodes } from "./nodes.ts";

const defaultConnectionTimeout = 10_000;

/**
 * Apache Kafka 2.1 or later as a transport, and what else speaks its protocol, over the sockets, TLS and SASL of kafkajs.
 * Each request is sent in the highest version that both sides speak; one that a broker lacks rejects with a
 * `TransportError` `UNSUPPORTED_VERSION`, and the others work on. Which versions are spoken here the package's README says.
 *
 * `brokers` are one or more nodes to begin with: `"host:9092"`, `"kafka://host:9092"`, `"[::1]:9092"`, `"host"` (port 9092), a
 * list of them with commas, or an array. Throws an `UnsupportedError` for anything else, and a `DataQueueError`
 * `INVALID_ARGUMENT` for a number in `config` that makes no sense.
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
  // Where the last connection found an answer, the next one asks first: a host that is silent costs time but once.
  let answered: readonly BrokerAddress[] = [];
  const epochs = new LeaderEpochs();
  return {
    name: "kafkajs",
    open: async (_role, { signal, connectTimeoutMs = Infinity } = {}) => {
      if (signal?.aborted === true) throw aborted(addresses, signal.reason);
      // Nodes that are connected to later are given no more time than the caller has patience.
      const timeoutMs = config.connectionTimeout ?? Math.min(defaultConnectionTimeout, connectTimeoutMs);
      const defaults = { clientId: "dataqueues", connectionTimeout: timeoutMs };
      const nodes = new Nodes([...answered, ...addresses], { ...defaults, ...config }, epochs);
      const abort = (): void => nodes.close(aborted(addresses, signal?.reason));
      const timer = setTimeout(() => nodes.close(tooLate(addresses, timeoutMs)), timeoutMs);
      signal?.addEventListener("abort", abort);
      try {
        await learnNodes(nodes, addresses.length);
        const { latest } = nodes;
        if (latest !== undefined) answered = [latest.address];
        return new KafkaConnection(nodes);
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
 * Asks where the nodes are, so that the first fetch or produce goes straight to its leader. A node may be lost between
 * its connection and its answer: then another one is asked.
 */
async function learnNodes(nodes: Nodes, tries: number): Promise<void> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      await nodes.metadata([]);
      return;
    } catch (error) {
      if (left <= 0 || !(error instanceof TransportError) || !error.retriable) throw error;
    }
  }
}

function tooLate(addresses: readonly BrokerAddress[], timeoutMs: number): TransportError {
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
