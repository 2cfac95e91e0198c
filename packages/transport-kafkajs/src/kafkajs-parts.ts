import { UnsupportedError } from "@dataqueues/core";
import type { Logger } from "kafkajs";
import type { BrokerAddress } from "./broker-addresses.ts";
import type { OfferedVersions } from "./protocol/kafka-request.ts";

// The undocumented parts of kafkajs 2.2.4 that are used here. Each is looked for before it is used.

/** What knows the brokers, and makes connections to them. */
export interface KafkajsCluster {
  readonly connectionPoolBuilder: { build(address: BrokerAddress): Promise<unknown> };
  readonly brokerPool: {
    createBroker(options: {
      connectionPool: KafkajsConnectionPool;
      logger: Logger;
      authenticationTimeout: number | undefined;
    }): unknown;
  };
}

/** The connections to one broker. kafkajs makes requests of its own on the first. */
export interface KafkajsConnectionPool {
  readonly pool: readonly unknown[];
}

/** A socket, and the requests on it that wait for a response. */
export interface KafkajsConnection {
  readonly chunks: unknown[];
  processData(chunk: Uint8Array): void;
  send<Response>(request: KafkajsRequest<Response>): Promise<KafkajsResponse<Response>>;
}

/** What connects, asks for the API versions and logs in. */
export interface KafkajsBroker {
  readonly versions: OfferedVersions | null;
  connect(): Promise<unknown>;
}

/** What is sent: `encode` gives an object like kafkajs's own Encoder; `send` resolves with what `parse` returns. */
export interface KafkajsRequest<Response> {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    readonly encode: () => { readonly buf: Buffer; readonly buffer: Buffer };
    readonly expectResponse: () => boolean;
  };
  readonly response: {
    readonly decode: (received: Buffer) => KafkajsResponse<Response>;
    readonly parse: (decoded: KafkajsResponse<Response>) => KafkajsResponse<Response>;
  };
  readonly logResponseError: boolean;
}

/** A response in a shell: kafkajs logs what it passes on as JSON, which has no bigint. */
export interface KafkajsResponse<Response> {
  readonly response: Response;
  toJSON(): string;
}

export function checkCluster(value: unknown): KafkajsCluster {
  return check(value, isCluster, "cluster");
}

export function checkConnectionPool(value: unknown): KafkajsConnectionPool {
  return check(value, isConnectionPool, "connection pool");
}

export function checkConnection(value: unknown): KafkajsConnection {
  return check(value, isConnection, "connection");
}

export function checkBroker(value: unknown): KafkajsBroker {
  return check(value, isBroker, "broker");
}

function check<Part>(value: unknown, isPart: (value: unknown) => value is Part, name: string): Part {
  if (isPart(value)) return value;
  throw new UnsupportedError(`This kafkajs has no ${name} as version 2.2.4 has it: install kafkajs 2.2.4`);
}

function isCluster(value: unknown): value is KafkajsCluster {
  return (
    hasField(value, "connectionPoolBuilder") &&
    hasMethod(value.connectionPoolBuilder, "build") &&
    hasField(value, "brokerPool") &&
    hasMethod(value.brokerPool, "createBroker")
  );
}

function isConnectionPool(value: unknown): value is KafkajsConnectionPool {
  return hasField(value, "pool") && Array.isArray(value.pool);
}

function isConnection(value: unknown): value is KafkajsConnection {
  return (
    hasMethod(value, "send") &&
    hasMethod(value, "processData") &&
    hasField(value, "chunks") &&
    Array.isArray(value.chunks)
  );
}

function isBroker(value: unknown): value is KafkajsBroker {
  return hasMethod(value, "connect") && hasField(value, "versions");
}

export function hasField<Name extends string>(value: unknown, name: Name): value is Record<Name, unknown> {
  return typeof value === "object" && value !== null && name in value;
}

export function hasMethod<Name extends string>(
  value: unknown,
  name: Name,
): value is Record<Name, (...given: unknown[]) => unknown> {
  return hasField(value, name) && typeof value[name] === "function";
}
