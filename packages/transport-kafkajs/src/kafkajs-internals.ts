import kafkajs from "kafkajs";
import type { Kafka } from "kafkajs";
import { addressText } from "./broker-addresses.ts";
import type { BrokerAddress } from "./broker-addresses.ts";
import { maxResponseBytes } from "./kafkajs-config.ts";
import type { KafkajsConfig } from "./kafkajs-config.ts";
import { checkBroker, checkCluster, checkConnection, checkConnectionPool } from "./kafkajs-parts.ts";
import type { KafkajsCluster } from "./kafkajs-parts.ts";
import { guardResponses, patchRequestQueueTimer } from "./kafkajs-patches.ts";
import { kafkajsRequest } from "./kafkajs-request.ts";
import { oauthBearer } from "./oauth-bearer.ts";
import type { KafkaRequest, OfferedVersions } from "./protocol/kafka-request.ts";

/**
 * What is used of kafkajs: a socket that is connected, encrypted and logged in, and sending requests on it. kafkajs does not
 * document it, but gives its cluster object to a partition assigner when a consumer is made; that consumer is never run.
 */
export interface CapturedConnection {
  /** Connects, asks for the API versions and logs in. */
  connect(): Promise<void>;
  /** The versions that the broker understands, by API key; null before it is connected. */
  versions(): OfferedVersions | null;
  /** Writes a request; the function that it returns sends it. Throws a RangeError for one that cannot be written. */
  prepare<Response>(request: KafkaRequest<Response>, version: number): () => Promise<Response>;
}

/**
 * A connection of kafkajs to one broker, not connected yet.
 *
 * @param onProtocolError - called for bytes that are no response, which kafkajs would not survive
 */
export async function captureConnection(
  address: BrokerAddress,
  config: KafkajsConfig,
  onProtocolError: (cause: unknown) => void,
): Promise<CapturedConnection> {
  const kafka = new kafkajs.Kafka({
    ...config,
    ...silentUnlessAsked(config),
    ...(config.sasl === undefined ? {} : { sasl: ownLogin(config.sasl) }),
    brokers: [addressText(address)],
    // kafkajs would look every 100 ms on each socket, and keep the socket of a request that timed out.
    enforceRequestTimeout: false,
  });
  const cluster = captureCluster(kafka);
  const connectionPool = checkConnectionPool(await cluster.connectionPoolBuilder.build({ ...address }));
  // kafkajs makes two connections, the second for fetches; it only ever opens the one that is used.
  const connection = checkConnection(connectionPool.pool[0]);
  patchRequestQueueTimer(connection);
  guardResponses(connection, maxResponseBytes(config), onProtocolError);
  const { authenticationTimeout } = config;
  const broker = checkBroker(
    cluster.brokerPool.createBroker({ connectionPool, logger: kafka.logger(), authenticationTimeout }),
  );
  return {
    connect: async () => {
      await broker.connect();
    },
    versions: () => broker.versions,
    prepare: (request, version) => {
      const prepared = kafkajsRequest(request, version);
      return async () => {
        const received = await connection.send(prepared);
        return request.noResponse ?? received.response;
      };
    },
  };
}

/** A copy, because kafkajs writes into this object. */
function ownLogin(sasl: NonNullable<KafkajsConfig["sasl"]>): NonNullable<KafkajsConfig["sasl"]> {
  return "oauthBearerProvider" in sasl ? oauthBearer(sasl.oauthBearerProvider) : { ...sasl };
}

/** Without these settings kafkajs prints its log, and the environment can raise its level. */
function silentUnlessAsked({ logLevel, logCreator }: KafkajsConfig): KafkajsConfig {
  return logLevel === undefined && logCreator === undefined ? { logCreator: () => () => {} } : {};
}

function captureCluster(kafka: Kafka): KafkajsCluster {
  let captured: unknown;
  kafka.consumer({
    // The group is never joined; kafkajs only wants a name.
    groupId: "dataqueues",
    partitionAssigners: [
      ({ cluster }) => {
        captured = cluster;
        return { name: "none", version: 0, assign: () => Promise.resolve([]), protocol: () => emptyProtocol };
      },
    ],
  });
  return checkCluster(captured);
}

const emptyProtocol = { name: "none", metadata: Buffer.alloc(0) };
