import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { subprotocol } from "@dataqueues/transport-websocket";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";

import type { RefusalReason } from "../gateway-events.ts";
import type { GatewayHost } from "../gateway-host.ts";
import type { ClientOrigin } from "../viewer/hello.ts";
import { maxFrameBytes } from "../viewer/viewer-socket.ts";
import { clientAddress } from "./client-address.ts";
import type { OriginPolicy } from "./origin-policy.ts";
import { refuse } from "./refuse.ts";

/** Why a request for a WebSocket is refused, and the HTTP status that says so. */
const statusOf = { draining: 503, viewers: 503, address: 429, origin: 403, handshake: 400 } as const;

/** What is asked before a WebSocket is opened, and who gets it then. */
export interface UpgradeRules {
  readonly originPolicy: OriginPolicy;
  readonly trustedProxies: number;
  readonly isDraining: () => boolean;
  /** Why there is no room for another viewer from this address. */
  readonly refusalOf: (address: string) => "viewers" | "address" | undefined;
  readonly opened: (webSocket: WebSocket, from: ClientOrigin) => void;
}

/** Opens WebSockets for those who may have one. Everything is checked before the upgrade. */
export class Upgrades {
  readonly #host: GatewayHost;
  readonly #rules: UpgradeRules;
  readonly #webSockets: WebSocketServer;

  constructor(host: GatewayHost, rules: UpgradeRules) {
    this.#host = host;
    this.#rules = rules;
    const options = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: maxFrameBytes,
      maxFragments: 8,
      maxBufferedChunks: 64,
      closeTimeout: 500,
      handleProtocols: (protocols: ReadonlySet<string>) => protocols.has(subprotocol) && subprotocol,
    };
    this.#webSockets = new WebSocketServer(options);
    this.#webSockets.on("wsClientError", (cause, socket, request) => this.#refuse(request, socket, "handshake", cause));
  }

  /** Takes an `upgrade` of an HTTP server. */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { opened, trustedProxies } = this.#rules;
    const reason = this.#refusalOf(request);
    if (reason !== undefined) return this.#refuse(request, socket, reason);
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) =>
      opened(webSocket, originOf(request, trustedProxies)),
    );
  }

  #refusalOf(request: IncomingMessage): keyof typeof statusOf | undefined {
    const { isDraining, originPolicy, refusalOf, trustedProxies } = this.#rules;
    if (isDraining()) return "draining";
    if (!originPolicy(request)) return "origin";
    const protocols = request.headers["sec-websocket-protocol"]?.split(",").map((name) => name.trim()) ?? [];
    if (!protocols.includes(subprotocol)) return "handshake";
    return refusalOf(clientAddress(request, trustedProxies));
  }

  #refuse(
    request: IncomingMessage,
    socket: Duplex,
    reason: keyof typeof statusOf & RefusalReason,
    cause?: unknown,
  ): void {
    const { address, origin } = originOf(request, this.#rules.trustedProxies);
    this.#host.metrics.refused.add(reason);
    this.#host.onEvent({ type: "viewerRefused", reason, address, origin, cause });
    refuse(socket, statusOf[reason]);
  }
}

function originOf(request: IncomingMessage, trustedProxies: number): ClientOrigin {
  const { headers } = request;
  return { address: clientAddress(request, trustedProxies), origin: headers.origin, headers };
}
