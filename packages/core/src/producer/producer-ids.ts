import { TransportError } from "../contract/errors.ts";
import type { ProducerIdAndEpoch } from "../contract/transport.ts";
import type { NetworkClient } from "../shared/network-client.ts";

/** Sequence numbers are 31 bits wide and then start again at 0. */
const sequences: number = 2 ** 31;

/** The sequence number that follows `count` records, the first of which has `sequence`. */
export function nextSequence(sequence: number, count: number): number {
  return (sequence + count) % sequences;
}

/** Producer ids of one producer: one that its partitions share, and a new one for a partition whose sequence was lost. */
export class ProducerIds {
  readonly #client: NetworkClient<"write">;
  readonly #required: boolean;
  #shared: Promise<ProducerIdAndEpoch | undefined> | undefined;

  /** @param required - whether a log that gives no producer ids is an error */
  constructor(client: NetworkClient<"write">, required: boolean) {
    this.#client = client;
    this.#required = required;
  }

  /**
   * The id that all partitions start with; asked for once, and again if that failed. Undefined where the log gives none
   * and none is required.
   */
  shared(): Promise<ProducerIdAndEpoch | undefined> {
    this.#shared ??= this.fresh().catch((error: unknown) => {
      this.#shared = undefined;
      throw error;
    });
    return this.#shared;
  }

  /** An id that no batch was sent with yet. */
  async fresh(): Promise<ProducerIdAndEpoch | undefined> {
    try {
      return await this.#client.request("initProducerId", (connection) => connection.initProducerId());
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      if (error.code === "CLUSTER_AUTHORIZATION_FAILED") {
        // Kafka before 2.8 asks for a right of its own, beside the one to write to the topic.
        throw explained(error, "grant IdempotentWrite on the cluster, or send with idempotent: false");
      }
      if (error.code !== "UNSUPPORTED_VERSION") throw error;
      if (this.#required) {
        throw explained(error, "the log gives no producer ids, so idempotent: true is impossible; leave it out");
      }
      this.#client.onEvent({ type: "idempotenceUnavailable", reason: error });
      return undefined;
    }
  }
}

function explained(cause: TransportError, hint: string): TransportError {
  const { code, retriable, message } = cause;
  return new TransportError(`${message}; ${hint}`, { code, retriable, cause });
}
