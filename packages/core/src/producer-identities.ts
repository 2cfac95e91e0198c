import type { Link } from "./link.ts";
import type { ProducerIdentity } from "./transport.ts";

/** Producer ids of one producer: one that its partitions share, and a new one for a partition that lost its place. */
export class ProducerIdentities {
  readonly #link: Link;
  #shared: Promise<ProducerIdentity> | undefined;

  constructor(link: Link) {
    this.#link = link;
  }

  /** The identity that all partitions start with; asked for once, and again if that failed. */
  shared(): Promise<ProducerIdentity> {
    this.#shared ??= this.fresh().catch((error: unknown) => {
      this.#shared = undefined;
      throw error;
    });
    return this.#shared;
  }

  /** An identity that no batch was sent with yet. */
  fresh(): Promise<ProducerIdentity> {
    return this.#link.request("initProducerId", (connection) => connection.initProducerId());
  }
}
