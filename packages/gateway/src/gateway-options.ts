import { Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";
import { checkChoice, checkFunction, checkNumber, checkObject, invalidArgument, isIterable } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";

import { viewerRoles } from "./access/authorize.ts";
import type { Authorize, ViewerRole } from "./access/authorize.ts";
import { TopicAccess } from "./access/topic-access.ts";
import type { TopicList } from "./access/topic-access.ts";
import type { OnGatewayEvent } from "./gateway-events.ts";
import { checkLimits, checkNames } from "./gateway-limits.ts";
import type { CheckedLimits, GatewayLimits } from "./gateway-limits.ts";
import { checkOrigins, isLoopback } from "./http/origin-policy.ts";
import type { SharedLogOptions } from "./log/shared-log-options.ts";

/** What a gateway gives to whom. */
export interface GatewayOptions {
  /** The log that is read: `kafkajs("broker:9092")`, for example. */
  readonly transport: Transport;
  /**
   * The topics that viewers may name: names, and RegExps that are searched for in the name. There are no others for them. A
   * name that begins with `__`, as those of Kafka's own topics do, has to be listed itself.
   */
  readonly topics: TopicList;
  /** The port of the gateway's own server: 8080 by default; 0 for one that is free. */
  readonly port?: number | undefined;
  /**
   * The address that the gateway's own server listens on: `127.0.0.1` by default. On one that others can reach, `origins` and
   * `authorize` are needed.
   */
  readonly host?: string | undefined;
  /** An HTTP or HTTPS server to open WebSockets on, in the place of an own one. It goes on when the gateway is closed. */
  readonly server?: HttpServer | HttpsServer | undefined;
  /** The path of the WebSocket: `/` by default. */
  readonly path?: string | undefined;
  /** Decides who is let in. By default everybody is whom `origins` allows. */
  readonly authorize?: Authorize | undefined;
  /**
   * The origins of pages that may open a WebSocket, such as `https://display.example`; no page of another origin may, and no
   * client that is no page. By default, on a loopback address: clients that are no pages, and pages of the loopback host, with
   * `authorize` only those of the gateway's own port.
   */
  readonly origins?: Iterable<string> | undefined;
  /** What viewers may be: `["read"]` by default. */
  readonly roles?: Iterable<ViewerRole> | undefined;
  /** How much viewers may ask. */
  readonly limits?: GatewayLimits | undefined;
  /**
   * How many proxies in front of the gateway add the address of their client to `X-Forwarded-For`: 0 by default, and the header is not
   * believed.
   */
  readonly trustedProxies?: number | undefined;
  /** What is kept of the log for all viewers, and how it is asked. */
  readonly log?: Omit<SharedLogOptions, "onEvent"> | undefined;
  /** Called when a viewer comes, is refused or goes, and when something fails. */
  readonly onEvent?: OnGatewayEvent | undefined;
}

/** Options, checked and complete. */
export interface GatewaySettings {
  readonly topics: TopicAccess;
  readonly port: number;
  readonly host: string;
  readonly server: HttpServer | HttpsServer | undefined;
  readonly path: string;
  readonly authorize: Authorize | undefined;
  readonly origins: readonly string[] | undefined;
  readonly roles: readonly ViewerRole[];
  readonly limits: CheckedLimits;
  readonly trustedProxies: number;
}

const optionNames: readonly (keyof GatewayOptions)[] = [
  "transport",
  "topics",
  "port",
  "host",
  "server",
  "path",
  "authorize",
  "origins",
  "roles",
  "limits",
  "trustedProxies",
  "log",
  "onEvent",
];

/** Throws a `DataQueueError` `INVALID_ARGUMENT` that names the option which makes no sense, or is missing. */
export function gatewaySettings(options: GatewayOptions): GatewaySettings {
  checkObject("options", options);
  checkNames("options", options, optionNames);
  const { server, host = "127.0.0.1", path = "/", authorize, trustedProxies = 0 } = options;
  checkFunction("authorize", authorize);
  checkFunction("onEvent", options.onEvent);
  const settings: GatewaySettings = {
    topics: new TopicAccess("topics", options.topics),
    port: checkNumber("port", options.port ?? 8_080, { most: 65_535 }),
    host: checkText("host", host, "an IP address or a host name", /^\S+$/),
    server: checkServer(server),
    path: checkText("path", path, "a path such as /queues, without ? and #", /^\/[^\s?#]*$/),
    authorize,
    origins: checkOrigins(options.origins),
    roles: checkRoles(options.roles ?? ["read"]),
    limits: checkLimits(options.limits),
    trustedProxies: checkNumber("trustedProxies", trustedProxies, { most: 10 }),
  };
  checkReach(settings);
  for (const name of ["port", "host"] as const) {
    if (server === undefined || options[name] === undefined) continue;
    throw invalidArgument(name, "left out with a server, which has its own", options[name]);
  }
  return settings;
}

function checkText(name: string, value: unknown, wanted: string, pattern: RegExp): string {
  if (typeof value === "string" && pattern.test(value)) return value;
  throw invalidArgument(name, wanted, value);
}

function checkServer(server: unknown): HttpServer | HttpsServer | undefined {
  if (server === undefined || isServer(server)) return server;
  throw invalidArgument("server", "a server of node:http or node:https", server);
}

/** HTTPS servers are no subclass of HTTP servers. */
function isServer(value: unknown): value is HttpServer | HttpsServer {
  if (value instanceof HttpServer) return true;
  return typeof value === "object" && value !== null && "setSecureContext" in value && "address" in value;
}

function checkRoles(roles: unknown): readonly ViewerRole[] {
  if (!isIterable(roles)) throw invalidArgument("roles", "a list of roles", roles);
  const all = [...roles];
  all.forEach((role, index) => checkChoice(`roles[${index}]`, role, viewerRoles));
  if (all.length === 0) throw invalidArgument("roles", "a list of at least one role", roles);
  return viewerRoles.filter((role) => all.includes(role));
}

/** A gateway that others can reach says who is let in. */
function checkReach({ server, host, authorize, origins }: GatewaySettings): void {
  const place = listeningAddress(server, host);
  if (place !== undefined && isLoopback(place)) return;
  const where = place === undefined ? "a server that does not listen yet, or not on a port" : `the address ${place}`;
  if (authorize === undefined)
    throw invalidArgument("authorize", `given on ${where}, which others may reach`, authorize);
  if (origins === undefined) throw invalidArgument("origins", `given on ${where}, which others may reach`, origins);
}

function listeningAddress(server: HttpServer | HttpsServer | undefined, host: string): string | undefined {
  if (server === undefined) return host;
  const address = server.address();
  return typeof address === "object" ? address?.address : undefined;
}
