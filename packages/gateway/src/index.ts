/**
 * Lets browsers read data queues over WebSockets: one fetch for all viewers, safe by default.
 *
 * @module
 */
export { serveGateway } from "./serve-gateway.ts";
export type { CloseOptions, Gateway } from "./gateway-server.ts";
export type { GatewayOptions } from "./gateway-options.ts";
export type { GatewayLimits } from "./gateway-limits.ts";
export type { EndReason, GatewayEvent, OnGatewayEvent, RefusalReason, ViewerInfo } from "./gateway-events.ts";
export type {
  Authorize,
  AuthorizeRequest,
  AuthorizeResult,
  ViewerPermissions,
  ViewerRole,
} from "./access/authorize.ts";
export type { TopicList } from "./access/topic-access.ts";
export type { SharedLogOptions } from "./log/shared-log-options.ts";
