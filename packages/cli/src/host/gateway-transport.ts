import type { Transport } from "@dataqueues/core";
import { websocket } from "@dataqueues/transport-websocket";
import { WebSocket } from "ws";

import type { HostSettings } from "./host-settings.ts";
import { tlsOptions } from "./tls-options.ts";

/**
 * A gateway's transport. Its WebSockets are those of `ws`: Node 20 has none, and those of later ones take neither an origin nor
 * certificates.
 *
 * @param warn - is told what is not safe
 * @throws UsageError for settings that do not fit together, and Node's error for a file that cannot be read
 */
export async function gatewayTransport(
  settings: HostSettings & { readonly host: string },
  warn: (message: string) => void,
): Promise<Transport> {
  const { host, token, origin } = settings;
  const options = { ...(await tlsOptions(settings, warn)), ...(origin === undefined ? {} : { origin }) };
  return websocket(host, {
    token,
    WebSocket: class extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol, options);
      }
    },
  });
}
