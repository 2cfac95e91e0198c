import { TransportError } from "./errors.ts";
import type { Link } from "./link.ts";
import type { ProducerIdentity } from "./transport.ts";

/** Producer ids of one producer: one that its partitions share, and a new one for a partition that lost its place. */
export class ProducerIdentities {
  readonly #link: Link;
  readonly #required: boolean;
  #shared: Promise<ProducerIdentity | undefined> | undefined;

  /** @param required - whether a log that gives no producer ids is an error */
  constructor(link: Link, required: boolean) {
    this.#link = link;
    this.#required = required;
  }

  /**
   * The identity that all partitions start with; asked for once, and again if that failed. Undefined where the log gives
   * none and none is required.
   */
  shared(): Promise<ProducerIdentity | undefined> {
    this.#shared ??= this.fresh().catch((error: unknown) => {
      this.#shared = undefined;
      throw error;
    });
    return this.#shared;
  }

  /** An identity that no batch was sent with yet. */
  async fresh(): Promise<ProducerIdentity | undefined> {
    try {
      return await this.#link.request("initProducerId", (connection) => connection.initProducerId());
    } catch (error) {
      if (!(error instanceof TransportError) || error.code !== "UNSUPPORTED_VERSION") throw error;
      if (this.#required) throw notIdempotent(error);
      this.#link.onEvent({ type: "idempotenceUnavailable", reason: error });
      return undefined;
    }
  }
}

function notIdempotent(cause: TransportError): TransportError {
  const { code, retriable, message } = cause;
  const hint = "the log gives no producer ids; leave idempotent out to send without";
  return new TransportError(`idempotent: true cannot be had: ${hint} (${message})`, { code, retriable, cause });
}
