import type { Transport, TransportCapabilities } from "@dataqueues/core";
import type { GatewayOptions } from "@dataqueues/gateway";
import type { TransportCasesOptions } from "@dataqueues/testing";
import { websocket } from "@dataqueues/transport-websocket";
import type { WebSocketOptions } from "@dataqueues/transport-websocket";

/** A gateway, and what is left of the transport's promises through it. */
export interface GatewayUnderTest {
  readonly name: string;
  readonly options: Omit<GatewayOptions, "transport">;
  readonly capabilities: TransportCapabilities;
}

// A free port, the topics of `transportCases`, and otherwise the defaults.
const options = { port: 0, topics: [/^conformance-/] };

export const gateways: readonly GatewayUnderTest[] = [
  {
    name: "one that only reads, as by default",
    options,
    capabilities: { write: false, admin: false, idempotence: false, groups: false },
  },
  {
    name: "one that reads, writes and administers",
    options: { ...options, roles: ["read", "write", "admin"] },
    capabilities: { write: true, admin: true, idempotence: true, groups: false },
  },
];

/** What `transportCases` needs to test the transport to a gateway, with another one that does what the gateway does not. */
export function casesThrough(
  url: () => string,
  { capabilities }: GatewayUnderTest,
  log: () => Transport,
  more: WebSocketOptions = {},
): TransportCasesOptions {
  return {
    // The transport cannot know what a gateway allows: opening says so.
    transport: () => ({ ...websocket(url(), more), capabilities }),
    capabilities,
    ...(capabilities.write ? {} : { writer: log }),
  };
}
