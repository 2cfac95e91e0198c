import type { Connection, FetchedPartition, FetchQuery, LogRecord, Transport } from "@dataqueues/core";

/** One request that was made of a connection. */
export interface ObservedRequest {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** A transport that records the requests to the one it wraps, and can answer some of them itself. */
export interface Observed extends Transport {
  readonly requests: ObservedRequest[];
  /** How often a request was made. */
  count(name: string): number;
}

export function observed(inner: Transport, instead: Partial<Connection> = {}): Observed {
  const requests: ObservedRequest[] = [];
  return {
    name: inner.name,
    capabilities: inner.capabilities,
    requests,
    count: (name) => requests.filter((request) => request.name === name).length,
    open: async (role, options) => {
      requests.push({ name: "open", args: [role] });
      const connection = await inner.open(role, options);
      return new Proxy(connection, {
        get: (target, name) => {
          const own: unknown = Reflect.get(instead, name);
          const method: unknown = own ?? Reflect.get(target, name);
          if (typeof method !== "function") return method;
          return (...args: unknown[]): unknown => {
            requests.push({ name: String(name), args });
            return Reflect.apply(method, own === undefined ? target : instead, args);
          };
        },
      });
    },
  };
}

/** A transport with one topic of one partition, whose fetches a test answers. */
export function scripted(topic: string, fetch: (query: FetchQuery) => FetchedPartition | undefined): Observed {
  const partitions = [{ partition: 0, leader: 1 }];
  const unused = (): Promise<never> => Promise.reject(new Error("not scripted"));
  const connection: Connection = {
    metadata: () => Promise.resolve([{ topic, partitions }]),
    listOffsets: (_leader, queries) => Promise.resolve(queries.map((query) => ({ ...query, offset: 0n }))),
    fetch: async (_leader, wanted) => wanted.flatMap((query) => fetch(query) ?? []),
    produce: unused,
    initProducerId: unused,
    createTopics: unused,
    createPartitions: unused,
    deleteTopics: unused,
    close: () => undefined,
  };
  const capabilities = { write: true, admin: true, idempotence: true, groups: false };
  return observed({ name: "scripted", capabilities, open: () => Promise.resolve(connection) });
}

export function recordAt(offset: bigint, value: Uint8Array): LogRecord {
  return { offset, key: null, value, headers: [], timestamp: 0 };
}

/** A transport whose requests of one name go through `wrap`. */
export function intercepted<Name extends keyof Connection>(
  inner: Transport,
  name: Name,
  wrap: (request: Connection[Name]) => Connection[Name],
): Transport {
  return {
    name: inner.name,
    capabilities: inner.capabilities,
    open: async (role, options) => {
      const connection = await inner.open(role, options);
      const request: unknown = Reflect.get(connection, name);
      if (typeof request === "function") Reflect.set(connection, name, wrap(request.bind(connection)));
      return connection;
    },
  };
}
