import { safeListener } from "@dataqueues/core";

import { GatewayServer } from "./gateway-server.ts";
import type { Gateway } from "./gateway-server.ts";
import { gatewaySettings } from "./gateway-options.ts";
import type { GatewayOptions } from "./gateway-options.ts";
import { SharedLog } from "./log/shared-log.ts";

/**
 * Starts a gateway, through which pages read a log: `websocket(url)` of `@dataqueues/transport-websocket` is their transport. It
 * listens when this resolves. A log that cannot be reached is waited for: `/healthz` tells.
 *
 * @throws A `DataQueueError` `INVALID_ARGUMENT` that names the option which makes no sense, or which is missing on an address
 *   that others can reach; `LISTEN_FAILED` when the port is taken, for example
 *
 * @example
 * ```ts
 * await using gateway = await serveGateway({ transport: kafkajs("localhost:9092"), topics: [/^metrics-/] });
 * console.log(gateway.url); // ws://127.0.0.1:8080
 * ```
 */
export async function serveGateway(options: GatewayOptions): Promise<Gateway> {
  const settings = gatewaySettings(options);
  const onEvent = safeListener(options.onEvent);
  const log = new SharedLog(options.transport, { ...options.log, onEvent: (event) => onEvent({ type: "log", event }) });
  return GatewayServer.start(settings, log, onEvent);
}
