import { once } from "node:events";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { freePorts } from "@dataqueues/tooling-kafka";

import { fairWeather } from "./flow.ts";
import type { Weather } from "./flow.ts";
import { ProxiedConnection } from "./proxied-connection.ts";
import type { Direction } from "./proxied-connection.ts";

/** What is to happen to the next connection that something goes through. */
interface Damage {
  /** What it waits for: any bytes in a direction, or the answer to a produce request. */
  readonly on: Direction | "produce answer";
  /** Does the damage, given the places in the stream where what it waited for begins and ends. */
  readonly strike: (connection: ProxiedConnection, start: number, end: number) => void;
  readonly struck: () => void;
}

/** A TCP proxy before one node: everything goes through it, until it is told to do otherwise. */
export class FaultyProxy implements AsyncDisposable {
  readonly port: number;
  /** Where connections go to. */
  target = 0;
  readonly #server = createServer((near) => this.#accept(near));
  readonly #connections = new Set<ProxiedConnection>();
  #damage: Damage | undefined;
  #weather: Partial<Record<Direction, Weather>> = {};

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

  /** The weather of all connections, also of those to come, both ways or one way. */
  change(weather: Partial<Weather>, directions: readonly Direction[] = ["requests", "answers"]): void {
    for (const direction of directions)
      this.#weather[direction] = { ...fairWeather, ...this.#weather[direction], ...weather };
    this.changeOpen(weather, directions);
  }

  /** The weather of the connections that are open now; new ones are as before. */
  changeOpen(weather: Partial<Weather>, directions?: readonly Direction[]): void {
    for (const connection of this.#connections) connection.change(weather, directions);
  }

  /** Ends all connections with a RST, and refuses new ones for some time. */
  async refuse(ms: number): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const connection of this.#connections) connection.reset();
    await closed;
    await wait(ms);
    await this.#listen();
  }

  /**
   * Damages the next connection that something goes through in a direction, or that is answered what was produced.
   * Resolves when it happened: true, or false when nothing came within the time.
   */
  async damageNext(on: Damage["on"], strike: Damage["strike"], withinMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const damage: Damage = { on, strike, struck: () => resolve(true) };
    this.#damage = damage;
    const timer = setTimeout(() => {
      if (this.#damage === damage) this.#damage = undefined;
      resolve(false);
    }, withinMs);
    const struck = await promise;
    clearTimeout(timer);
    return struck;
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
        this.#strike(direction, connection, taken, taken + bytes);
      },
      (start, end) => this.#strike("produce answer", connection, start, end),
    );
    this.#connections.add(connection);
    for (const direction of ["requests", "answers"] as const) {
      connection.change(this.#weather[direction] ?? fairWeather, [direction]);
    }
  }

  #strike(on: Damage["on"], connection: ProxiedConnection, start: number, end: number): void {
    const damage = this.#damage;
    if (damage?.on !== on) return;
    this.#damage = undefined;
    damage.strike(connection, start, end);
    damage.struck();
  }
}
