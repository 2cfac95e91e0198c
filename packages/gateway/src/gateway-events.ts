import type { DataQueueEvent } from "@dataqueues/core";

import type { ViewerRole } from "./access/authorize.ts";

/** Why the connection of a viewer ended: by its own will (`viewer`), without a word (`lost`), or by the gateway. */
export type EndReason = "badFrame" | "expired" | "lost" | "refused" | "restart" | "timedOut" | "tooMany" | "viewer";

/**
 * Why a client was not let in: its WebSocket was not opened (`address` and `viewers`: there are too many), it was refused after HELLO
 * (`user`: this user has too many; `role` is not his, `unsupportedRole` not the gateway's), or it ended before it was let in.
 */
export type RefusalReason =
  | Exclude<EndReason, "refused">
  | "address"
  | "draining"
  | "handshake"
  | "origin"
  | "role"
  | "token"
  | "unsupportedRole"
  | "user"
  | "viewers";

/** One viewer, in events. Tokens are never told. */
export interface ViewerInfo {
  /** Counts the viewers of this gateway, from 1. */
  readonly viewer: number;
  readonly role: ViewerRole;
  /** As `authorize` named it. */
  readonly user?: string | undefined;
  readonly address: string;
  readonly origin?: string | undefined;
}

/**
 * What happens in a gateway. Pass a function as `onEvent` to log it. `type` tells events apart. Only here are the addresses of
 * brokers and the causes of errors told: viewers get codes.
 */
export type GatewayEvent =
  | ({ readonly type: "viewerConnected" } & ViewerInfo)
  | ({
      readonly type: "viewerClosed";
      readonly reason: EndReason;
      /** The code with which the WebSocket was closed. */
      readonly code: number;
      /** What was wrong, if something was. */
      readonly cause?: unknown;
    } & ViewerInfo)
  | {
      readonly type: "viewerRefused";
      readonly reason: RefusalReason;
      readonly address: string;
      readonly origin?: string | undefined;
      readonly user?: string | undefined;
      /** What `authorize` threw, or what else is known. */
      readonly cause?: unknown;
    }
  | ({
      /** A request failed as a whole; the viewer was told the code. */
      readonly type: "requestFailed";
      readonly request: string;
      readonly cause: unknown;
    } & ViewerInfo)
  | {
      /** The HTTP server could not take a connection, for want of file descriptors for example. It goes on. */
      readonly type: "serverFailed";
      readonly cause: unknown;
    }
  | {
      /** What the gateway's own connections to the log tell. */
      readonly type: "log";
      readonly event: DataQueueEvent;
    };

/** Takes the events of a gateway. It is called synchronously and not awaited. Exceptions that it throws are logged and ignored. */
export type OnGatewayEvent = (event: GatewayEvent) => void;
