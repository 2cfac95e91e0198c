import type { SecuritySettings } from "./security.ts";

/** A value of 10 MB, the largest that producers accept by default, and the batch around it. */
const messageMaxBytes = 10_500_000;

/** The largest value of a record without key and headers, alone in its batch: the batch header takes 61 bytes, the record's fields 13. */
export const largestValueBytes: number = messageMaxBytes - 61 - 13;

/** The ports of a node: for clients, for clients behind a proxy, for the other nodes, for the controllers. */
export interface NodePorts {
  readonly client: number;
  readonly proxied: number;
  readonly internal: number;
  readonly controller: number;
}

/**
 * The settings of one KRaft node that is broker and controller, by Kafka's names. The nodes connect to each other on a
 * listener of their own, without the security and the proxy that clients get.
 *
 * @param nodes the ports of all nodes; the first are of node 1.
 * @param host the address that the clients' listener is bound to.
 * @param proxy the advertised address of the listener for clients behind a proxy. Without it there is no such listener.
 */
export function nodeProperties(
  id: number,
  nodes: readonly NodePorts[],
  directory: string,
  host: string,
  advertised: string,
  security: SecuritySettings,
  proxy?: string,
): Record<string, string> {
  const ports = nodes[id - 1];
  if (ports === undefined) throw new RangeError(`there is no node ${id} among ${nodes.length}`);
  const { client, proxied, internal, controller } = ports;
  const voters = nodes.map((node, index) => `${index + 1}@127.0.0.1:${node.controller}`);
  const replicas = `${nodes.length}`;
  const inSync = nodes.length === 3 ? "2" : "1";
  return {
    "process.roles": "broker,controller",
    "node.id": `${id}`,
    "controller.quorum.voters": voters.join(","),
    listeners: [
      `CLIENT://${host}:${client}`,
      ...(proxy === undefined ? [] : [`PROXIED://127.0.0.1:${proxied}`]),
      `INTERNAL://127.0.0.1:${internal}`,
      `CONTROLLER://127.0.0.1:${controller}`,
    ].join(","),
    "advertised.listeners": [
      `CLIENT://${advertised}`,
      ...(proxy === undefined ? [] : [`PROXIED://${proxy}`]),
      `INTERNAL://127.0.0.1:${internal}`,
    ].join(","),
    "inter.broker.listener.name": "INTERNAL",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": `CLIENT:${security.protocol},PROXIED:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT`,
    "log.dirs": directory,
    "default.replication.factor": replicas,
    "min.insync.replicas": inSync,
    "offsets.topic.replication.factor": replicas,
    "offsets.topic.num.partitions": "3",
    "transaction.state.log.replication.factor": replicas,
    "transaction.state.log.min.isr": inSync,
    "transaction.state.log.num.partitions": "3",
    // The log cleaner looks for work every half second instead of every 15 s.
    "log.cleaner.backoff.ms": "500",
    // The partitions of a killed node get another leader after 3 s instead of 9 s.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "1000",
    "group.initial.rebalance.delay.ms": "0",
    // Tests may choose sessions of groups that are shorter than Kafka lets others choose them.
    "group.min.session.timeout.ms": "1000",
    "group.consumer.min.session.timeout.ms": "1000",
    "group.consumer.min.heartbeat.interval.ms": "500",
    "message.max.bytes": String(messageMaxBytes),
    "replica.fetch.max.bytes": String(messageMaxBytes),
    ...security.properties,
  };
}
