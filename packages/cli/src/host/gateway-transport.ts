import type { Transport } from "@dataqueues/core";
import { websocket } from "@dataqueues/transport-websocket";
import type { WebSocketConstructor } from "@dataqueues/transport-websocket";

import { UsageError } from "../usage-error.ts";
import type { HostSettings } from "./host-settings.ts";

/**
 * A gateway's transport, over the WebSockets of Node.
 *
 * @throws UsageError for settings that only Kafka has, and an Error where Node has no WebSockets
 */
export function gatewayTransport(settings: HostSettings & { readonly host: string }): Transport {
  const { host, token, origin, ca, cert, tlsKey, insecure } = settings;
  if ((ca ?? cert ?? tlsKey) !== undefined || insecure === true) {
    const hint = "Node trusts the certificate of a gateway with NODE_EXTRA_CA_CERTS=FILE in the environment";
    throw new UsageError(`--ca, --cert, --tls-key and --insecure are for Kafka. ${hint}`);
  }
  if (globalThis.WebSocket === undefined) {
    const hint = "Use Node 22 or later, or set NODE_OPTIONS=--experimental-websocket";
    throw new Error(`Node ${process.versions.node} has no WebSockets for a gateway. ${hint}`);
  }
  return websocket(host, { token, ...(origin === undefined ? {} : { WebSocket: webSocketFrom(origin) }) });
}

/** WebSockets that tell an origin, as a browser's do. Node takes headers where browsers take only a protocol. */
function webSocketFrom(origin: string): WebSocketConstructor {
  return class extends WebSocket {
    constructor(url: string, protocol: string) {
      const init: object = { protocols: [protocol], headers: { origin } };
      super(url, init as string[]);
    }
  };
}
