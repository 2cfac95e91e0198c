import { once } from "node:events";
import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { checkNumber, checkObject, DataQueueError } from "@dataqueues/core";

import type { OnGatewayEvent } from "./gateway-events.ts";
import type { GatewayHost } from "./gateway-host.ts";
import type { GatewayLog } from "./gateway-log.ts";
import { GatewayMetrics } from "./gateway-metrics.ts";
import type { GatewaySettings } from "./gateway-options.ts";
import { isLoopbackHost, originPolicy } from "./http/origin-policy.ts";
import { ownServer } from "./http/own-server.ts";
import { refuse } from "./http/refuse.ts";
import { pathOf, reply, StatusPages } from "./http/status-pages.ts";
import { Upgrades } from "./http/upgrades.ts";
import { requestBodies } from "./viewer/request-bodies.ts";
import { Viewer } from "./viewer/viewer.ts";
import { Viewers } from "./viewer/viewers.ts";

/** How a gateway is closed. */
export interface CloseOptions {
  /**
   * The time over which viewers are sent away, in groups, so that they do not all connect elsewhere at once: 5,000 ms by
   * default. The gateway is closed when all have gone, and then at the latest.
   */
  readonly timeoutMs?: number | undefined;
}

/** A gateway that runs. */
export interface Gateway extends AsyncDisposable {
  /** Where the WebSocket is: `ws://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  /**
   * Answers requests for `/healthz` and `/metrics` on a server of your own; returns false for any other, which it leaves alone. The
   * gateway's own server answers them by itself.
   */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Lets nobody in any more, sends the viewers away, and resolves when all is closed. A second call waits for the first. */
  close(options?: CloseOptions): Promise<void>;
}

/** Viewers that are sent away wait for a random time of at most this before they connect again. */
const reconnectWithinMs = 5_000;

/** In so many groups viewers are sent away. */
const groupCount = 20;

/** How long the last ones may take to say good-bye. WebSockets that do not are cut off at half that time. */
const closingMs = 1_000;

/** A gateway on an HTTP server, its own or another's. */
export class GatewayServer implements Gateway {
  readonly #log: GatewayLog;
  readonly #settings: GatewaySettings;
  readonly #server: HttpServer | HttpsServer;
  readonly #viewers: Viewers<Viewer>;
  readonly #pages: StatusPages;
  readonly #upgrades: Upgrades;
  readonly #onEvent: OnGatewayEvent;
  readonly #onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void =>
    this.#upgrade(request, socket, head);
  #place: { readonly url: string; readonly port: number } = { url: "", port: 0 };
  #closing: Promise<void> | undefined;

  private constructor(settings: GatewaySettings, log: GatewayLog, onEvent: OnGatewayEvent) {
    const { topics, roles, authorize, origins, limits, server, trustedProxies } = settings;
    const bodies = requestBodies(limits.itemsPerRequest);
    const metrics = new GatewayMetrics();
    const host: GatewayHost = { log, topics, roles, authorize, limits, bodies, metrics, onEvent };
    const isDraining = (): boolean => this.#closing !== undefined;
    this.#log = log;
    this.#settings = settings;
    this.#onEvent = onEvent;
    this.#viewers = new Viewers(limits);
    this.#pages = new StatusPages(host, isDraining);
    this.#upgrades = new Upgrades(host, {
      originPolicy: originPolicy(origins, authorize !== undefined),
      trustedProxies,
      isDraining,
      refusalOf: (address) => this.#viewers.refusalOf(address),
      opened: (webSocket, from) => new Viewer(webSocket, from, host, this.#viewers),
    });
    this.#server =
      server ?? ownServer((request, response) => this.#answer(request, response), limits.connectionsBeforeUpgrade);
  }

  /** Resolves when the gateway listens. If it cannot, the log is closed. */
  static async start(settings: GatewaySettings, log: GatewayLog, onEvent: OnGatewayEvent): Promise<GatewayServer> {
    const gateway = new GatewayServer(settings, log, onEvent);
    try {
      await gateway.#listen();
    } catch (error) {
      log.close();
      throw error;
    }
    return gateway;
  }

  get url(): string {
    return this.#place.url;
  }

  get port(): number {
    return this.#place.port;
  }

  handle(request: IncomingMessage, response: ServerResponse): boolean {
    return this.#pages.handle(request, response);
  }

  async close(options: CloseOptions = {}): Promise<void> {
    checkObject("options", options);
    const timeoutMs = checkNumber("timeoutMs", options.timeoutMs ?? 5_000);
    this.#closing ??= this.#close(timeoutMs);
    await this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #listen(): Promise<void> {
    const { host, path, port, server } = this.#settings;
    if (server === undefined) {
      this.#server.listen({ host, port });
      await once(this.#server, "listening").catch((cause: unknown) => {
        const message = `the gateway cannot listen on ${host}, port ${port}: ${String(cause)}`;
        throw new DataQueueError(message, { code: "LISTEN_FAILED", cause });
      });
      // A connection that cannot be taken must not end the process.
      this.#server.on("error", (cause) => this.#onEvent({ type: "serverFailed", cause }));
    }
    this.#server.on("upgrade", this.#onUpgrade);
    const address = this.#server.address();
    const { address: ip, port: found } =
      typeof address === "object" && address !== null ? address : { address: host, port };
    const scheme = "setSecureContext" in this.#server ? "wss" : "ws";
    const name = ip.includes(":") ? `[${ip}]` : ip;
    this.#place = { url: `${scheme}://${name}:${found}${path === "/" ? "" : path}`, port: found };
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (pathOf(request) === this.#settings.path) return this.#upgrades.handle(request, socket, head);
    // Another listener of the same server may know the path. Nobody else would end the connection.
    const isOwn = this.#settings.server === undefined;
    if (isOwn || this.#server.listenerCount("upgrade") === 1) refuse(socket, 404);
  }

  /** Answers what asks for no WebSocket, on the own server. */
  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.#settings.origins === undefined && !isLoopbackHost(request)) {
      return reply(response, 421, "this is another host");
    }
    if (this.#pages.handle(request, response)) return;
    if (pathOf(request) === this.#settings.path) reply(response, 426, "here is a WebSocket");
    else reply(response, 404, "there is nothing here");
  }

  async #close(timeoutMs: number): Promise<void> {
    const viewers = this.#viewers.all;
    const size = Math.max(1, Math.ceil(viewers.length / groupCount));
    const pauseMs = (timeoutMs * size) / Math.max(1, viewers.length);
    for (let at = 0; at < viewers.length; at += size) {
      if (at > 0) await delay(pauseMs);
      for (const viewer of viewers.slice(at, at + size)) viewer.restart(reconnectWithinMs);
    }
    await this.#viewers.gone(closingMs);
    for (const viewer of this.#viewers.all) viewer.terminate();
    this.#server.off("upgrade", this.#onUpgrade);
    if (this.#settings.server === undefined) await this.#stopListening();
    this.#log.close();
  }

  async #stopListening(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
