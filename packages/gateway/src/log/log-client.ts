import { NetworkClient, TransportError } from "@dataqueues/core";
import type { Connections, OnEvent, Role, Transport } from "@dataqueues/core";

import type { SharedLogSettings } from "./shared-log-options.ts";

/** Whether the log answered last time, on whichever connection. */
export class Reachability {
  #isReachable = false;
  #toldAt = -Infinity;

  get isReachable(): boolean {
    return this.#isReachable;
  }

  set isReachable(isReachable: boolean) {
    this.#isReachable = isReachable;
    this.#toldAt = performance.now();
  }

  /** Whether the log answered, or failed to, not longer ago than this. */
  isToldWithin(ms: number): boolean {
    return performance.now() - this.#toldAt <= ms;
  }
}

/** A connection to the log that says whether the log answers. It connects on first use. */
export class LogClient<R extends Role> {
  readonly #client: NetworkClient<R>;
  readonly #reachability: Reachability;

  constructor(
    transport: Transport,
    role: R,
    settings: SharedLogSettings & { readonly onEvent?: OnEvent | undefined },
    reachability: Reachability,
  ) {
    this.#client = new NetworkClient(transport, role, settings);
    this.#reachability = reachability;
  }

  /** Aborts when the client is closed. */
  get signal(): AbortSignal {
    return this.#client.signal;
  }

  /** As `NetworkClient.request`. What fails after `signal` has aborted says nothing of the log. */
  request<T>(
    name: string,
    make: (connection: Connections[R]) => Promise<T>,
    timeoutMs?: number,
    signal?: AbortSignal,
  ): Promise<T> {
    return this.#observe(() => this.#client.request(name, make, timeoutMs), signal);
  }

  /** As `NetworkClient.requestOrReconnect`. */
  requestOrReconnect<T>(name: string, make: (connection: Connections[R]) => Promise<T>): Promise<T> {
    return this.#observe(() => this.#client.requestOrReconnect(name, make));
  }

  /** Replaces the connection, if it does not tell a topic's metadata: a request on it failed, and that may be why. */
  async replaceIfLost(topic: string): Promise<void> {
    await this.requestOrReconnect("metadata", (connection) => connection.metadata([topic])).catch(() => undefined);
  }

  /** Waits; rejects when the client is closed meanwhile. */
  pause(ms: number): Promise<void> {
    return this.#client.pause(ms);
  }

  /** Pending requests reject at once, and so does every later one. */
  close(reason: Error): void {
    this.#client.close(reason);
  }

  async #observe<T>(make: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      const result = await make();
      this.#reachability.isReachable = true;
      return result;
    } catch (error) {
      const isEnded = this.signal.aborted || signal?.aborted === true;
      if (error instanceof TransportError && !isEnded) this.#reachability.isReachable = false;
      throw error;
    }
  }
}
