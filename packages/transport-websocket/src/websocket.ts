import {
  checkChoice,
  checkFunction,
  checkNumber,
  checkObject,
  invalidArgument,
  pauseLimit,
  UnsupportedError,
} from "@dataqueues/core";
import type { Connections, OpenOptions, Role, Transport } from "@dataqueues/core";

import { gatewayUrl } from "./gateway-url.ts";
import { WebSocketReadConnection } from "./read-connection.ts";
import { SessionOpener } from "./session-opener.ts";
import type { WebSocketConstructor } from "./web-socket.ts";

/** How a gateway is reached. */
export interface WebSocketOptions {
  /** Says who asks, in the first frame; a function is called each time a connection is opened, so that it can give a new one. */
  readonly token?: string | (() => string | Promise<string>) | undefined;
  /** The class of WebSockets: by default that of the browser, or of Node from 22 on. For Node 20: `WebSocket` of the package `ws`. */
  readonly WebSocket?: WebSocketConstructor | undefined;
  /**
   * The longest that a connection waits before it is opened again, in milliseconds: 5,000 by default. It waits a random time, up to a
   * second after a loss and up to more with each failure.
   */
  readonly reconnectBackoffMaxMs?: number | undefined;
}

/**
 * Data queues over WebSockets to a gateway (`@dataqueues/gateway`), in a page, a Worker or Node: one WebSocket for each producer,
 * consumer or admin. What the gateway does not allow, opening rejects; it reads, by default.
 *
 * @param url - `ws://` or, outside of one's own machine, `wss://`
 * @throws A `DataQueueError` `INVALID_ARGUMENT` for an option that makes no sense; `UnsupportedError` where there are no WebSockets.
 *
 * @example
 * ```ts
 * const gateway = websocket("wss://display.example/queues", { token: () => fetchToken() });
 * await using consumer = new DataQueueConsumer(gateway, { topics: ["gains"], from: { last: 1 } });
 * ```
 */
export function websocket(url: string | URL, options: WebSocketOptions = {}): Transport {
  const target = gatewayUrl(url);
  checkObject("options", options);
  const { token } = options;
  if (token !== undefined && typeof token !== "string" && typeof token !== "function") {
    throw invalidArgument("token", "a text or a function that gives one", token);
  }
  checkFunction("WebSocket", options.WebSocket);
  const reconnectBackoffMaxMs = checkNumber(
    "reconnectBackoffMaxMs",
    options.reconnectBackoffMaxMs ?? 5_000,
    pauseLimit,
  );
  // Node 20 has none.
  const WebSocket: WebSocketConstructor | undefined = options.WebSocket ?? globalThis.WebSocket;
  if (WebSocket === undefined) {
    throw new UnsupportedError("there are no WebSockets here: pass the option WebSocket, as the package ws has it");
  }
  const opener = new SessionOpener({ url: target, token, WebSocket, reconnectBackoffMaxMs });
  return {
    name: "websocket",
    capabilities: { write: true, admin: true, idempotence: true, groups: false },
    // Each answer costs a gateway of many viewers something, and a wait can be ended at any time.
    maxWaitMs: 10_000,
    async open(role, openOptions = {}) {
      checkChoice("role", role, Object.keys(connections));
      return connections[role](opener, openOptions);
    },
  };
}

const connections: {
  readonly [R in Role]: (opener: SessionOpener, options: OpenOptions) => Promise<Connections[R]>;
} = {
  read: async (opener, options) => new WebSocketReadConnection(await opener.open("read", options)),
  // Most pages only read, and load no more than that needs.
  write: async (opener, options) => {
    const { WebSocketWriteConnection } = await import("./write-connection.ts");
    return new WebSocketWriteConnection(await opener.open("write", options));
  },
  admin: async (opener, options) => {
    const { WebSocketAdminConnection } = await import("./admin-connection.ts");
    return new WebSocketAdminConnection(await opener.open("admin", options));
  },
  group: async () => {
    throw new UnsupportedError("a gateway has no groups: a page keeps its own position");
  },
};
