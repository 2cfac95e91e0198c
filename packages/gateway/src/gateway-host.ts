import type { Authorize, ViewerRole } from "./access/authorize.ts";
import type { TopicAccess } from "./access/topic-access.ts";
import type { OnGatewayEvent } from "./gateway-events.ts";
import type { CheckedLimits } from "./gateway-limits.ts";
import type { GatewayLog } from "./gateway-log.ts";
import type { GatewayMetrics } from "./gateway-metrics.ts";
import type { RequestBodies } from "./viewer/request-bodies.ts";

/** What all viewers of a gateway share. */
export interface GatewayHost {
  readonly log: GatewayLog;
  readonly topics: TopicAccess;
  readonly roles: readonly ViewerRole[];
  readonly authorize: Authorize | undefined;
  readonly limits: CheckedLimits;
  readonly bodies: RequestBodies;
  readonly metrics: GatewayMetrics;
  /** Never throws. */
  readonly onEvent: OnGatewayEvent;
}
