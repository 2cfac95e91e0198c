import { connect } from "node:net";
import type { Socket } from "node:net";

import { Flow } from "./flow.ts";
import type { NetworkConditions } from "./flow.ts";
import { KafkaFrames, produceKey } from "./kafka-frames.ts";

/** From the client to the node, or back. */
export type Direction = "requests" | "responses";

/** A connection through a proxy: a socket to the client, a socket to the node, and a flow in each direction. */
export class ProxiedConnection {
  readonly requests: Flow;
  readonly responses: Flow;
  readonly #near: Socket;
  readonly #far: Socket;
  /** Correlation ids of the produce requests that have no response yet. */
  readonly #produces = new Set<number>();

  /**
   * @param onTraffic - called with each piece before it is passed on
   * @param onProduceResponse - called when the response to a produce request comes, with its position in the stream
   */
  constructor(
    near: Socket,
    port: number,
    onTraffic: (direction: Direction, bytes: number) => void,
    onProduceResponse: (start: number, end: number) => void,
  ) {
    this.#near = near.setNoDelay(true);
    this.#far = connect(port, "127.0.0.1").setNoDelay(true);
    const requestFrames = new KafkaFrames((head) => {
      if (head.getInt16(4) === produceKey) this.#produces.add(head.getInt32(8));
    });
    const responseFrames = new KafkaFrames((head, start, end) => {
      if (this.#produces.delete(head.getInt32(4))) onProduceResponse(start, end);
    });
    this.requests = new Flow(near, this.#far, (bytes) => {
      requestFrames.push(bytes);
      onTraffic("requests", bytes.length);
    });
    this.responses = new Flow(this.#far, near, (bytes) => {
      responseFrames.push(bytes);
      onTraffic("responses", bytes.length);
    });
    for (const socket of [this.#near, this.#far]) {
      // "close" follows every error.
      socket.on("error", () => undefined);
      socket.on("close", () => this.#endIfHalf());
    }
  }

  /** Changes the conditions in both directions or one. */
  change(conditions: Partial<NetworkConditions>, directions: readonly Direction[] = ["requests", "responses"]): void {
    for (const direction of directions) this[direction].conditions = { ...this[direction].conditions, ...conditions };
    this.#endIfHalf();
  }

  /** Whether both sockets are closed. */
  get ended(): boolean {
    return this.#near.destroyed && this.#far.destroyed;
  }

  /** Ends both sockets with a FIN, after the bytes on their way. */
  cut(): void {
    this.#near.destroySoon();
    this.#far.destroySoon();
  }

  /** Ends both sockets with a RST. */
  reset(): void {
    this.#near.resetAndDestroy();
    this.#far.resetAndDestroy();
  }

  /** Ends the connection when one side is gone. A silent connection stays: for the other side it is half-open. */
  #endIfHalf(): void {
    const silent = this.requests.conditions.silent || this.responses.conditions.silent;
    if (!silent && (this.#near.destroyed || this.#far.destroyed)) this.cut();
  }
}
