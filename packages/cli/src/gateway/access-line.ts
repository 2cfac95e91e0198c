import type { DataQueueEvent } from "@dataqueues/core";
import type { GatewayEvent, ViewerInfo } from "@dataqueues/gateway";

import { errorLine } from "../print/error-line.ts";
import { safeText } from "../print/safe-text.ts";

/** A line about what happened in a gateway. */
export function accessLine(event: GatewayEvent): string {
  switch (event.type) {
    case "viewerConnected":
      return `${viewer(event)} connected from ${place(event)} to ${event.role}`;
    case "viewerClosed":
      return `${viewer(event)} left: ${event.reason}${because(event.cause)}`;
    case "viewerRefused":
      return `refused ${place(event)}: ${event.reason}${because(event.cause)}`;
    case "requestFailed":
      return `${viewer(event)}: ${event.request} failed${because(event.cause)}`;
    case "serverFailed":
      return `a connection could not be taken${because(event.cause)}`;
    default:
      return logLine(event.event);
  }
}

function logLine(event: DataQueueEvent): string {
  const reason = "reason" in event ? because(event.reason) : "";
  return `log: ${event.type}${reason}`;
}

function viewer({ viewer: number, user }: ViewerInfo): string {
  return user === undefined ? `viewer ${number}` : `viewer ${number} (${safeText(user)})`;
}

function place({ address, origin }: { readonly address: string; readonly origin?: string | undefined }): string {
  return origin === undefined ? address : `${address}, page ${safeText(origin)}`;
}

function because(cause: unknown): string {
  return cause === undefined ? "" : ` (${errorLine(cause)})`;
}
