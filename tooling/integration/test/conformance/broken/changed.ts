import type { Connection, TopicResult, Transport } from "@dataqueues/core";

/** Makes a transport that breaks a promise of one that keeps all. */
export type Break = (log: Transport) => Transport;

/** The requests of a connection, to be called without it. */
export function requestsOf(connection: Connection): Connection {
  return {
    metadata: (...request) => connection.metadata(...request),
    listOffsets: (...request) => connection.listOffsets(...request),
    fetch: (...request) => connection.fetch(...request),
    produce: (...request) => connection.produce(...request),
    initProducerId: () => connection.initProducerId(),
    createTopics: (...request) => connection.createTopics(...request),
    createPartitions: (...request) => connection.createPartitions(...request),
    deleteTopics: (...request) => connection.deleteTopics(...request),
    close: () => connection.close(),
  };
}

/** Changes some requests of every connection. What `change` keeps between calls is kept for one connection. */
export function changed(change: (connection: Connection) => Partial<Connection>): Break {
  return (log) => ({
    name: log.name,
    async open(...request) {
      const connection = requestsOf(await log.open(...request));
      return { ...connection, ...change(connection) };
    },
  });
}

/** Outcomes that keep quiet about an error. */
export function without(code: string, outcomes: readonly TopicResult[]): TopicResult[] {
  return outcomes.map((outcome) => (outcome.error?.code === code ? { topic: outcome.topic } : outcome));
}
