import { UnsupportedError } from "@dataqueues/core";
import kafkajs from "kafkajs";
import type { Kafka, KafkaConfig, Logger } from "kafkajs";
import type { BrokerAddress } from "./broker-addresses.ts";
import { addressText } from "./broker-addresses.ts";
import { BytesReader } from "./protocol/bytes-reader.ts";
import type { KafkaRequest } from "./protocol/kafka-request.ts";

/**
 * The only module that uses what kafkajs does not document. kafkajs gives its cluster object to a partition assigner when a
 * consumer is made; the consumer is never run. From the cluster comes what is used of kafkajs: connected, encrypted and
 * authenticated sockets, and sending a request on them. Each used method is looked for first.
 */
export interface CapturedBroker {
  /** Connects, asks for the API versions and authenticates. */
  connect(): Promise<void>;
  /** The versions that the node understands, by API key; null before it is connected. */
  versions(): ApiVersions | null;
  send<Answer>(request: KafkaRequest<Answer>): Promise<Answer>;
}

type ApiVersions = Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number } | undefined>>;

/** A node of kafkajs that is not connected yet, with `socketFactory` making its sockets. */
export async function captureBroker(config: KafkaConfig, address: BrokerAddress): Promise<CapturedBroker> {
  const kafka = new kafkajs.Kafka({ ...config, brokers: [addressText(address)], retry: { retries: 0 } });
  const cluster = captureCluster(kafka);
  const connectionPool = check(
    await cluster.connectionPoolBuilder.build({ ...address }),
    isConnectionPool,
    "connection pool",
  );
  for (const connection of connectionPool.pool) calmTimers(connection);
  const broker = check(
    cluster.brokerPool.createBroker({
      connectionPool,
      logger: kafka.logger(),
      authenticationTimeout: config.authenticationTimeout,
    }),
    isBroker,
    "broker",
  );
  return {
    connect: async () => {
      await broker.connect();
    },
    versions: () => broker.versions,
    send: async (request) => connectionPool.send(kafkajsRequest(request)),
  };
}

interface Cluster {
  readonly connectionPoolBuilder: { build(address: BrokerAddress): Promise<unknown> };
  readonly brokerPool: {
    createBroker(options: {
      connectionPool: ConnectionPool;
      logger: Logger;
      authenticationTimeout: number | undefined;
    }): unknown;
  };
}

interface ConnectionPool {
  readonly pool: readonly unknown[];
  send<Answer>(request: KafkajsRequest<Answer>): Promise<Answer>;
}

interface Broker {
  readonly versions: ApiVersions | null;
  connect(): Promise<unknown>;
}

/** What kafkajs sends: `encode` gives an object like its own Encoder, and what `parse` returns is the answer. */
interface KafkajsRequest<Answer> {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    readonly encode: () => { readonly buf: Buffer; readonly buffer: Buffer };
    readonly expectResponse: () => boolean;
  };
  readonly response: {
    readonly decode: (bytes: Buffer) => { readonly answer: Answer };
    readonly parse: (decoded: { readonly answer: Answer }) => Answer;
  };
  readonly logResponseError: boolean;
}

function kafkajsRequest<Answer>({ api, body, read, answered }: KafkaRequest<Answer>): KafkajsRequest<Answer> {
  return {
    request: {
      apiKey: api.key,
      apiVersion: api.version,
      apiName: api.name,
      encode: () => ({ buf: body, buffer: body }),
      expectResponse: () => answered ?? true,
    },
    response: {
      decode: (bytes) => ({ answer: read(new BytesReader(bytes)) }),
      parse: ({ answer }) => answer,
    },
    logResponseError: false,
  };
}

function captureCluster(kafka: Kafka): Cluster {
  let captured: unknown;
  kafka.consumer({
    // Never joined; kafkajs only wants a name.
    groupId: "dataqueues",
    allowAutoTopicCreation: false,
    partitionAssigners: [
      ({ cluster }) => {
        captured = cluster;
        return { name: "none", version: 0, assign: () => Promise.resolve([]), protocol: () => emptyProtocol };
      },
    ],
  });
  return check(captured, isCluster, "cluster");
}

const emptyProtocol = { name: "none", metadata: Buffer.alloc(0) };

/**
 * kafkajs 2.2.4 sets a timer of 1 ms (a negative time, of which Node warns) whenever its queue is looked at, for ever. The
 * timer is only good for requests that are held back.
 */
function calmTimers(connection: unknown): void {
  if (!hasField(connection, "requestQueue")) return;
  const queue = connection.requestQueue;
  if (!hasMethod(queue, "scheduleCheckPendingRequests") || !hasField(queue, "pending")) return;
  const { pending } = queue;
  const schedule = queue.scheduleCheckPendingRequests;
  if (!Array.isArray(pending)) return;
  queue.scheduleCheckPendingRequests = () => {
    const held = queue.pending;
    if (Array.isArray(held) && held.length > 0) schedule.call(queue);
  };
}

function check<Part>(value: unknown, isPart: (value: unknown) => value is Part, name: string): Part {
  if (isPart(value)) return value;
  throw new UnsupportedError(`This kafkajs has no ${name} as version 2.2.4 has it: install kafkajs 2.2.4`);
}

function isCluster(value: unknown): value is Cluster {
  return (
    hasField(value, "connectionPoolBuilder") &&
    hasMethod(value.connectionPoolBuilder, "build") &&
    hasField(value, "brokerPool") &&
    hasMethod(value.brokerPool, "createBroker")
  );
}

function isConnectionPool(value: unknown): value is ConnectionPool {
  return hasMethod(value, "send") && hasField(value, "pool") && Array.isArray(value.pool);
}

function isBroker(value: unknown): value is Broker {
  return hasMethod(value, "connect") && hasField(value, "versions");
}

function hasField<Name extends string>(value: unknown, name: Name): value is Record<Name, unknown> {
  return typeof value === "object" && value !== null && name in value;
}

function hasMethod<Name extends string>(
  value: unknown,
  name: Name,
): value is Record<Name, (...given: unknown[]) => unknown> {
  return hasField(value, name) && typeof value[name] === "function";
}
