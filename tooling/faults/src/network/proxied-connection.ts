import { connect } from "node:net";
import type { Socket } from "node:net";

import { Flow } from "./flow.ts";
import type { Weather } from "./flow.ts";
import { KafkaFrames, produceKey } from "./kafka-frames.ts";

/** Which way: what clients say, or what the node answers. */
export type Direction = "requests" | "answers";

/** A connection through a proxy: a socket to the client, one to the node, and a flow each way. */
export class ProxiedConnection {
  readonly requests: Flow;
  readonly answers: Flow;
  readonly #near: Socket;
  readonly #far: Socket;
  /** The requests to produce that are not answered yet, by their correlation ids. */
  readonly #produces = new Set<number>();

  /**
   * @param onTraffic - called with each piece that comes, before it goes on
   * @param onProduceAnswer - called when the answer to a produce request comes, with its place in the stream
   */
  constructor(
    near: Socket,
    port: number,
    onTraffic: (direction: Direction, bytes: number) => void,
    onProduceAnswer: (start: number, end: number) => void,
  ) {
    this.#near = near.setNoDelay(true);
    this.#far = connect(port, "127.0.0.1").setNoDelay(true);
    const asked = new KafkaFrames((head) => {
      if (head.getInt16(4) === produceKey) this.#produces.add(head.getInt32(8));
    });
    const answered = new KafkaFrames((head, start, end) => {
      if (this.#produces.delete(head.getInt32(4))) onProduceAnswer(start, end);
    });
    this.requests = new Flow(near, this.#far, (bytes) => {
      asked.push(bytes);
      onTraffic("requests", bytes.length);
    });
    this.answers = new Flow(this.#far, near, (bytes) => {
      answered.push(bytes);
      onTraffic("answers", bytes.length);
    });
    for (const socket of [this.#near, this.#far]) {
      // Its end is what counts; there is nobody to tell why.
      socket.on("error", () => undefined);
      socket.on("close", () => this.#endIfHalf());
    }
  }

  /** Changes the weather both ways, or one way. */
  change(weather: Partial<Weather>, directions: readonly Direction[] = ["requests", "answers"]): void {
    for (const direction of directions) this[direction].weather = { ...this[direction].weather, ...weather };
    this.#endIfHalf();
  }

  /** Whether there is nothing left of it. */
  get ended(): boolean {
    return this.#near.destroyed && this.#far.destroyed;
  }

  /** Ends both sockets with a FIN each, after what is on its way. */
  cut(): void {
    this.#near.destroySoon();
    this.#far.destroySoon();
  }

  /** Ends both sockets with a RST each. */
  reset(): void {
    this.#near.resetAndDestroy();
    this.#far.resetAndDestroy();
  }

  /** When one side has gone the other is told, unless nothing comes through: then that one is half-open. */
  #endIfHalf(): void {
    const silent = this.requests.weather.silent || this.answers.weather.silent;
    if (!silent && (this.#near.destroyed || this.#far.destroyed)) this.cut();
  }
}
