import { UnsupportedError } from "@dataqueues/core";
import kafkajs from "kafkajs";
import type { Kafka, Logger } from "kafkajs";
import { AnswerFrames } from "./answer-frames.ts";
import type { BrokerAddress } from "./broker-addresses.ts";
import { addressText } from "./broker-addresses.ts";
import { maxResponseBytes } from "./kafkajs-config.ts";
import type { KafkajsConfig } from "./kafkajs-config.ts";
import { oauthBearer } from "./oauth-bearer.ts";
import { BytesReader } from "./protocol/bytes-reader.ts";
import { BytesWriter } from "./protocol/bytes-writer.ts";
import { kafkaApis } from "./protocol/kafka-request.ts";
import type { KafkaRequest, OfferedVersions } from "./protocol/kafka-request.ts";

/** Where a connection pool of kafkajs has the socket for fetches, so that a long poll holds up nothing else. */
const fetchSocketIndex = 1;

/**
 * The only module that uses what kafkajs does not document. kafkajs gives its cluster object to a partition assigner when a
 * consumer is made; the consumer is never run. From the cluster comes what is used of kafkajs: connected, encrypted and
 * authenticated sockets, and sending a request on them. Each used method is looked for first.
 */
export interface CapturedBroker {
  /** Connects, asks for the API versions and authenticates. */
  connect(): Promise<void>;
  /** The versions that the node understands, by API key; null before it is connected. */
  versions(): OfferedVersions | null;
  /** Writes a request in a version; what it returns sends it. Throws a RangeError for a request that cannot be written. */
  prepare<Answer>(request: KafkaRequest<Answer>, version: number): () => Promise<Answer>;
}

/**
 * A node of Kafka as kafkajs has it, not connected yet. `onNonsense` is told of what it sends that is no answer: kafkajs
 * would not survive it.
 */
export async function captureBroker(
  address: BrokerAddress,
  config: KafkajsConfig,
  onNonsense: (cause: unknown) => void,
): Promise<CapturedBroker> {
  const kafka = new kafkajs.Kafka({
    ...config,
    ...quietUnless(config),
    ...(config.sasl === undefined ? {} : { sasl: ownLogin(config.sasl) }),
    brokers: [addressText(address)],
    // Its check is a timer of 100 ms on each socket, and keeps the socket of a request that timed out.
    enforceRequestTimeout: false,
  });
  const cluster = captureCluster(kafka);
  const connectionPool = check(
    await cluster.connectionPoolBuilder.build({ ...address }),
    isConnectionPool,
    "connection pool",
  );
  for (const connection of connectionPool.pool) {
    calmTimers(connection);
    checkAnswers(check(connection, isConnection, "connection"), maxResponseBytes(config), onNonsense);
  }
  const broker = check(
    cluster.brokerPool.createBroker({
      connectionPool,
      logger: kafka.logger(),
      authenticationTimeout: config.authenticationTimeout,
    }),
    isBroker,
    "broker",
  );
  let fetchSocket: Promise<unknown> | undefined;
  return {
    connect: async () => {
      await broker.connect();
    },
    versions: () => broker.versions,
    prepare: (request, version) => {
      const prepared = kafkajsRequest(request, version);
      return async () => {
        // kafkajs would open one socket for each of several first fetches.
        if (request.api === kafkaApis.fetch) await (fetchSocket ??= connectionPool.getConnection(fetchSocketIndex));
        const read = await connectionPool.send(prepared);
        return request.noResponse ?? read.answer;
      };
    },
  };
}

/** A copy, because kafkajs writes into this object. */
function ownLogin(sasl: NonNullable<KafkajsConfig["sasl"]>): NonNullable<KafkajsConfig["sasl"]> {
  return "oauthBearerProvider" in sasl ? oauthBearer(sasl.oauthBearerProvider) : { ...sasl };
}

/** kafkajs prints what it logs, and has no level that stops the environment from raising it. */
function quietUnless({ logLevel, logCreator }: KafkajsConfig): KafkajsConfig {
  return logLevel === undefined && logCreator === undefined ? { logCreator: () => () => {} } : {};
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
  getConnection(index: number): Promise<unknown>;
  send<Answer>(request: KafkajsRequest<Answer>): Promise<Read<Answer>>;
}

interface Connection {
  readonly chunks: unknown[];
  processData(chunk: Uint8Array): void;
}

interface Broker {
  readonly versions: OfferedVersions | null;
  connect(): Promise<unknown>;
}

/** An answer as kafkajs hands it on; it logs it as JSON, which has no bigint. */
interface Read<Answer> {
  readonly answer: Answer;
  toJSON(): string;
}

/** What kafkajs sends: `encode` gives an object like its own Encoder, and what `parse` returns is handed on. */
interface KafkajsRequest<Answer> {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    readonly encode: () => { readonly buf: Buffer; readonly buffer: Buffer };
    readonly expectResponse: () => boolean;
  };
  readonly response: {
    readonly decode: (received: Buffer) => Read<Answer>;
    readonly parse: (decoded: Read<Answer>) => Read<Answer>;
  };
  readonly logResponseError: boolean;
}

function kafkajsRequest<Answer>(
  { api, size, write, read, noResponse }: KafkaRequest<Answer>,
  version: number,
): KafkajsRequest<Answer> {
  const flexible = version >= api.firstFlexible;
  const body = new BytesWriter(size, flexible);
  // kafkajs writes the older request header (1); the flexible one (2) has tagged fields after it, here none.
  body.taggedFields();
  write(body, version);
  const bytes = body.written;
  return {
    request: {
      apiKey: api.key,
      apiVersion: version,
      apiName: api.name,
      encode: () => ({ buf: bytes, buffer: bytes }),
      expectResponse: () => noResponse === undefined,
    },
    response: {
      decode: (received) => {
        const answer = new BytesReader(received, flexible);
        // As the flexible answer's header (1) has them.
        answer.taggedFields();
        return { answer: read(answer, version), toJSON: () => `read by ${api.name}` };
      },
      parse: (decoded) => decoded,
    },
    logResponseError: false,
  };
}

function captureCluster(kafka: Kafka): Cluster {
  let captured: unknown;
  kafka.consumer({
    // Never joined; kafkajs only wants a name.
    groupId: "dataqueues",
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

/** kafkajs hands what a socket gives to `processData`, and what that throws to nobody. */
function checkAnswers(connection: Connection, mostBytes: number, onNonsense: (cause: unknown) => void): void {
  const processData = connection.processData.bind(connection);
  const frames = new AnswerFrames(mostBytes);
  let hopeless = false;
  connection.processData = (chunk) => {
    if (hopeless) return;
    try {
      for (const answer of frames.accept(chunk)) {
        // kafkajs puts what is left of the last answer, nothing, before it, and copies both into one.
        connection.chunks.length = 0;
        processData(answer);
      }
    } catch (cause) {
      hopeless = true;
      onNonsense(cause);
    }
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
  return (
    hasMethod(value, "send") &&
    hasMethod(value, "getConnection") &&
    hasField(value, "pool") &&
    Array.isArray(value.pool)
  );
}

function isConnection(value: unknown): value is Connection {
  return hasMethod(value, "processData") && hasField(value, "chunks") && Array.isArray(value.chunks);
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
