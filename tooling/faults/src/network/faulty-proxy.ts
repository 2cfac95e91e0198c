import { once } from "node:events";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { freePorts } from "@dataqueues/tooling-kafka";

import { idealConditions } from "./flow.ts";
import type { NetworkConditions } from "./flow.ts";
import { ProxiedConnection } from "./proxied-connection.ts";
import type { Direction } from "./proxied-connection.ts";

/** Damage that waits for traffic which triggers it. */
interface Damage {
  /** The traffic: any bytes in a direction, or the response to a produce request. */
  readonly on: Direction | "produce response";
  /** Does the damage, given the positions in the stream where that traffic starts and ends. */
  readonly trigger: (connection: ProxiedConnection, start: number, end: number) => void;
  readonly triggered: () => void;
}

/** A TCP proxy in front of one node. It passes everything on until it is told to do otherwise. */
export class FaultyProxy implements AsyncDisposable {
  readonly port: number;
  /** The node's port. */
  target = 0;
  readonly #server = createServer((near) => this.#accept(near));
  readonly #connections = new Set<ProxiedConnection>();
  #damage: Damage | undefined;
  #conditions: Partial<Record<Direction, NetworkConditions>> = {};

  /** A proxy that listens on a free port of 127.0.0.1. */
  static async listen(): Promise<FaultyProxy> {
    const [port = 0] = await freePorts(1);
    const proxy = new FaultyProxy(port);
    await proxy.#listen();
    return proxy;
  }

  private constructor(port: number) {
    this.port = port;
    // The proxy keeps no process alive.
    this.#server.unref();
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Changes the conditions of all connections, present and future, in both directions or one. */
  change(conditions: Partial<NetworkConditions>, directions: readonly Direction[] = ["requests", "responses"]): void {
    for (const direction of directions)
      this.#conditions[direction] = { ...idealConditions, ...this.#conditions[direction], ...conditions };
    this.changeOpen(conditions, directions);
  }

  /** Changes the conditions of the connections that are open now; new ones are not affected. */
  changeOpen(conditions: Partial<NetworkConditions>, directions?: readonly Direction[]): void {
    for (const connection of this.#connections) connection.change(conditions, directions);
  }

  /** Resets all connections, and refuses new ones for some time. */
  async refuse(ms: number): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const connection of this.#connections) connection.reset();
    await closed;
    await wait(ms);
    await this.#listen();
  }

  /**
   * Damages the next connection that has traffic in a direction, or that gets the response to a produce request.
   * Resolves with true when that happened, and with false when there was no such traffic within the time.
   */
  async damageNext(on: Damage["on"], trigger: Damage["trigger"], withinMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const damage: Damage = { on, trigger, triggered: () => resolve(true) };
    this.#damage = damage;
    const timer = setTimeout(() => {
      if (this.#damage === damage) this.#damage = undefined;
      resolve(false);
    }, withinMs);
    const triggered = await promise;
    clearTimeout(timer);
    return triggered;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#connections) connection.reset();
    this.#server.close();
  }

  async #listen(): Promise<void> {
    await once(this.#server.listen(this.port, "127.0.0.1"), "listening");
  }

  #accept(near: Socket): void {
    for (const connection of this.#connections) if (connection.ended) this.#connections.delete(connection);
    const connection: ProxiedConnection = new ProxiedConnection(
      near,
      this.target,
      (direction, bytes) => {
        const { taken } = connection[direction];
        this.#trigger(direction, connection, taken, taken + bytes);
      },
      (start, end) => this.#trigger("produce response", connection, start, end),
    );
    this.#connections.add(connection);
    for (const direction of ["requests", "responses"] as const) {
      connection.change(this.#conditions[direction] ?? idealConditions, [direction]);
    }
  }

  #trigger(on: Damage["on"], connection: ProxiedConnection, start: number, end: number): void {
    const damage = this.#damage;
    if (damage?.on !== on) return;
    this.#damage = undefined;
    damage.trigger(connection, start, end);
    damage.triggered();
  }
}
