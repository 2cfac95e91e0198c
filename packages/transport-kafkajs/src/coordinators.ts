import { kafkaError, kafkaErrorName, TransportError } from "@dataqueues/core";
import type { ErrorPlace } from "@dataqueues/core";
import type { Broker } from "./broker.ts";
import type { Cluster } from "./cluster.ts";
import { textProblem } from "./protocol/field-limits.ts";
import { findCoordinatorRequest } from "./protocol/find-coordinator.ts";
import type { KafkaRequest } from "./protocol/kafka-request.ts";

/** Where an error belongs, and what the broker said about it. */
interface GroupErrorDetails extends ErrorPlace {
  readonly why?: string | null | undefined;
}

/** Which broker keeps each group: found when it is first asked for, and again after it was another. */
export class Coordinators {
  readonly #cluster: Cluster;
  readonly #known = new Map<string, number>();
  /** Whether a coordinator could not be reached since metadata last told addresses: it may have another one now. */
  #mayHaveMoved = false;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** The broker that keeps a group. */
  async find(group: string): Promise<Broker> {
    const known = this.#known.get(group);
    if (known !== undefined) return this.#cluster.broker(known);
    const what = `Finding the coordinator of group ${group}`;
    const problem = textProblem("the group's name", group);
    if (problem !== undefined) throw kafkaError("INVALID_GROUP_ID", what, { why: problem });
    if (this.#mayHaveMoved) await this.#cluster.metadata([]);
    this.#mayHaveMoved = false;
    const broker = await this.#cluster.anyBroker();
    const found = await broker.request(findCoordinatorRequest(group), this.#cluster.requestTimeout);
    const { errorCode, message, nodeId } = found;
    if (errorCode !== 0) throw kafkaError(kafkaErrorName(errorCode), what, { why: message });
    this.#known.set(group, nodeId);
    return this.#cluster.broker(nodeId);
  }

  /** Sends a request to the broker that keeps a group, and forgets it if the connection to it is lost. */
  async request<Response>(group: string, request: KafkaRequest<Response>): Promise<Response> {
    return this.send(group, (broker) => broker.request(request, this.#cluster.requestTimeout));
  }

  /** Does something with the broker that keeps a group, and forgets it if the connection to it is lost. */
  async send<Response>(group: string, send: (broker: Broker) => Promise<Response>): Promise<Response> {
    try {
      return await send(await this.find(group));
    } catch (error) {
      if (error instanceof TransportError && error.retriable) {
        this.#known.delete(group);
        this.#mayHaveMoved = true;
      }
      throw error;
    }
  }

  /** The error of a code that the coordinator responded with, undefined for 0. The next request looks for another if it is none. */
  error(group: string, errorCode: number, what: string, details: GroupErrorDetails = {}): TransportError | undefined {
    if (errorCode === 0) return undefined;
    const code = kafkaErrorName(errorCode);
    if (code === "NOT_COORDINATOR" || code === "COORDINATOR_NOT_AVAILABLE") this.#known.delete(group);
    return kafkaError(code, `${what} group ${group}`, details);
  }

  /** Throws the error of a code that the coordinator responded with, if it is not 0. */
  check(group: string, errorCode: number, what: string, details: GroupErrorDetails = {}): void {
    const error = this.error(group, errorCode, what, details);
    if (error !== undefined) throw error;
  }
}
