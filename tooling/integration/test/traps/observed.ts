import type { Connection, FetchedPartition, FetchQuery, LogRecord, Transport } from "@dataqueues/core";

/** One request that was made of a connection. */
export interface ObservedRequest {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** A transport that notes what is asked of the one it stands for, and may answer some requests itself. */
export interface Observed extends Transport {
  readonly requests: ObservedRequest[];
  /** How often a request was made. */
  count(name: string): number;
}

export function observed(inner: Transport, instead: Partial<Connection> = {}): Observed {
  const requests: ObservedRequest[] = [];
  return {
    name: inner.name,
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
    listOffsets: (queries) => Promise.resolve(queries.map((query) => ({ ...query, offset: 0n }))),
    fetch: async (_leader, wanted) => wanted.flatMap((query) => fetch(query) ?? []),
    produce: unused,
    initProducerId: unused,
    createTopics: unused,
    createPartitions: unused,
    deleteTopics: unused,
    close: () => undefined,
  };
  return observed({ name: "scripted", open: () => Promise.resolve(connection) });
}

export function recordAt(offset: bigint, value: Uint8Array): LogRecord {
  return { offset, key: null, value, headers: [], timestamp: 0 };
}
