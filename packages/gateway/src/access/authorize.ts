import type { IncomingHttpHeaders } from "node:http";
import { isIterable } from "@dataqueues/core";
import type { Role } from "@dataqueues/core";
import * as z from "zod";

import { TopicAccess } from "./topic-access.ts";
import type { TopicList } from "./topic-access.ts";

/** What a viewer may be: a reader, a writer or an admin. */
export type ViewerRole = Exclude<Role, "group">;

/** The roles that there are. */
export const viewerRoles: readonly ViewerRole[] = ["read", "write", "admin"];

/** Who asks to be let in. */
export interface AuthorizeRequest {
  /** As the client sent it in its first frame; undefined if it sent none. */
  readonly token: string | undefined;
  readonly role: ViewerRole;
  /** The page's origin, such as `https://display.example`; undefined if the client is no browser. */
  readonly origin: string | undefined;
  /** The client's IP address; behind proxies, see `trustedProxies`. */
  readonly address: string;
  /** The headers with which the WebSocket was asked for, cookies among them. */
  readonly headers: IncomingHttpHeaders;
}

/** What a viewer may do. What is left out is as the gateway's options say. */
export interface ViewerPermissions {
  /** A name for events and for `viewersPerUser`. */
  readonly user?: string | undefined;
  /** The topics that this viewer may name, of those that the gateway has. */
  readonly topics?: TopicList | undefined;
  /** The roles that this viewer may have, of those that the gateway has. */
  readonly roles?: Iterable<ViewerRole> | undefined;
  /** When the viewer has to show a new token: a `Date`, or milliseconds since 1970. */
  readonly expiresAt?: Date | number | undefined;
}

/** True or permissions to let a viewer in; false, undefined or an exception to refuse. */
export type AuthorizeResult = boolean | ViewerPermissions | undefined;

/** Decides who is let in. It is called once for each WebSocket, before anything is answered. */
export type Authorize = (request: AuthorizeRequest) => AuthorizeResult | Promise<AuthorizeResult>;

/** Permissions, checked. */
export interface CheckedPermissions {
  readonly user?: string | undefined;
  readonly topics?: TopicAccess | undefined;
  readonly roles?: readonly ViewerRole[] | undefined;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number | undefined;
}

const list = z.custom<Iterable<unknown>>(isIterable);

const permissions = z.strictObject({
  user: z.string().min(1).optional(),
  topics: list.transform((topics) => new TopicAccess("topics", topics)).optional(),
  roles: list
    .transform((roles) => [...roles])
    .pipe(z.array(z.enum(["read", "write", "admin"])))
    .optional(),
  expiresAt: z.union([z.number(), z.date().transform(Number)]).optional(),
});

/**
 * Reads what `authorize` returned; undefined if it refuses.
 *
 * @throws An error that says what makes no sense, as a misspelt `topics` would otherwise let a viewer see them all.
 */
export function checkPermissions(result: unknown): CheckedPermissions | undefined {
  if (result === false || result === undefined) return undefined;
  return result === true ? {} : permissions.parse(result);
}
